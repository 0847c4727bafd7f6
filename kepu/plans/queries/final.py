"""The final assessment of a plan: what was reached by the end, what was not, and what cannot be said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.plans.models import Action, Measure, Plan, ProgressReport, Standing
from kepu.plans.queries.goals import GoalProgress, goals
from kepu.plans.queries.history import YEAR_END, History, read_history
from kepu.plans.queries.standing import MeasureStanding, worst
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


def final_assessment(plan: Plan, *, on: date) -> FinalAssessment:
    """Actions and targets at the end of the plan, or as far as it has come. Nine queries, however many measures."""
    history = read_history(plan)
    is_over = on > plan.last_day
    years = [year for year in range(plan.starts_in, plan.ends_in + 1) if year <= on.year]
    grouped: dict[Action, list[MeasureOutcome]] = {}
    for measure in measures_in_force(plan):
        outcome = _measure_outcome(measure, history=history, years=years, is_over=is_over, on=on)
        grouped.setdefault(measure.action, []).append(outcome)
    actions = [_action_outcome(action, measures=measures) for action, measures in grouped.items()]
    return FinalAssessment(plan, is_over, years, actions, goals(plan, on=on))


def _measure_outcome(
    measure: Measure, *, history: History, years: Sequence[int], is_over: bool, on: date
) -> MeasureOutcome:
    by_year = [
        YearStanding(year, _after(year, measure=measure, history=history, on=on).standing) for year in years
    ]
    now = history.standing(measure, until=(measure.action.plan.ends_in, YEAR_END), on=on)
    return MeasureOutcome(measure, by_year, _outcome(now.standing, is_over=is_over), history.latest(measure))


def _after(year: int, *, measure: Measure, history: History, on: date) -> MeasureStanding:
    until = (year, YEAR_END)
    return history.standing(measure, until=until, on=min(on, history.closing_day(until)))


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
