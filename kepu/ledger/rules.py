"""Who may write what into the ledger beyond a plain fact. Who may record one, the app that knows the deed has checked."""

from __future__ import annotations

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone, is_district_office, works_for
from kepu.audit.services import SYSTEM


def can_reverse(user: Someone, organisation: Organisation | None, *, region: str) -> bool:
    """Take a fact back: the office of the district where it happened or of its unit, and the people of that unit."""
    if is_district_office(user, region=region):
        return True
    if organisation is None:
        return False
    return is_district_office(user, region=organisation.region_id) or works_for(user, organisation)


def can_verify(user: Someone, *, region: str) -> bool:
    """Say that an occasion was as recorded, or was not: the office of the district, never the unit itself."""
    return is_district_office(user, region=region)


def can_define_rules(user: Someone) -> bool:
    """Say how a figure is counted: an office. For which plan, the caller knows."""
    return user is SYSTEM or is_district_office(user)


def can_close(user: Someone) -> bool:
    """Close a period of the ledger: an office, for the whole installation."""
    return user is SYSTEM or is_district_office(user)
