"""Reporting periods: opened, moved, locked. Unlocking is a deed of its own, with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.plans import rules
from kepu.plans.models import Plan, ReportingPeriod, ReportState
from kepu.plans.services.progress.life import PeriodLocked, require_open
from kepu.plans.services.refusals import require_reason, require_running


class PeriodExists(BadInput):
    code = "period_exists"
    message = _("这个季度的填报期已经开了。")


class PeriodOutsidePlan(BadInput):
    code = "period_outside_plan"
    message = _("季度须在方案的起止年份之内，截止日期须在这个季度开始之后。")


class ReportsUnverified(WrongState):
    code = "reports_unverified"


@transaction.atomic
def open_period(
    plan: Plan, *, year: int, quarter: int, due_on: date, by: User | System, at: datetime
) -> ReportingPeriod:
    """From now on units can report for this quarter."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    require(rules.can_run_plan(by, plan))
    require_running(plan)
    if not (plan.starts_in <= year <= plan.ends_in and 1 <= quarter <= 4):
        raise PeriodOutsidePlan(field="year")
    _require_due_day(due_on, year=year, quarter=quarter)
    if plan.periods.filter(year=year, quarter=quarter).exists():
        raise PeriodExists(field="quarter")
    period = ReportingPeriod.objects.create(plan=plan, year=year, quarter=quarter, due_on=due_on)
    audit("open_period", of=period, by=by, at=at, changes={"due_on": due_on.isoformat()})
    return period


@transaction.atomic
def move_due_day(
    period: ReportingPeriod, *, due_on: date, reason: str, by: User | System, at: datetime
) -> ReportingPeriod:
    """Give the units another last day."""
    period = _lock(period)
    require(rules.can_run_plan(by, period.plan))
    reason = require_reason(reason)
    require_open(period)
    _require_due_day(due_on, year=period.year, quarter=period.quarter)
    changes = {"due_on": [period.due_on.isoformat(), due_on.isoformat()]}
    period.due_on = due_on
    period.save(update_fields=["due_on"])
    audit("move_due_day", of=period, by=by, at=at, reason=reason, changes=changes)
    return period


@transaction.atomic
def lock_period(period: ReportingPeriod, *, by: User | System, at: datetime) -> ReportingPeriod:
    """Close the books of a quarter. Every report that was handed in must have been decided on before."""
    period = _lock(period)
    require(rules.can_run_plan(by, period.plan))
    if period.locked_at is not None:
        raise PeriodLocked
    _require_nothing_to_verify(period)
    period.locked_at = at
    period.save(update_fields=["locked_at"])
    audit("lock_period", of=period, by=by, at=at)
    return period


@transaction.atomic
def unlock_period(
    period: ReportingPeriod, *, reason: str, by: User | System, at: datetime
) -> ReportingPeriod:
    """Open the books of a quarter again: an exception, so it takes a reason."""
    period = _lock(period)
    require(rules.can_run_plan(by, period.plan))
    reason = require_reason(reason)
    require_running(period.plan)
    if period.locked_at is None:
        raise WrongState
    period.locked_at = None
    period.save(update_fields=["locked_at"])
    audit("unlock_period", of=period, by=by, at=at, reason=reason)
    return period


def _lock(period: ReportingPeriod) -> ReportingPeriod:
    locked = ReportingPeriod.objects.select_for_update(of=("self",))
    return locked.select_related("plan__office").get(pk=period.pk)


def _require_due_day(due_on: date, *, year: int, quarter: int) -> None:
    if due_on <= date(year, quarter * 3 - 2, 1):
        raise PeriodOutsidePlan(field="due_on")


def _require_nothing_to_verify(period: ReportingPeriod) -> None:
    waiting = period.reports.filter(state=ReportState.SUBMITTED).count()
    if waiting:
        raise ReportsUnverified(
            ngettext(
                "还有 %(count)d 份填报待核实，请先核实或退回，再锁定。",
                "还有 %(count)d 份填报待核实，请先核实或退回，再锁定。",
                waiting,
            )
            % {"count": waiting}
        )
