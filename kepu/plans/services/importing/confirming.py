"""Turn a corrected draft into a plan, or into the next version of the plan it amends."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kepu.accounts.rules import Someone
from kepu.core.state import move
from kepu.plans.models import ImportState, Plan, PlanImport
from kepu.plans.queries.drafts import WorkingDraft, working_draft
from kepu.plans.queries.outline import PlanOutline, outline
from kepu.plans.queries.readiness import blockers
from kepu.plans.queries.written_units import read_units
from kepu.plans.services.importing.access import CLOSING, held_open, save
from kepu.plans.services.importing.amending import amend_plan
from kepu.plans.services.importing.building import build_plan
from kepu.plans.services.importing.refusals import NotReady
from kepu.plans.services.importing.versions import Confirmation
from kepu.plans.services.refusals import require_reason


@transaction.atomic
def confirm_import(plan_import: PlanImport, *, by: Someone, at: datetime, reason: str = "") -> Plan:
    """The plan that the draft describes; an amendment needs a reason and keeps all progress."""
    held = held_open(plan_import, by=by)
    working, plan_to_be = _ready(held)
    confirmation = Confirmation(held, working, plan_to_be, reason.strip(), by, at)
    if held.amends is None:
        plan = build_plan(confirmation)
    else:
        require_reason(reason)
        plan = amend_plan(held.amends, confirmation=confirmation)
    held.plan = plan
    move(held, to=ImportState.CONFIRMED, moves=CLOSING)
    save(held, fields=["plan", "state"], at=at)
    return plan


def _ready(held: PlanImport) -> tuple[WorkingDraft, PlanOutline]:
    working = working_draft(held)
    units = read_units(working.draft, plan_import=held)
    unsettled = blockers(working.draft, units=units)
    if unsettled:
        raise NotReady(unsettled)
    return working, outline(working, units=units)
