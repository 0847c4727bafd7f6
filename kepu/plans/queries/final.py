"""The final assessment of a plan: what was reached by the end, what was not, and what cannot be said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.plans.models import (
    Action,
    Measure,
    Plan,
    ProgressReport,
    ReportingPeriod,
    ReportState,
    Standing,
    WorkItem,
)
from kepu.plans.queries.goals import GoalProgress, goals
from kepu.plans.queries.standing import standing_of, worst
from kepu.plans.queries.structure import measures_in_force


class Outcome(TextChoices):
    REACHED = "reached", _("已完成")
    NOT_REACHED = "not_reached", _("未完成")
    UNDECIDED = "undecided", _("暂不能判断")


TONES = {Outcome.REACHED: "good", Outcome.NOT_REACHED: "bad", Outcome.UNDECIDED: "warn"}
OUTCOMES = {Standing.DONE: Outcome.REACHED, Standing.LATE: Outcome.NOT_REACHED}
"""What a standing means once the plan has ended: silence and a mere "on track" prove neither success nor failure."""


@dataclass(frozen=True, slots=True)
class YearStanding:
    """How something stood at the end of a year."""

    year: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class MeasureOutcome:
    """One measure: how it stood at the end of each year, and what came of it."""

    measure: Measure
    by_year: Sequence[YearStanding]
    outcome: Outcome
    latest: ProgressReport | None

    @property
    def tone(self) -> str:
        return TONES[self.outcome]


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """One action with its measures."""

    action: Action
    measures: Sequence[MeasureOutcome]
    by_year: Sequence[YearStanding]
    outcome: Outcome

    @property
    def tone(self) -> str:
        return TONES[self.outcome]


@dataclass(frozen=True, slots=True)
class FinalAssessment:
    """A whole plan period; `is_over` is false while it still runs, and then only what is done is decided."""

    plan: Plan
    is_over: bool
    years: Sequence[int]
    actions: Sequence[ActionOutcome]
    targets: Sequence[GoalProgress]

    def count(self, outcome: Outcome) -> int:
        return sum(action.outcome == outcome for action in self.actions)

    @property
    def tally(self) -> list[tuple[str, Outcome, int]]:
        return [(TONES[outcome], outcome, self.count(outcome)) for outcome in Outcome]


@dataclass(frozen=True, slots=True)
class _History:
    """Everything that was reported and planned, read once."""

    periods: Sequence[ReportingPeriod]
    reports: dict[int, list[ProgressReport]]
    work: dict[int, list[WorkItem]]

    def standing(self, measure: Measure, *, year: int, on: date) -> tuple[Standing, ProgressReport | None]:
        found = standing_of(
            measure,
            reports=[report for report in self.reports[measure.pk] if report.period.year <= year],
            overdue=[item for item in self.work[measure.pk] if _is_overdue(item, on=on)],
            due_periods=[p for p in self.periods if p.year <= year and p.due_on < on],
            on=on,
        )
        return found.standing, found.latest

    def closing_day(self, year: int) -> date:
        """The first day on which everything for a year should be there."""
        due = [period.due_on for period in self.periods if period.year == year]
        return max([*due, date(year, 12, 31)]) + timedelta(days=1)


def final_assessment(plan: Plan, *, on: date) -> FinalAssessment:
    """Actions and targets at the end of the plan, or as far as it has come. Nine queries, however many measures."""
    history = _history(plan)
    is_over = on > plan.last_day
    years = [year for year in range(plan.starts_in, plan.ends_in + 1) if year <= on.year]
    grouped: dict[Action, list[MeasureOutcome]] = {}
    for measure in measures_in_force(plan):
        outcome = _measure_outcome(measure, history=history, years=years, is_over=is_over, on=on)
        grouped.setdefault(measure.action, []).append(outcome)
    actions = [_action_outcome(action, measures=measures) for action, measures in grouped.items()]
    return FinalAssessment(plan, is_over, years, actions, goals(plan, on=on))


def _history(plan: Plan) -> _History:
    reports: dict[int, list[ProgressReport]] = defaultdict(list)
    rows = (
        ProgressReport.objects.filter(period__plan=plan)
        .exclude(state=ReportState.SUPERSEDED)
        .select_related("period", "organisation")
        .order_by("-period__year", "-period__quarter", "-version")
    )
    for row in rows:
        reports[row.measure_id].append(row)
    work: dict[int, list[WorkItem]] = defaultdict(list)
    for item in WorkItem.objects.filter(measure__action__plan=plan):
        work[item.measure_id].append(item)
    return _History(list(plan.periods.all()), reports, work)


def _measure_outcome(
    measure: Measure, *, history: _History, years: Sequence[int], is_over: bool, on: date
) -> MeasureOutcome:
    by_year = [
        YearStanding(year, history.standing(measure, year=year, on=min(on, history.closing_day(year)))[0])
        for year in years
    ]
    standing, latest = history.standing(measure, year=measure.action.plan.ends_in, on=on)
    return MeasureOutcome(measure, by_year, _outcome(standing, is_over=is_over), latest)


def _action_outcome(action: Action, *, measures: Sequence[MeasureOutcome]) -> ActionOutcome:
    """An action is reached when all its measures are, and not reached when one of them is not."""
    outcomes = {measure.outcome for measure in measures}
    outcome = Outcome.UNDECIDED
    if Outcome.NOT_REACHED in outcomes:
        outcome = Outcome.NOT_REACHED
    elif outcomes == {Outcome.REACHED}:
        outcome = Outcome.REACHED
    by_year = [_worst_of(standings) for standings in zip(*(m.by_year for m in measures), strict=True)]
    return ActionOutcome(action, measures, by_year, outcome)


def _outcome(standing: Standing, *, is_over: bool) -> Outcome:
    if standing == Standing.LATE and not is_over:
        return Outcome.UNDECIDED
    return OUTCOMES.get(standing, Outcome.UNDECIDED)


def _worst_of(standings: Sequence[YearStanding]) -> YearStanding:
    return YearStanding(standings[0].year, worst(one.standing for one in standings))


def _is_overdue(item: WorkItem, *, on: date) -> bool:
    return item.due_on < on and (item.done_on is None or item.done_on > on)
