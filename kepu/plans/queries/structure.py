"""The plan as it is in force: actions, measures and who answers for them, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from kepu.plans.models import Action, Measure, Plan, Responsibility, ResponsibilityRole, Target

RESPONSIBILITIES = Responsibility.objects.select_related("organisation")
T = TypeVar("T")


def actions_in_force(plan: Plan) -> QuerySet[Action]:
    """Actions with their measures and responsible units: four queries, however many measures."""
    return (
        plan.actions.filter(withdrawn_in__isnull=True)
        .select_related("plan")
        .prefetch_related(
            Prefetch("responsibilities", RESPONSIBILITIES),
            Prefetch("measures", Measure.objects.filter(withdrawn_in__isnull=True)),
            Prefetch("measures__responsibilities", RESPONSIBILITIES),
        )
    )


def measures_in_force(plan: Plan) -> QuerySet[Measure]:
    """Measures with their action and all responsible units."""
    return with_units(Measure.objects.filter(action__plan=plan))


def with_units(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    """Of these measures those in force, with their action, plan and all responsible units: three queries."""
    return (
        measures.filter(withdrawn_in__isnull=True, action__withdrawn_in__isnull=True)
        .select_related("action__plan__office")
        .prefetch_related(
            Prefetch("responsibilities", RESPONSIBILITIES),
            Prefetch("action__responsibilities", RESPONSIBILITIES),
        )
    )


def targets_in_force(plan: Plan) -> QuerySet[Target]:
    return plan.targets.filter(withdrawn_in__isnull=True).prefetch_related("values")


def responsible_for(measure: Measure) -> list[Responsibility]:
    """The measure's own units if it names any, else its action's; leads first."""
    rows = answering(
        list(measure.responsibilities.all()), of_action=list(measure.action.responsibilities.all())
    )
    return sorted(rows, key=lambda row: (row.role != ResponsibilityRole.LEAD, row.position))


def answering(own: Sequence[T], *, of_action: Sequence[T]) -> Sequence[T]:
    """Who answers for a measure: the units that it names itself, or else those of its action."""
    return own or of_action


def leads_of(measure: Measure) -> list[Responsibility]:
    return [row for row in responsible_for(measure) if row.role == ResponsibilityRole.LEAD]
