"""What the person at the screen may do, for menus that show only what opens."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from kepu.accounts import rules
from kepu.accounts.rules import Someone


@dataclass(frozen=True)
class May:
    """Questions that a template may ask; each is answered from the roles that the request has read already."""

    someone: Someone

    @property
    def work_here(self) -> bool:
        return rules.is_staff_member(self.someone)

    @property
    def manage_roster(self) -> bool:
        return rules.is_district_office(self.someone)

    @property
    def see_units(self) -> bool:
        return bool(rules.roles(self.someone))

    @property
    def read_audit(self) -> bool:
        return rules.can_read_audit(self.someone)


def may(request: HttpRequest) -> dict[str, May]:
    return {"may": May(request.user)}
