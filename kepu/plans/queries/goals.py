"""How far each target is, and what may be said about it. One rule for the desk, the public page and the papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.core.composed import columns_of, composed, instances
from kepu.plans.models import Comparator, Plan, Target, TargetValue
from kepu.plans.queries.counting import Counted, counted_targets


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
    """A target, the value that holds now (or none), the verdict, and how it came there: one value a day, oldest first.

    Where a rule counts the target, the value is what it counts on the day, and nothing that was reported mixes with it.
    """

    target: Target
    value: TargetValue | None
    verdict: Verdict
    history: Sequence[TargetValue]
    counted: Counted | None = None

    @property
    def tone(self) -> str:
        return TONES[self.verdict]


def goals(plan: Plan, *, on: date) -> list[GoalProgress]:
    """Every target in force with its values up to a day: two queries, or one where there is no target.

    Two more where the ledger counts one.
    """
    found = instances(Target, _targets(plan.pk))
    values: dict[int, list[TargetValue]] = defaultdict(list)
    for value in instances(TargetValue, _values(plan.pk)) if found else []:
        values[value.target_id].append(value)
    for target in found:
        target.plan = plan
    counted = counted_targets(found, on=on)
    return [_goal(target, rows=values[target.pk], counted=counted, on=on) for target in found]


def goal_progress(target: Target, *, on: date) -> GoalProgress:
    return _goal(target, rows=target.values.all(), counted=counted_targets([target], on=on), on=on)


def _goal(
    target: Target, *, rows: Iterable[TargetValue], counted: Mapping[int, Counted], on: date
) -> GoalProgress:
    found = counted.get(target.pk)
    if found is None:
        return _progress(target, rows=rows, on=on)
    verdict_now = verdict(target, value=found.value, on=on)
    return GoalProgress(target, found.value, verdict_now, [found.value], found)


def _progress(target: Target, *, rows: Iterable[TargetValue], on: date) -> GoalProgress:
    history = valid_values(row for row in rows if row.as_of <= on)
    value = history[-1] if history else None
    return GoalProgress(target, value, verdict(target, value=value, on=on), history)


def valid_values(rows: Iterable[TargetValue]) -> list[TargetValue]:
    """Of several rows for a day the one recorded last, which corrects the others; oldest day first."""
    by_day: dict[date, TargetValue] = {}
    for row in sorted(rows, key=lambda row: (row.as_of, row.recorded_at, row.pk)):
        by_day[row.as_of] = row
    return list(by_day.values())


@composed
def _targets(plan_id: int) -> QuerySet[Target, Any]:
    targets = Target.objects.filter(plan=plan_id, withdrawn_in__isnull=True)
    return targets.order_by("position", "pk").values_list(*columns_of(Target))


@composed
def _values(plan_id: int) -> QuerySet[TargetValue, Any]:
    values = TargetValue.objects.filter(target__plan=plan_id, target__withdrawn_in__isnull=True)
    return values.order_by().values_list(*columns_of(TargetValue))


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
