"""Edits of who leads and who takes part, of an action or of one measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from plan_document.draft import Action, Measure, PlanDraft, Unit
from plan_document.editing.places import (
    action_at,
    measure_at,
    person_text,
    with_action,
    with_measures,
)
from plan_document.editing.refusal import EditRefused

_NAME_LENGTH = 60
_MOST_UNITS = 200


def joined(first: tuple[Unit, ...], second: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """The units of both, each name once, in order."""
    names = {unit.name for unit in first}
    return (*first, *(unit for unit in second if unit.name not in names))


def without(some: tuple[Unit, ...], *, units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Some units but those named among the others."""
    names = {unit.name for unit in units}
    return tuple(unit for unit in some if unit.name not in names)


def set_owners(
    draft: PlanDraft,
    *,
    action: int,
    measure: int | None = None,
    leads: Sequence[str] | None = None,
    partners: Sequence[str] | None = None,
) -> PlanDraft:
    """The action or measure with exactly these lead and partner units; what is not given stays."""
    owned = _owned(draft, action=action, measure=measure)
    new_leads = owned.leads if leads is None else _units(draft, owned, names=leads)
    new_partners = owned.partners if partners is None else _units(draft, owned, names=partners)
    if {unit.name for unit in new_leads} & {unit.name for unit in new_partners}:
        raise EditRefused("unit_twice", "同一单位不能既牵头又配合，请只保留一处。")
    return _with_owners(draft, action=action, measure=measure, leads=new_leads, partners=new_partners)


def add_lead(draft: PlanDraft, *, action: int, measure: int | None = None, name: str) -> PlanDraft:
    """One more lead unit; if it was a partner, it is one no longer."""
    owned = _owned(draft, action=action, measure=measure)
    unit = _unit(draft, owned, name=name)
    return _with_owners(
        draft,
        action=action,
        measure=measure,
        leads=joined(owned.leads, (unit,)),
        partners=_left_out(owned.partners, name=unit.name),
    )


def add_partner(draft: PlanDraft, *, action: int, measure: int | None = None, name: str) -> PlanDraft:
    """One more partner unit; if it was a lead, it is one no longer."""
    owned = _owned(draft, action=action, measure=measure)
    unit = _unit(draft, owned, name=name)
    return _with_owners(
        draft,
        action=action,
        measure=measure,
        leads=_left_out(owned.leads, name=unit.name),
        partners=joined(owned.partners, (unit,)),
    )


def remove_owner(draft: PlanDraft, *, action: int, measure: int | None = None, name: str) -> PlanDraft:
    """The action or measure without this unit."""
    owned = _owned(draft, action=action, measure=measure)
    wanted = person_text(name, longest=_NAME_LENGTH)
    if all(unit.name != wanted for unit in (*owned.leads, *owned.partners)):
        raise EditRefused("no_such_unit", "这里没有这个单位，页面可能已经过时，请刷新后再试。")
    return _with_owners(
        draft,
        action=action,
        measure=measure,
        leads=_left_out(owned.leads, name=wanted),
        partners=_left_out(owned.partners, name=wanted),
    )


def _owned(draft: PlanDraft, *, action: int, measure: int | None) -> Action | Measure:
    if measure is None:
        return action_at(draft, action)
    return measure_at(draft, action=action, measure=measure)


def _with_owners(
    draft: PlanDraft,
    *,
    action: int,
    measure: int | None,
    leads: tuple[Unit, ...],
    partners: tuple[Unit, ...],
) -> PlanDraft:
    whole = draft.actions[action]
    if measure is None:
        return with_action(draft, action, action=replace(whole, leads=leads, partners=partners))
    owned = replace(whole.measures[measure], leads=leads, partners=partners)
    measures = (*whole.measures[:measure], owned, *whole.measures[measure + 1 :])
    return with_measures(draft, action, measures=measures)


def _left_out(units: tuple[Unit, ...], *, name: str) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit.name != name)


def _units(draft: PlanDraft, owned: Action | Measure, *, names: Sequence[str]) -> tuple[Unit, ...]:
    if len(names) > _MOST_UNITS:
        raise EditRefused("too_many_units", "单位过多，请检查后再保存。")
    units: tuple[Unit, ...] = ()
    for name in names:
        units = joined(units, (_unit(draft, owned, name=name),))
    return units


def _unit(draft: PlanDraft, owned: Action | Measure, *, name: str) -> Unit:
    """The unit with its place: where it stood, else where the text names it, else the end of the text."""
    wanted = person_text(name, longest=_NAME_LENGTH)
    for unit in (*owned.leads, *owned.partners):
        if unit.name == wanted:
            return replace(unit, confidence=1.0)
    found = draft.source.rfind(wanted, owned.start, owned.end)
    if found < 0:
        return Unit(wanted, owned.end, owned.end)
    return Unit(wanted, found, found + len(wanted))
