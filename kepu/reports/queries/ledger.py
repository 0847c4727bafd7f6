"""The rows of the task ledger, for the whole plan or for what one unit answers for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from kepu.accounts.models import Organisation
from kepu.plans.models import Figure, Plan, ProgressReport
from kepu.plans.queries.boards import PeriodCell, period_board
from kepu.plans.queries.goals import GoalProgress, goals
from kepu.plans.queries.handed_in import HANDED_IN
from kepu.plans.queries.standing import MeasureStanding, standings
from kepu.plans.queries.structure import leads_of, responsible_for


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One measure."""

    found: MeasureStanding
    leads: Sequence[Organisation]
    partners: Sequence[Organisation]
    last_report: ProgressReport | None
    evidence_count: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything on the four sheets."""

    plan: Plan
    unit: Organisation | None
    on: date
    tasks: Sequence[TaskRow]
    goals: Sequence[GoalProgress]
    cells: Sequence[tuple[Organisation, PeriodCell]]
    figures: Sequence[Figure]


def ledger(plan: Plan, *, on: date) -> Ledger:
    """The whole plan."""
    return _ledger(plan, unit=None, on=on)


def ledger_of(unit: Organisation, *, plan: Plan, on: date) -> Ledger:
    """The part of one unit: the measures for which it answers, its reports, its numbers, and all targets."""
    return _ledger(plan, unit=unit, on=on)


def _ledger(plan: Plan, *, unit: Organisation | None, on: date) -> Ledger:
    return Ledger(
        plan=plan,
        unit=unit,
        on=on,
        tasks=list(_tasks(plan, unit=unit, on=on)),
        goals=goals(plan, on=on),
        cells=list(_cells(plan, unit=unit, on=on)),
        figures=list(_figures(plan, unit=unit)),
    )


def _tasks(plan: Plan, *, unit: Organisation | None, on: date) -> Iterator[TaskRow]:
    reports = _reports_by_measure(plan, unit=unit)
    for found in standings(plan, on=on):
        everybody = [one.organisation for one in responsible_for(found.measure)]
        leads = [one.organisation for one in leads_of(found.measure)]
        if unit is None or unit in everybody:
            mine = reports[found.measure.pk]
            yield TaskRow(
                found,
                leads,
                [one for one in everybody if one not in leads],
                mine[0] if mine else None,
                sum(count for _report, count in _counted(mine)),
            )


def _counted(reports: Sequence[ProgressReport]) -> Iterator[tuple[ProgressReport, int]]:
    for report in reports:
        yield report, int(getattr(report, "evidence_count", 0))


def _reports_by_measure(plan: Plan, *, unit: Organisation | None) -> dict[int, list[ProgressReport]]:
    """Reports that were handed in, newest first, with the number of their files."""
    rows: QuerySet[ProgressReport] = (
        ProgressReport.objects.filter(period__plan=plan, state__in=HANDED_IN)
        .select_related("period", "organisation")
        .annotate(evidence_count=Count("evidence"))
        .order_by("-period__year", "-period__quarter", "-submitted_at", "-pk")
    )
    if unit is not None:
        rows = rows.filter(organisation=unit)
    grouped: dict[int, list[ProgressReport]] = defaultdict(list)
    for row in rows:
        grouped[row.measure_id].append(row)
    return grouped


def _cells(plan: Plan, *, unit: Organisation | None, on: date) -> Iterator[tuple[Organisation, PeriodCell]]:
    for row in period_board(plan, on=on).rows:
        if unit is None or row.organisation == unit:
            yield from ((row.organisation, cell) for cell in row.cells)


def _figures(plan: Plan, *, unit: Organisation | None) -> QuerySet[Figure]:
    rows = Figure.objects.filter(report__period__plan=plan, report__state__in=HANDED_IN)
    if unit is not None:
        rows = rows.filter(report__organisation=unit)
    return (
        rows.select_related("report__measure__action", "report__organisation", "report__period", "target")
        .prefetch_related("credited")
        .order_by("report__measure__action__position", "report__measure__position", "report__period", "pk")
    )
