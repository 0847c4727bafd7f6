"""What the public may read of a plan, as plain values: the page, the JSON and the CSV say the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kepu.accounts.models import Organisation
from kepu.core.composed import columns_of, composed, instances
from kepu.plans.models import Plan, PlanLevel, Target
from kepu.plans.queries.cascade import above
from kepu.plans.queries.goals import GoalProgress, goals
from kepu.plans.queries.overview import ActionLine, overview


@dataclass(frozen=True, slots=True)
class PublicGoal:
    """A goal with the higher goals that it serves, the highest first."""

    progress: GoalProgress
    above: Sequence[Target]


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """Goals and actions of one plan on one day."""

    plan: Plan
    on: date
    goals: Sequence[PublicGoal]
    actions: Sequence[ActionLine]

    @property
    def measure_count(self) -> int:
        return sum(len(action.measures) for action in self.actions)

    @property
    def is_over(self) -> bool:
        return self.on > self.plan.last_day


@dataclass(frozen=True, slots=True)
class PlanList:
    """Every public plan: the one of today, the others of the district, and the documents above them."""

    current: Plan | None
    others: Sequence[Plan]
    higher: Sequence[Plan]

    @property
    def count(self) -> int:
        return len(self.others) + len(self.higher) + (self.current is not None)


def plan_at(slug: str) -> Plan | None:
    """The public plan at an address, with its office: two queries."""
    found = instances(Plan, _plan(slug))
    for plan in found:
        (plan.office,) = instances(Organisation, _organisation(plan.office_id))
    return found[0] if found else None


def public_plans() -> QuerySet[Plan]:
    return Plan.objects.filter(is_public=True).select_related("region", "office")


def plan_list(*, on: date) -> PlanList:
    plans = list(public_plans())
    current = _current(plans, on=on)
    district = [plan for plan in plans if plan.level == PlanLevel.DISTRICT and plan != current]
    return PlanList(current, district, [plan for plan in plans if plan.level != PlanLevel.DISTRICT])


def current_plan(*, on: date) -> Plan | None:
    """The public plan of the district that runs on this day, or else the one that ended last."""
    return _current(instances(Plan, _district_plans()), on=on)


def _current(plans: Iterable[Plan], *, on: date) -> Plan | None:
    district = [plan for plan in plans if plan.level == PlanLevel.DISTRICT]
    running = [plan for plan in district if plan.starts_in <= on.year <= plan.ends_in]
    over = [plan for plan in district if plan.ends_in < on.year]
    if running:
        return max(running, key=lambda plan: plan.starts_in)
    return max(over or district, key=lambda plan: plan.ends_in, default=None)


def public_plan(plan: Plan, *, on: date) -> PublicPlan:
    """The whole page in a fixed number of queries, however many measures the plan has."""
    return PublicPlan(plan, on, public_goals(plan, on=on), overview(plan.pk, on=on))


def public_goals(plan: Plan, *, on: date) -> list[PublicGoal]:
    return [PublicGoal(goal, above(goal.target)) for goal in goals(plan, on=on)]


@composed
def _district_plans() -> QuerySet[Plan, Any]:
    plans = Plan.objects.filter(is_public=True, level=PlanLevel.DISTRICT)
    return plans.values_list(*columns_of(Plan))


@composed
def _plan(slug: str) -> QuerySet[Plan, Any]:
    return Plan.objects.filter(is_public=True, slug=slug).values_list(*columns_of(Plan))


@composed
def _organisation(pk: int) -> QuerySet[Organisation, Any]:
    return Organisation.objects.filter(pk=pk).values_list(*columns_of(Organisation))
