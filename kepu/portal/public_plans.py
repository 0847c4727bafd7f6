"""What the public may read of a plan, as plain values: the page, the JSON and the CSV say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from kepu.plans.models import Action, Measure, Plan, PlanLevel, ReportState, Standing
from kepu.plans.queries.goals import GoalProgress, goals
from kepu.plans.queries.standing import MeasureStanding, standings, worst
from kepu.plans.queries.structure import actions_in_force, leads_of, responsible_for

STANDING_TONES = {
    Standing.DONE: "good",
    Standing.ON_TRACK: "good",
    Standing.AT_RISK: "warn",
    Standing.LATE: "bad",
    Standing.SILENT: "unknown",
    Standing.NOT_DUE: "info",
}


@dataclass(frozen=True, slots=True)
class PublicMeasure:
    measure: Measure
    standing: Standing
    units: str
    verified_until: str

    @property
    def tone(self) -> str:
        return STANDING_TONES[self.standing]


@dataclass(frozen=True, slots=True)
class PublicAction:
    action: Action
    leads: str
    standing: Standing
    measures: list[PublicMeasure]

    @property
    def tone(self) -> str:
        return STANDING_TONES[self.standing]


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """Goals and actions of one plan on one day."""

    plan: Plan
    on: date
    goals: list[GoalProgress]
    actions: list[PublicAction]

    @property
    def counts(self) -> list[tuple[Standing, int, str]]:
        """How many measures stand how, for those standings that occur."""
        found = Counter(row.standing for action in self.actions for row in action.measures)
        return [
            (standing, found[standing], STANDING_TONES[standing]) for standing in Standing if found[standing]
        ]

    @property
    def measure_count(self) -> int:
        return sum(len(action.measures) for action in self.actions)


def current_plan(*, on: date) -> Plan | None:
    """The public plan of the district that runs on this day, or else the one that ended last."""
    plans = Plan.objects.filter(is_public=True, level=PlanLevel.DISTRICT).select_related("region", "office")
    running = plans.filter(starts_in__lte=on.year, ends_in__gte=on.year).order_by("-starts_in").first()
    return running or plans.filter(ends_in__lt=on.year).order_by("-ends_in").first() or plans.first()


def public_plan(plan: Plan, *, on: date) -> PublicPlan:
    """The whole page in a fixed number of queries, however many measures the plan has."""
    by_measure = {row.measure.pk: row for row in standings(plan, on=on)}
    actions = [_public_action(action, by_measure=by_measure) for action in actions_in_force(plan)]
    return PublicPlan(plan, on, goals(plan, on=on), actions)


def _public_action(action: Action, *, by_measure: dict[int, MeasureStanding]) -> PublicAction:
    rows = [_public_measure(by_measure[measure.pk]) for measure in action.measures.all()]
    leads = _names(row.organisation.short_name for row in action.responsibilities.all() if row.role == "lead")
    return PublicAction(action, leads, worst(row.standing for row in rows), rows)


def _public_measure(row: MeasureStanding) -> PublicMeasure:
    """A report counts as progress for the public only once the office has verified it."""
    latest = row.latest
    verified = str(latest.period) if latest and latest.state == ReportState.ACCEPTED else ""
    units = leads_of(row.measure) or responsible_for(row.measure)
    return PublicMeasure(
        row.measure, row.standing, _names(unit.organisation.short_name for unit in units), verified
    )


def _names(names: Iterator[str]) -> str:
    return "、".join(names)


def as_json(shown: PublicPlan) -> dict[str, Any]:
    """The open data of a plan; the shape is documented in docs/reference/open-data.md."""
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
        "targets": [_target_row(goal) for goal in shown.goals],
        "actions": [_action_json(row) for row in shown.actions],
    }


def _action_json(row: PublicAction) -> dict[str, Any]:
    return {
        "title": row.action.title,
        "title_en": row.action.title_en,
        "kind": row.action.kind,
        "leads": row.leads.split("、") if row.leads else [],
        "standing": row.standing.value,
        "measures": [
            {
                "code": measure.measure.code,
                "title": measure.measure.title,
                "title_en": measure.measure.title_en,
                "units": measure.units.split("、") if measure.units else [],
                "standing": measure.standing.value,
                "verified_until": measure.verified_until,
            }
            for measure in row.measures
        ],
    }


def _target_row(goal: GoalProgress) -> dict[str, Any]:
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


def target_rows(shown: PublicPlan) -> list[dict[str, Any]]:
    return [_target_row(goal) for goal in shown.goals]


def measure_rows(shown: PublicPlan) -> list[dict[str, Any]]:
    """One flat row a measure, for the CSV."""
    return [
        {
            "action": row.action.title,
            "code": measure.measure.code,
            "measure": measure.measure.title,
            "units": measure.units,
            "standing": measure.standing.value,
            "standing_zh": str(measure.standing.label),
            "verified_until": measure.verified_until,
        }
        for row in shown.actions
        for measure in row.measures
    ]


def _number(value: Any) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
