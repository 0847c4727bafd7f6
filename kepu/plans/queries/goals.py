"""How far each target is, and what may be said about it. One rule for the desk, the public page and the papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.plans.models import Comparator, Plan, Target, TargetValue
from kepu.plans.queries.structure import targets_in_force


class Verdict(TextChoices):
    MET = "met", _("已达到")
    NOT_MET = "not_met", _("未达到")
    UNDER_WAY = "under_way", _("进行中")
    UNDECIDED = "undecided", _("暂不能判断")
    NO_NUMBER = "no_number", _("还没有数字")


TONES = {
    Verdict.MET: "good",
    Verdict.NOT_MET: "bad",
    Verdict.UNDER_WAY: "info",
    Verdict.UNDECIDED: "warn",
    Verdict.NO_NUMBER: "unknown",
}


@dataclass(frozen=True, slots=True)
class GoalProgress:
    """A target, the value that holds now (or none), and the verdict."""

    target: Target
    value: TargetValue | None
    verdict: Verdict

    @property
    def tone(self) -> str:
        return TONES[self.verdict]


def goals(plan: Plan, *, on: date) -> list[GoalProgress]:
    """Every target in force with its newest value up to a day: two queries."""
    return [goal_progress(target, on=on) for target in targets_in_force(plan)]


def goal_progress(target: Target, *, on: date) -> GoalProgress:
    value = newest_value(target, on=on)
    return GoalProgress(target, value, verdict(target, value=value, on=on))


def newest_value(target: Target, *, on: date) -> TargetValue | None:
    """The value of the latest day; of several rows for that day the one recorded last, which corrects the others."""
    rows = [row for row in target.values.all() if row.as_of <= on]
    return max(rows, key=lambda row: (row.as_of, row.recorded_at, row.pk), default=None)


def verdict(target: Target, *, value: TargetValue | None, on: date) -> Verdict:
    """An estimate is met or not met only when its whole interval lies on one side of the target."""
    if value is None:
        return Verdict.NO_NUMBER
    if target.comparator in (Comparator.ABOUT, Comparator.MULTIPLY):
        return Verdict.UNDECIDED
    if value.low is None or value.high is None:
        return _verdict_of_a_point(target, value=value, on=on)
    ends = {_reaches(target, amount=value.low), _reaches(target, amount=value.high)}
    if len(ends) == 2:
        return Verdict.UNDECIDED
    return Verdict.MET if ends == {True} else Verdict.NOT_MET


def _verdict_of_a_point(target: Target, *, value: TargetValue, on: date) -> Verdict:
    """A number without an interval: an estimate decides nothing; a count is met, or still has time until its day."""
    if target.kind == "estimated":
        return Verdict.UNDECIDED
    if _reaches(target, amount=value.value):
        return Verdict.MET
    return Verdict.UNDER_WAY if target.due_on is None or on <= target.due_on else Verdict.NOT_MET


def _reaches(target: Target, *, amount: Decimal) -> bool:
    return {
        Comparator.AT_LEAST: amount >= target.value,
        Comparator.MORE_THAN: amount > target.value,
        Comparator.AT_MOST: amount <= target.value,
        Comparator.LESS_THAN: amount < target.value,
        Comparator.EQUAL: amount == target.value,
    }[Comparator(target.comparator)]
