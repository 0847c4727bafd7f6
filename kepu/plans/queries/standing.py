"""How a measure stands: from what its units reported, what is due, and what is missing. One rule, used everywhere.

done      its leads say so in their newest verified or submitted report
late      its deadline has passed, a work item is overdue, or a lead says so
silent    a reporting period is past due and a lead unit has handed in nothing for it
at risk   a lead says so, or a report was returned and not handed in again
on track  none of the above, and there is a report
not due   nothing has been due so far
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from kepu.plans.models import (
    Measure,
    Plan,
    ProgressReport,
    ReportingPeriod,
    ReportState,
    Standing,
    WorkItem,
)
from kepu.plans.queries.handed_in import HANDED_IN, SET_ASIDE
from kepu.plans.queries.structure import leads_of, measures_in_force


@dataclass(frozen=True, slots=True)
class MeasureStanding:
    """A measure, how it stands, why, and its newest report that was handed in."""

    measure: Measure
    standing: Standing
    reason: str
    latest: ProgressReport | None


def standings(plan: Plan, *, on: date) -> list[MeasureStanding]:
    """The standing of every measure in force on a day, in a fixed number of queries."""
    reports = _reports_by_measure(plan)
    items = _overdue_items(plan, on=on)
    due = [period for period in plan.periods.all() if period.due_on < on]
    return [
        standing_of(measure, reports=reports[measure.pk], overdue=items[measure.pk], due_periods=due, on=on)
        for measure in measures_in_force(plan)
    ]


def standing_of_measure(measure: Measure, *, on: date) -> MeasureStanding:
    """The standing of one measure that comes with its units: three queries."""
    reports = ProgressReport.objects.filter(measure=measure).exclude(state__in=SET_ASIDE)
    overdue = WorkItem.objects.filter(measure=measure, done_on__isnull=True, due_on__lt=on)
    return standing_of(
        measure,
        reports=list(_newest_first(reports)),
        overdue=list(overdue),
        due_periods=list(measure.action.plan.periods.filter(due_on__lt=on)),
        on=on,
    )


def standing_of(
    measure: Measure,
    *,
    reports: list[ProgressReport],
    overdue: list[WorkItem],
    due_periods: list[ReportingPeriod],
    on: date,
) -> MeasureStanding:
    """The rule itself; `reports` are those in force, newest period first."""
    leads = [lead.organisation_id for lead in leads_of(measure)]
    handed_in = [report for report in reports if report.state in HANDED_IN]
    latest = handed_in[0] if handed_in else None
    said = {report.standing for report in _newest_of_each(handed_in, units=leads)}
    standing, reason = _judge(
        said=said,
        is_overdue=bool(overdue) or (measure.due_on is not None and measure.due_on < on),
        missing=_missing(leads, handed_in=handed_in, due_periods=due_periods),
        is_returned=any(report.state == ReportState.RETURNED for report in reports),
    )
    return MeasureStanding(measure, standing, reason, latest)


def worst(found: Iterable[Standing]) -> Standing:
    """The standing of an action is that of its worst measure."""
    ranked = sorted(set(found), key=SEVERITY.index)
    return ranked[0] if ranked else Standing.NOT_DUE


SEVERITY = [
    Standing.LATE,
    Standing.SILENT,
    Standing.AT_RISK,
    Standing.ON_TRACK,
    Standing.DONE,
    Standing.NOT_DUE,
]


def _judge(*, said: set[str], is_overdue: bool, missing: bool, is_returned: bool) -> tuple[Standing, str]:
    if said == {Standing.DONE}:
        return Standing.DONE, "reported_done"
    if is_overdue:
        return Standing.LATE, "overdue"
    if Standing.LATE in said:
        return Standing.LATE, "reported_late"
    if missing:
        return Standing.SILENT, "report_missing"
    if is_returned:
        return Standing.AT_RISK, "report_returned"
    if Standing.AT_RISK in said:
        return Standing.AT_RISK, "reported_at_risk"
    return (Standing.ON_TRACK, "reported_on_track") if said else (Standing.NOT_DUE, "nothing_due")


def _missing(
    leads: list[int], *, handed_in: list[ProgressReport], due_periods: list[ReportingPeriod]
) -> bool:
    """Whether a lead unit has handed in nothing for the newest period that is past due."""
    if not due_periods or not leads:
        return False
    newest = max(due_periods, key=lambda period: (period.year, period.quarter))
    there = {report.organisation_id for report in handed_in if report.period_id == newest.pk}
    return bool(set(leads) - there)


def _newest_of_each(reports: list[ProgressReport], *, units: list[int]) -> list[ProgressReport]:
    newest: dict[int, ProgressReport] = {}
    for report in reports:
        if report.organisation_id in units:
            newest.setdefault(report.organisation_id, report)
    return list(newest.values())


def _reports_by_measure(plan: Plan) -> dict[int, list[ProgressReport]]:
    reports = ProgressReport.objects.filter(period__plan=plan).exclude(state__in=SET_ASIDE)
    grouped: dict[int, list[ProgressReport]] = defaultdict(list)
    for row in _newest_first(reports):
        grouped[row.measure_id].append(row)
    return grouped


def _newest_first(reports: QuerySet[ProgressReport]) -> QuerySet[ProgressReport]:
    return reports.select_related("period", "organisation").order_by(
        "-period__year", "-period__quarter", "-version"
    )


def _overdue_items(plan: Plan, *, on: date) -> dict[int, list[WorkItem]]:
    grouped: dict[int, list[WorkItem]] = defaultdict(list)
    for item in WorkItem.objects.filter(measure__action__plan=plan, done_on__isnull=True, due_on__lt=on):
        grouped[item.measure_id].append(item)
    return grouped
