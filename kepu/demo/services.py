"""Build the invented district: units, people, the sample plan by the real import, a year of work on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kepu.accounts.models import Organisation
from kepu.accounts.services.roster import load_roster
from kepu.audit.services import SYSTEM
from kepu.demo.access import describe_log_ins, open_accounts
from kepu.demo.calendar import at
from kepu.demo.plan import import_sample_plan, leave_successor_open, translate
from kepu.demo.progress import record_values, report_a_year
from kepu.plans.models import Plan

__all__ = ["describe_log_ins", "load_demo"]

ROSTER = Path(settings.BASE_DIR) / "kepu" / "accounts" / "data" / "shangyu_roster.yaml"
# After the last day for the quarter before, so that nobody owes a report on a time without the plan.
BEGAN = date(2025, 1, 20)


def load_demo() -> bool:
    """Load the demo district once; a second call does nothing. One transaction: interrupted, it leaves nothing."""
    if Plan.objects.exists():
        return False
    with transaction.atomic():
        _build()
    return True


def _build() -> None:
    began = at(BEGAN)
    load_roster(ROSTER, by=SYSTEM, at=began)
    units = {unit.short_name: unit for unit in Organisation.objects.all()}
    people = open_accounts(units, at=began)
    plan = import_sample_plan(office=units["区纲要办"], by=people["office"], at=began)
    translate(plan, by=people["office"], at=began)
    record_values(plan, by=people["office"])
    report_a_year(plan, people=people)
    leave_successor_open(office=units["区纲要办"], by=people["office"], at=at(date(2026, 3, 2)))
