"""The open data of a plan, as JSON and as flat rows; the shape is documented in docs/reference/open-data.md."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kepu.plans.queries.goals import GoalProgress
from kepu.plans.queries.overview import ActionLine, MeasureLine, Quarter
from kepu.portal.public_plans import PublicPlan

Value = str | int | float | bool | None


def as_json(shown: PublicPlan) -> dict[str, Any]:
    plan = shown.plan
    return {
        "plan": {
            "slug": plan.slug,
            "title": plan.title,
            "title_en": plan.title_en,
            "region": plan.region_id,
            "starts_in": plan.starts_in,
            "ends_in": plan.ends_in,
            "version": plan.version,
            "is_demonstration": plan.is_demo,
        },
        "as_of": shown.on.isoformat(),
        "targets": target_rows(shown),
        "actions": [_action(line) for line in shown.actions],
    }


def target_rows(shown: PublicPlan) -> list[dict[str, Value]]:
    return [_target(goal.progress) for goal in shown.goals]


def measure_rows(shown: PublicPlan) -> list[dict[str, Value]]:
    """One flat row a measure, for the CSV."""
    return [
        {
            "action": action.title,
            "code": line.code,
            "measure": line.title,
            "units": "、".join(_units(line)),
            "standing": line.standing.value,
            "standing_zh": str(line.standing.label),
            "verified_until": _quarter(line.verified_until),
        }
        for action in shown.actions
        for line in action.measures
    ]


def _action(line: ActionLine) -> dict[str, Any]:
    return {
        "title": line.title,
        "title_en": line.title_en,
        "kind": line.kind,
        "leads": _units(line),
        "standing": line.standing.value,
        "measures": [_measure(measure) for measure in line.measures],
    }


def _measure(line: MeasureLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "title": line.title,
        "title_en": line.title_en,
        "units": _units(line),
        "standing": line.standing.value,
        "verified_until": _quarter(line.verified_until),
    }


def _target(goal: GoalProgress) -> dict[str, Value]:
    target, value = goal.target, goal.value
    return {
        "name": target.name,
        "comparator": target.comparator,
        "target": _number(target.value),
        "unit": target.unit,
        "population": target.population,
        "due_on": target.due_on.isoformat() if target.due_on else None,
        "stated_in_plan": target.is_from_plan,
        "kind_expected": target.kind,
        "value": _number(value.value) if value else None,
        "kind": value.kind if value else None,
        "low": _number(value.low) if value else None,
        "high": _number(value.high) if value else None,
        "sample_size": value.sample_size if value else None,
        "as_of": value.as_of.isoformat() if value else None,
        "source": value.source if value else None,
        "verdict": goal.verdict.value,
    }


def _units(line: ActionLine | MeasureLine) -> list[str]:
    return [unit.short_name for unit in line.units]


def _quarter(quarter: Quarter | None) -> str | None:
    return f"{quarter.year}-Q{quarter.quarter}" if quarter else None


def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
