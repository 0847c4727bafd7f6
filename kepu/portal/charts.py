"""The data behind the charts of the public pages, in the shape that `<c-chart>` draws."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kepu.core.templatetags.kepu_format import day
from kepu.plans.models import NumberKind, TargetValue
from kepu.plans.queries.goals import GoalProgress

LEAST_VALUES = 2
"""One value is a number, not a course."""


def course_of(goal: GoalProgress) -> dict[str, Any] | None:
    """The values of a goal through time with their intervals, and the target as a line; None when there are too few."""
    if len(goal.history) < LEAST_VALUES:
        return None
    return {
        "kind": "line",
        "unit": goal.target.unit,
        "categories": [day(value.as_of) for value in goal.history],
        "series": _series(goal.history, kind=goal.target.kind),
        "target": {"label": _("目标"), "value": _number(goal.target.value)},
    }


def _series(values: Sequence[TargetValue], *, kind: str) -> list[dict[str, Any]]:
    name = NumberKind(kind).label
    series = [{"name": str(name), "values": [_number(value.value) for value in values]}]
    if all(value.low is not None and value.high is not None for value in values):
        series.append({"name": _("区间上限"), "values": [_number(value.high) for value in values]})
        series.append({"name": _("区间下限"), "values": [_number(value.low) for value in values]})
    return series


def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
