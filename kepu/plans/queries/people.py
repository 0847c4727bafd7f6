"""Who is told about what a unit has to do."""

from __future__ import annotations

from datetime import date

from kepu.accounts.models import Membership, Organisation, User
from kepu.plans.rules import REPORTING_ROLES


def people_of(organisation: Organisation, *, on: date) -> list[User]:
    """The people who report for a unit on a day, each once."""
    held = Membership.on(on).filter(organisation=organisation, role__in=REPORTING_ROLES)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk"))
