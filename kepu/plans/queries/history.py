"""How measures stood at the end of an earlier quarter or year, so that an old paper prints again as it was.

Reports count by the quarter they are about; what was handed in late for a quarter still belongs to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kepu.plans.models import Measure, Plan, ProgressReport, ReportingPeriod, WorkItem
from kepu.plans.queries.handed_in import HANDED_IN, SET_ASIDE
from kepu.plans.queries.standing import MeasureStanding, standing_of
from kepu.plans.queries.structure import measures_in_force

Quarter = tuple[int, int]
"""year, quarter"""
YEAR_END = 4


@dataclass(frozen=True, slots=True)
class History:
    """Everything that was reported and planned, read once."""

    periods: Sequence[ReportingPeriod]
    reports: Mapping[int, list[ProgressReport]]
    work: Mapping[int, list[WorkItem]]

    def standing(self, measure: Measure, *, until: Quarter, on: date) -> MeasureStanding:
        """How the measure stood after a quarter, looked at on a day."""
        return standing_of(
            measure,
            reports=[one for one in self.reports[measure.pk] if quarter_of(one.period) <= until],
            is_overdue=any(_is_overdue(item, on=on) for item in self.work[measure.pk]),
            due_periods=[one for one in self.periods if quarter_of(one) <= until and one.due_on < on],
            on=on,
        )

    def latest(self, measure: Measure) -> ProgressReport | None:
        """The newest report that was handed in, of whichever unit."""
        return next((one for one in self.reports[measure.pk] if one.state in HANDED_IN), None)

    def closing_day(self, until: Quarter) -> date:
        """The first day on which everything for a quarter should be there."""
        due = [period.due_on for period in self.periods if quarter_of(period) == until]
        return max([*due, _last_day(until)]) + timedelta(days=1)


def read_history(plan: Plan) -> History:
    """Three queries."""
    reports: dict[int, list[ProgressReport]] = defaultdict(list)
    rows = (
        ProgressReport.objects.filter(period__plan=plan)
        .exclude(state__in=SET_ASIDE)
        .select_related("period", "organisation")
        .order_by("-period__year", "-period__quarter", "-version")
    )
    for row in rows:
        reports[row.measure_id].append(row)
    work: dict[int, list[WorkItem]] = defaultdict(list)
    for item in WorkItem.objects.filter(measure__action__plan=plan):
        work[item.measure_id].append(item)
    return History(list(plan.periods.all()), reports, work)


def standings_after(plan: Plan, *, until: Quarter, on: date) -> list[MeasureStanding]:
    """Every measure in force as it stood after a quarter: six queries."""
    history = read_history(plan)
    day = min(on, history.closing_day(until))
    return [history.standing(measure, until=until, on=day) for measure in measures_in_force(plan)]


def quarter_of(period: ReportingPeriod) -> Quarter:
    return (period.year, period.quarter)


def _last_day(until: Quarter) -> date:
    year, quarter = until
    return date(year + quarter // 4, quarter * 3 % 12 + 1, 1) - timedelta(days=1)


def _is_overdue(item: WorkItem, *, on: date) -> bool:
    return item.due_on < on and (item.done_on is None or item.done_on > on)
