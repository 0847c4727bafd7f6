"""The facts of a quarter or a year: how every measure stands, what was reported, what is late, what is missing.

Verified and unverified stay apart everywhere: only what the office verified is a fact of the district.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count

from kepu.accounts.models import Organisation
from kepu.plans.models import Action, Measure, Plan, ProgressReport, ReportingPeriod, ReportState, Standing
from kepu.plans.queries.boards import REASONS, PeriodCell, period_board
from kepu.plans.queries.figures import FigureTotal, district_totals
from kepu.plans.queries.goals import GoalProgress, goals
from kepu.plans.queries.handed_in import HANDED_IN
from kepu.plans.queries.history import Quarter, quarter_of, standings_after
from kepu.plans.queries.standing import MeasureStanding
from kepu.plans.queries.structure import leads_of, responsible_for

ReportKey = tuple[int, int]
"""measure, unit"""


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """A measure, how it stood, who answers for it and what was reported on it."""

    found: MeasureStanding
    leads: Sequence[Organisation]
    partners: Sequence[Organisation]
    reports: Sequence[ProgressReport]

    @property
    def measure(self) -> Measure:
        return self.found.measure

    @property
    def standing(self) -> Standing:
        return self.found.standing

    @property
    def reason(self) -> str:
        return str(REASONS[self.found.reason])

    @property
    def latest(self) -> ProgressReport | None:
        return self.reports[-1] if self.reports else None

    @property
    def evidence_count(self) -> int:
        return sum(evidence_of(report) for report in self.reports)


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What one unit owed in these quarters."""

    organisation: Organisation
    cells: Sequence[PeriodCell]

    @property
    def owed(self) -> int:
        return sum(cell.owed for cell in self.cells)

    @property
    def on_time(self) -> int:
        return sum(cell.on_time for cell in self.cells)

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells)

    @property
    def missing(self) -> int:
        return sum(cell.missing for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a paper about some quarters may say. `on` is the day on which it was looked at."""

    plan: Plan
    periods: Sequence[ReportingPeriod]
    on: date
    actions: Mapping[Action, Sequence[MeasureFacts]]
    goals: Sequence[GoalProgress]
    units: Sequence[UnitFacts]
    figures: Sequence[FigureTotal]

    @property
    def measures(self) -> list[MeasureFacts]:
        return [measure for measures in self.actions.values() for measure in measures]

    @property
    def reports(self) -> list[ProgressReport]:
        return [report for measure in self.measures for report in measure.reports]

    @property
    def counts(self) -> Counter[Standing]:
        return Counter(measure.standing for measure in self.measures)

    @property
    def verified_count(self) -> int:
        return sum(is_verified(report) for report in self.reports)

    @property
    def unverified_count(self) -> int:
        return len(self.reports) - self.verified_count

    @property
    def evidence_count(self) -> int:
        return sum(evidence_of(report) for report in self.reports)

    def standing_in(self, *standings: Standing) -> list[MeasureFacts]:
        return [measure for measure in self.measures if measure.standing in standings]


def facts_of_quarter(period: ReportingPeriod, *, on: date) -> Facts:
    """The facts of one quarter; what became known of later quarters is left out."""
    return _facts(period.plan, periods=[period], until=quarter_of(period), on=on)


def facts_of_year(plan: Plan, *, year: int, on: date) -> Facts:
    """The facts of a year."""
    periods = sorted(plan.periods.filter(year=year), key=quarter_of)
    return _facts(plan, periods=periods, until=(year, 4), on=on)


def is_verified(report: ProgressReport) -> bool:
    return report.state == ReportState.ACCEPTED


def evidence_of(report: ProgressReport) -> int:
    """The number of files, counted by the database when the report was read here."""
    return int(getattr(report, "evidence_count", 0))


def reports_to_print(plan: Plan, *, periods: Sequence[ReportingPeriod]) -> dict[int, list[ProgressReport]]:
    """Per measure the report of each unit and quarter: the verified version, else the one that waits."""
    rows = (
        ProgressReport.objects.filter(period__in=periods, state__in=HANDED_IN)
        .select_related("organisation", "period")
        .annotate(evidence_count=Count("evidence"))
        .order_by("period__year", "period__quarter", "organisation__path", "version")
    )
    chosen: dict[tuple[int, int, int], ProgressReport] = {}
    row: ProgressReport
    for row in rows:
        key = (row.measure_id, row.organisation_id, row.period_id)
        if key not in chosen or is_verified(row) or not is_verified(chosen[key]):
            chosen[key] = row
    grouped: dict[int, list[ProgressReport]] = defaultdict(list)
    for row in chosen.values():
        grouped[row.measure_id].append(row)
    return grouped


def _facts(plan: Plan, *, periods: Sequence[ReportingPeriod], until: Quarter, on: date) -> Facts:
    reports = reports_to_print(plan, periods=periods)
    actions: dict[Action, list[MeasureFacts]] = {}
    for found in standings_after(plan, until=until, on=on):
        facts = _measure_facts(found, reports=reports.get(found.measure.pk, []))
        actions.setdefault(found.measure.action, []).append(facts)
    return Facts(
        plan=plan,
        periods=periods,
        on=on,
        actions=actions,
        goals=goals(plan, on=on),
        units=_units(plan, periods=periods, on=on),
        figures=_figures(plan, periods=periods),
    )


def _measure_facts(found: MeasureStanding, *, reports: Sequence[ProgressReport]) -> MeasureFacts:
    leads = [lead.organisation for lead in leads_of(found.measure)]
    everybody = [one.organisation for one in responsible_for(found.measure)]
    return MeasureFacts(found, leads, [unit for unit in everybody if unit not in leads], reports)


def _units(plan: Plan, *, periods: Sequence[ReportingPeriod], on: date) -> list[UnitFacts]:
    wanted = {period.pk for period in periods}
    return [
        UnitFacts(row.organisation, [cell for cell in row.cells if cell.period.pk in wanted])
        for row in period_board(plan, on=on).rows
    ]


def _figures(plan: Plan, *, periods: Sequence[ReportingPeriod]) -> list[FigureTotal]:
    """The numbers of these quarters, each named number of a measure once; at most four quarters make a year."""
    sums: dict[tuple[int, int | None, str, str], list[FigureTotal]] = defaultdict(list)
    for period in periods:
        for total in district_totals(plan, period=period):
            sums[total.measure_id, total.target_id, total.name, total.unit].append(total)
    return [_added(totals) for totals in sums.values()]


def _added(totals: Sequence[FigureTotal]) -> FigureTotal:
    first = totals[0]
    return FigureTotal(
        measure_id=first.measure_id,
        target_id=first.target_id,
        name=first.name,
        unit=first.unit,
        verified=sum((one.verified for one in totals), Decimal(0)),
        verified_denominator=sum((one.verified_denominator for one in totals), Decimal(0)),
        unverified=sum((one.unverified for one in totals), Decimal(0)),
    )
