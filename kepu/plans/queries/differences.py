"""How a plan to be differs from a plan in force, and which of its rows each new item continues."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kepu.plans.models import Plan, Responsibility, ResponsibilityRole
from kepu.plans.queries.outline import ActionOutline, MeasureOutline, Owner, PlanOutline, TargetOutline
from kepu.plans.queries.structure import actions_in_force, targets_in_force
from kepu.plans.queries.written_units import UnitState
from plan_document.compare import (
    ActionView,
    Difference,
    MeasureView,
    PlanView,
    TargetView,
    action_continuations,
    compare,
    continuations,
    target_continuations,
)
from plan_document.draft import Comparator


@dataclass(frozen=True, slots=True)
class Continued:
    """For the key of each new item the row it continues; what begins anew is not in it."""

    actions: dict[str, int]
    measures: dict[str, int]
    targets: dict[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, and the title of the action or measure that it is about where its own words do not say so."""

    difference: Difference
    item: str

    def as_json(self) -> dict[str, str]:
        """The change as a plan version keeps it."""
        found = self.difference
        return {"kind": found.kind.value, "item": self.item, "old": found.old, "new": found.new}


def changes(old: Plan, new: PlanOutline) -> list[Change]:
    """Everything that an amendment would change in the plan."""
    before, after = view_of_plan(old), view_of_outline(new)
    titles = _titles(after)
    return [
        Change(one, titles.get(f"{one.kind.value.split('_')[0]}:{one.new_key}", ""))
        for one in compare(before, after)
    ]


def _titles(plan: PlanView) -> dict[str, str]:
    titles = {f"action:{action.key}": action.title for action in plan.actions}
    measures = [measure for action in plan.actions for measure in action.measures]
    return titles | {f"measure:{measure.key}": measure.title for measure in measures}


def continued(old: Plan, new: PlanOutline) -> Continued:
    """Which rows of the plan the new items are."""
    before, after = view_of_plan(old), view_of_outline(new)
    return Continued(
        actions=_pairs(action_continuations(before, after)),
        measures=_pairs(continuations(before, after)),
        targets=_pairs(target_continuations(before, after)),
    )


def view_of_plan(plan: Plan) -> PlanView:
    """The plan in force for a comparison; the keys are those of its rows."""
    actions = tuple(
        ActionView(
            key=str(action.pk),
            title=action.title,
            measures=tuple(
                MeasureView(
                    str(measure.pk), measure.title, measure.text, **_names(measure.responsibilities.all())
                )
                for measure in action.measures.all()
            ),
            **_names(action.responsibilities.all(), others_take_part=action.others_take_part),
        )
        for action in actions_in_force(plan)
    )
    targets = tuple(
        TargetView(
            key=str(target.pk),
            text=target.text or target.name,
            comparator=Comparator(target.comparator),
            value=float(target.value),
            unit=target.unit,
            population=target.population,
            baseline=None if target.baseline is None else float(target.baseline),
            deadline=target.due_on.isoformat() if target.due_on else None,
            per=target.per,
            measure=str(target.measure_id) if target.measure_id else None,
        )
        for target in targets_in_force(plan).filter(is_from_plan=True)
    )
    return PlanView(actions, targets)


def view_of_outline(plan: PlanOutline) -> PlanView:
    """The plan to be for a comparison; units are compared by what they are, not by how they are written."""
    return PlanView(
        tuple(_action_view(action) for action in plan.actions),
        tuple(_target_view(target) for target in plan.targets),
    )


def _action_view(action: ActionOutline) -> ActionView:
    return ActionView(
        key=action.key,
        title=action.title,
        measures=tuple(_measure_view(measure) for measure in action.measures),
        **_names(action.owners, others_take_part=action.others_take_part),
    )


def _measure_view(measure: MeasureOutline) -> MeasureView:
    return MeasureView(measure.key, measure.title, measure.text, **_names(measure.owners))


def _target_view(target: TargetOutline) -> TargetView:
    return TargetView(
        key=target.key,
        text=target.text or target.name,
        comparator=Comparator(target.comparator),
        value=float(target.value),
        unit=target.unit,
        population=target.population,
        baseline=None if target.baseline is None else float(target.baseline),
        deadline=target.due_on.isoformat() if target.due_on else None,
        per=target.per,
        measure=target.measure,
    )


def _names(
    owners: Iterable[Owner] | Iterable[Responsibility], *, others_take_part: bool = False
) -> dict[str, tuple[str, ...]]:
    rows = [(owner.role, owner.organisation.short_name) for owner in owners]
    others = (str(UnitState.ALL_MEMBERS.label),) if others_take_part else ()
    return {
        "leads": tuple(name for role, name in rows if role == ResponsibilityRole.LEAD),
        "partners": (*(name for role, name in rows if role == ResponsibilityRole.PARTNER), *others),
    }


def _pairs(found: Iterable[Any]) -> dict[str, int]:
    return {one.new_key: int(one.old_key) for one in found if one.old_key is not None}
