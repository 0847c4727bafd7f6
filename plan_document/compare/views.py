"""A plan as a comparison sees it, whether it is a draft or stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from plan_document.draft import Comparator, PlanDraft, Target, Unit


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure of a draft or of a stored plan. `key` is the caller's and comes back unchanged."""

    key: str
    title: str
    text: str
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action of a draft or of a stored plan."""

    key: str
    title: str
    measures: tuple[MeasureView, ...]
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target of a draft or of a stored plan; `measure` is the key of the measure that states it."""

    key: str
    text: str
    comparator: Comparator
    value: float
    unit: str
    population: str = ""
    baseline: float | None = None
    deadline: str | None = None
    per: str = ""
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class PlanView:
    """As much of a plan as a comparison needs."""

    actions: tuple[ActionView, ...]
    targets: tuple[TargetView, ...] = ()


def view_of(draft: PlanDraft) -> PlanView:
    """The draft for a comparison; the keys are positions counted from one: `2` and `2.3`."""
    actions = tuple(
        ActionView(
            key=str(number),
            title=action.title,
            measures=tuple(
                MeasureView(
                    f"{number}.{inner}",
                    measure.title,
                    measure.text,
                    _names(measure.leads),
                    _names(measure.partners),
                )
                for inner, measure in enumerate(action.measures, start=1)
            ),
            leads=_names(action.leads),
            partners=_names(action.partners),
        )
        for number, action in enumerate(draft.actions, start=1)
    )
    targets = enumerate(draft.targets, start=1)
    return PlanView(actions, tuple(_target_view(target, key=str(number)) for number, target in targets))


def _names(units: Iterable[Unit]) -> tuple[str, ...]:
    return tuple(unit.name for unit in units)


def _target_view(target: Target, *, key: str) -> TargetView:
    position = target.measure
    return TargetView(
        key=key,
        text=target.text,
        comparator=target.comparator,
        value=target.value,
        unit=target.unit,
        population=target.population,
        baseline=target.baseline,
        deadline=target.deadline,
        per=target.per,
        measure=f"{position[0] + 1}.{position[1] + 1}" if position is not None else None,
    )
