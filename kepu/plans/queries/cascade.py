"""A target among the targets of higher plans, and its values through time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from kepu.plans.models import PlanLevel, Target, TargetValue

_ORDER = (PlanLevel.NATION, PlanLevel.PROVINCE, PlanLevel.CITY, PlanLevel.DISTRICT)


@dataclass(frozen=True, slots=True)
class ValueInHistory:
    """A value, and whether a later row for the same day corrects it."""

    value: TargetValue
    is_corrected: bool


def above(target: Target) -> list[Target]:
    """The higher targets that this one serves, the highest first; at most one query for each level."""
    chain: list[Target] = []
    parent = target.parent
    while parent is not None:
        chain.append(parent)
        parent = (
            None
            if parent.parent_id is None
            else Target.objects.select_related("plan").get(pk=parent.parent_id)
        )
    return chain[::-1]


def candidates(target: Target) -> QuerySet[Target]:
    """Targets of higher levels in the same unit, kept by the same office."""
    higher = _ORDER[: _ORDER.index(PlanLevel(target.plan.level))]
    return Target.objects.filter(
        plan__level__in=higher,
        plan__office=target.plan.office_id,
        unit=target.unit,
        withdrawn_in__isnull=True,
    ).select_related("plan")


def history(target: Target) -> Sequence[ValueInHistory]:
    """Every row, newest day first; of one day the valid one first and what it corrects after it."""
    seen: set[object] = set()
    rows: list[ValueInHistory] = []
    for value in target.values.order_by("-as_of", "-recorded_at", "-pk"):
        rows.append(ValueInHistory(value, is_corrected=value.as_of in seen))
        seen.add(value.as_of)
    return rows
