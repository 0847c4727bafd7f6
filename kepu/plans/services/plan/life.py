"""The plan as a whole: shown or hidden, closed or open, its deadlines, its titles in English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.state import move
from kepu.plans import rules
from kepu.plans.models import Action, Measure, Plan, PlanState, ProgressReport, ReportState
from kepu.plans.services.progress.life import require_in_force
from kepu.plans.services.progress.periods import ReportsUnverified
from kepu.plans.services.refusals import require_reason, require_running

Titled = TypeVar("Titled", Plan, Action, Measure)

MOVES: Mapping[str, frozenset[str]] = {
    PlanState.RUNNING: frozenset({PlanState.CLOSED}),
    PlanState.CLOSED: frozenset({PlanState.RUNNING}),
}


class DayOutsidePlan(BadInput):
    code = "day_outside_plan"
    message = gettext_lazy("期限须在方案的起止年份之内。")


@transaction.atomic
def close_plan(plan: Plan, *, by: User | System, at: datetime) -> Plan:
    """The plan has ended: nothing is reported any more; the final assessment and its figures can still come."""
    plan = _lock(plan)
    require(rules.can_run_plan(by, plan))
    _require_nothing_to_verify(plan)
    move(plan, to=PlanState.CLOSED, moves=MOVES)
    plan.save(update_fields=["state"])
    audit("close_plan", of=plan, by=by, at=at, organisation=str(plan.office))
    return plan


@transaction.atomic
def reopen_plan(plan: Plan, *, reason: str, by: User | System, at: datetime) -> Plan:
    plan = _lock(plan)
    require(rules.can_run_plan(by, plan))
    reason = require_reason(reason)
    move(plan, to=PlanState.RUNNING, moves=MOVES)
    plan.save(update_fields=["state"])
    audit("reopen_plan", of=plan, by=by, at=at, organisation=str(plan.office), reason=reason)
    return plan


@transaction.atomic
def publish_plan(plan: Plan, *, by: User | System, at: datetime) -> Plan:
    """Everybody may see the plan and its progress."""
    plan = _lock(plan)
    require(rules.can_run_plan(by, plan))
    if plan.is_public:
        raise WrongState
    plan.is_public = True
    plan.save(update_fields=["is_public"])
    audit("publish_plan", of=plan, by=by, at=at, organisation=str(plan.office))
    return plan


@transaction.atomic
def hide_plan(plan: Plan, *, reason: str, by: User | System, at: datetime) -> Plan:
    """Only the office, the plan's units and the auditor see it from now on."""
    plan = _lock(plan)
    require(rules.can_run_plan(by, plan))
    reason = require_reason(reason)
    if not plan.is_public:
        raise WrongState
    plan.is_public = False
    plan.save(update_fields=["is_public"])
    audit("hide_plan", of=plan, by=by, at=at, organisation=str(plan.office), reason=reason)
    return plan


@transaction.atomic
def set_deadline(measure: Measure, *, due_on: date | None, by: User | System, at: datetime) -> Measure:
    """Until when the measure is to be done; None where the plan names no day."""
    locked = Measure.objects.select_for_update(of=("self",))
    measure = locked.select_related("action__plan__office").get(pk=measure.pk)
    plan = measure.action.plan
    require(rules.can_run_plan(by, plan))
    require_running(plan)
    require_in_force(measure)
    if due_on is not None and not plan.starts_in <= due_on.year <= plan.ends_in:
        raise DayOutsidePlan(field="due_on")
    changes = {"due_on": [str(measure.due_on or ""), str(due_on or "")]}
    measure.due_on = due_on
    measure.save(update_fields=["due_on"])
    audit("set_deadline", of=measure, by=by, at=at, organisation=str(plan.office), changes=changes)
    return measure


@transaction.atomic
def translate_title(thing: Titled, *, title_en: str, by: User | System, at: datetime) -> Titled:
    """Give a plan, an action or a measure its English title; the Chinese one is the document's own."""
    require(rules.can_run_plan(by, _plan_of(thing)))
    title_en = title_en.strip()
    if len(title_en) > 240:
        raise BadInput(_("英文名称不超过 240 个字符。"), field="title_en")
    changes = {"title_en": [thing.title_en, title_en]}
    thing.title_en = title_en
    thing.save(update_fields=["title_en"])
    audit("translate_title", of=thing, by=by, at=at, changes=changes)
    return thing


def _plan_of(thing: Plan | Action | Measure) -> Plan:
    if isinstance(thing, Plan):
        return thing
    return thing.plan if isinstance(thing, Action) else thing.action.plan


def _lock(plan: Plan) -> Plan:
    return Plan.objects.select_for_update(of=("self",)).select_related("office").get(pk=plan.pk)


def _require_nothing_to_verify(plan: Plan) -> None:
    waiting = ProgressReport.objects.filter(period__plan=plan, state=ReportState.SUBMITTED).count()
    if waiting:
        raise ReportsUnverified(
            ngettext(
                "还有 %(count)d 份填报待核实，请先核实或退回，再结束方案。",
                "还有 %(count)d 份填报待核实，请先核实或退回，再结束方案。",
                waiting,
            )
            % {"count": waiting}
        )
