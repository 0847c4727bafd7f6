"""What a unit did in a year, as shares of what it had to do: the facts behind the computed points.

on time   a report on a measure that the unit leads, handed in by the due day, of all such reports that were due
accepted  a report that the office verified, of all that the unit has handed in (`handed_in` says what that is)
done      a piece of yearly work with a day of completion, of all pieces
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count

from kepu.plans.models import Plan, PointsSource, ReportingPeriod, WorkItem
from kepu.plans.queries.handed_in import HandedIn, ReportKey, handed_in_reports, is_on_time
from kepu.plans.queries.structure import leads_of, measures_in_force


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `of`; nothing can be said when `of` is 0."""

    count: int = 0
    of: int = 0

    def points(self, full: Decimal) -> Decimal | None:
        """The part of the full points, to one place; None when the item does not apply."""
        if not self.of:
            return None
        return (full * self.count / self.of).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class YearWork:
    """One unit's year."""

    on_time: Share = Share()
    accepted: Share = Share()
    done: Share = Share()

    def share(self, source: str) -> Share:
        return {
            PointsSource.ON_TIME: self.on_time,
            PointsSource.ACCEPTED: self.accepted,
            PointsSource.DONE: self.done,
        }[PointsSource(source)]


def year_work(plan: Plan, *, year: int, on: date) -> Mapping[int, YearWork]:
    """Every unit's year, keyed by unit; periods that are not yet past due do not count. Seven queries."""
    periods = {period.pk: period for period in plan.periods.filter(year=year)}
    handed_in = handed_in_reports(periods.values())
    expected = _expected(plan, periods=[period for period in periods.values() if period.due_on < on])
    work = _work_items(plan, year=year)
    units = {*work, *(key[1] for key in [*expected, *handed_in])}
    by_unit = {
        unit: YearWork(
            on_time=_on_time(unit, expected=expected, handed_in=handed_in, periods=periods),
            accepted=_accepted(unit, handed_in=handed_in),
            done=work.get(unit, Share()),
        )
        for unit in units
    }
    return defaultdict(YearWork, by_unit)


def _expected(plan: Plan, *, periods: list[ReportingPeriod]) -> list[ReportKey]:
    measures = list(measures_in_force(plan))
    return [
        (measure.pk, lead.organisation_id, period.pk)
        for measure in measures
        for lead in leads_of(measure)
        for period in periods
    ]


def _on_time(
    unit: int,
    *,
    expected: list[ReportKey],
    handed_in: Mapping[ReportKey, HandedIn],
    periods: Mapping[int, ReportingPeriod],
) -> Share:
    mine = [key for key in expected if key[1] == unit]
    there = [key for key in mine if key in handed_in and is_on_time(handed_in[key], period=periods[key[2]])]
    return Share(len(there), len(mine))


def _accepted(unit: int, *, handed_in: Mapping[ReportKey, HandedIn]) -> Share:
    mine = [report for key, report in handed_in.items() if key[1] == unit]
    return Share(sum(report.is_accepted for report in mine), len(mine))


def _work_items(plan: Plan, *, year: int) -> dict[int, Share]:
    rows = (
        WorkItem.objects.filter(
            measure__action__plan=plan,
            year=year,
            measure__withdrawn_in__isnull=True,
            measure__action__withdrawn_in__isnull=True,
        )
        .order_by()
        .values("organisation_id")
        .annotate(count=Count("done_on"), of=Count("pk"))
    )
    return {row["organisation_id"]: Share(row["count"], row["of"]) for row in rows}
