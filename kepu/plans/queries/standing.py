"""How a measure stands: from what its units reported, what is due, and what is missing. One rule, used everywhere.

done        its leads say so in their newest verified or submitted report
late        its deadline has passed, a work item is overdue, or a lead says so
silent      a reporting period is past due and a lead unit has handed in nothing for it
at risk     a lead says so, or a report was returned and not handed in again
on track    none of the above, and there is a report
unassigned  none of the above, and no unit answers for it: nobody will ever report
not due     nothing has been due so far
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from django.db.models import QuerySet

from kepu.core.composed import composed
from kepu.plans.models import (
    Measure,
    Plan,
    ProgressReport,
    ReportingPeriod,
    ReportState,
    ResponsibilityRole,
    Standing,
    WorkItem,
)
from kepu.plans.queries.handed_in import HANDED_IN, SET_ASIDE
from kepu.plans.queries.structure import measures_in_force, responsible_for

TONES: Mapping[str, str] = {
    Standing.DONE: "good",
    Standing.ON_TRACK: "good",
    Standing.AT_RISK: "warn",
    Standing.LATE: "bad",
    Standing.SILENT: "warn",
    Standing.UNASSIGNED: "unknown",
    Standing.NOT_DUE: "info",
}
"""The colour and the shape beside the word of a standing, everywhere."""

SEVERITY = [
    Standing.LATE,
    Standing.SILENT,
    Standing.AT_RISK,
    Standing.ON_TRACK,
    Standing.DONE,
    Standing.UNASSIGNED,
    Standing.NOT_DUE,
]
"""Worst first. An action stands badly because of what its units do, not because one line names no unit."""


class Report(Protocol):
    """What the rule reads of a report."""

    @property
    def organisation_id(self) -> int: ...
    @property
    def period_id(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def standing(self) -> str: ...


class ReportRow(NamedTuple):
    """A report in force without its text, for boards that read hundreds of them."""

    measure_id: int
    organisation_id: int
    period_id: int
    state: str
    standing: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """How something stands, and why."""

    standing: Standing
    reason: str


@dataclass(frozen=True, slots=True)
class MeasureStanding:
    """A measure, how it stands, and why."""

    measure: Measure
    standing: Standing
    reason: str


def standings(plan: Plan, *, on: date) -> list[MeasureStanding]:
    """The standing of every measure in force on a day, in a fixed number of queries."""
    reports = reports_by_measure(plan.pk)
    overdue = overdue_measures(plan.pk, on)
    due = [period for period in plan.periods.all() if period.due_on < on]
    return [
        standing_of(
            measure,
            reports=reports.get(measure.pk, []),
            is_overdue=measure.pk in overdue,
            due_periods=due,
            on=on,
        )
        for measure in measures_in_force(plan)
    ]


def standing_of_measure(measure: Measure, *, on: date) -> MeasureStanding:
    """The standing of one measure that comes with its units: three queries."""
    reports = ProgressReport.objects.filter(measure=measure).exclude(state__in=SET_ASIDE)
    overdue = WorkItem.objects.filter(measure=measure, done_on__isnull=True, due_on__lt=on)
    return standing_of(
        measure,
        reports=list(_newest_first(reports)),
        is_overdue=overdue.exists(),
        due_periods=list(measure.action.plan.periods.filter(due_on__lt=on)),
        on=on,
    )


def standing_of(
    measure: Measure,
    *,
    reports: Sequence[Report],
    is_overdue: bool,
    due_periods: Sequence[ReportingPeriod],
    on: date,
) -> MeasureStanding:
    """`reports` are those in force, newest period first; `is_overdue` says that a piece of its work is."""
    units = responsible_for(measure)
    found = judgement(
        units=[unit.organisation_id for unit in units],
        leads=[unit.organisation_id for unit in units if unit.role == ResponsibilityRole.LEAD],
        reports=reports,
        newest_due=_newest_of(due_periods),
        is_overdue=is_overdue or (measure.due_on is not None and measure.due_on < on),
    )
    return MeasureStanding(measure, found.standing, found.reason)


def judgement(
    *,
    units: Collection[int],
    leads: Collection[int],
    reports: Sequence[Report],
    newest_due: int | None,
    is_overdue: bool,
) -> Judgement:
    """The rule itself: the responsible units, the leads among them, reports in force with the newest period first."""
    handed_in = [report for report in reports if report.state in HANDED_IN]
    return _judge(
        said={report.standing for report in _newest_of_each(handed_in, units=leads)},
        is_overdue=is_overdue,
        missing=_missing(leads, handed_in=handed_in, newest_due=newest_due),
        is_returned=any(report.state == ReportState.RETURNED for report in reports),
        is_assigned=bool(units),
    )


def _newest_of(periods: Sequence[ReportingPeriod]) -> int | None:
    newest = max(periods, key=lambda period: (period.year, period.quarter), default=None)
    return newest.pk if newest else None


def worst(found: Iterable[Standing]) -> Standing:
    """The standing of an action is that of its worst measure."""
    ranked = sorted(set(found), key=SEVERITY.index)
    return ranked[0] if ranked else Standing.NOT_DUE


def _judge(
    *, said: set[str], is_overdue: bool, missing: bool, is_returned: bool, is_assigned: bool
) -> Judgement:
    """The first case that holds."""
    cases = (
        (said == {Standing.DONE}, Standing.DONE, "reported_done"),
        (is_overdue, Standing.LATE, "overdue"),
        (Standing.LATE in said, Standing.LATE, "reported_late"),
        (missing, Standing.SILENT, "report_missing"),
        (is_returned, Standing.AT_RISK, "report_returned"),
        (Standing.AT_RISK in said, Standing.AT_RISK, "reported_at_risk"),
        (bool(said), Standing.ON_TRACK, "reported_on_track"),
        (not is_assigned, Standing.UNASSIGNED, "nobody_responsible"),
    )
    for holds, standing, reason in cases:
        if holds:
            return Judgement(standing, reason)
    return Judgement(Standing.NOT_DUE, "nothing_due")


def _missing(leads: Collection[int], *, handed_in: Sequence[Report], newest_due: int | None) -> bool:
    """Whether a lead unit has handed in nothing for the newest period that is past due."""
    if newest_due is None or not leads:
        return False
    there = {report.organisation_id for report in handed_in if report.period_id == newest_due}
    return bool(set(leads) - there)


def _newest_of_each(reports: Sequence[Report], *, units: Collection[int]) -> list[Report]:
    newest: dict[int, Report] = {}
    for report in reports:
        if report.organisation_id in units:
            newest.setdefault(report.organisation_id, report)
    return list(newest.values())


def reports_by_measure(plan_id: int) -> Mapping[int, list[ReportRow]]:
    """The reports in force of a plan, newest period first: one query."""
    grouped: dict[int, list[ReportRow]] = defaultdict(list)
    for row in _reports(plan_id):
        grouped[row[0]].append(ReportRow(*row))
    return grouped


def overdue_measures(plan_id: int, on: date) -> set[int]:
    """The measures with work that should be done and is not: one query."""
    return {row[0] for row in _overdue(plan_id, on)}


@composed
def _reports(plan_id: int) -> QuerySet[ProgressReport, Any]:
    reports = ProgressReport.objects.filter(period__plan=plan_id).exclude(state__in=SET_ASIDE)
    return _newest_first(reports).values_list(*ReportRow._fields)


@composed
def _overdue(plan_id: int, on: date) -> QuerySet[WorkItem, Any]:
    items = WorkItem.objects.filter(measure__action__plan=plan_id, done_on__isnull=True, due_on__lt=on)
    return items.order_by().values_list("measure_id").distinct()


def _newest_first(reports: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
    return reports.order_by("-period__year", "-period__quarter", "-version")
