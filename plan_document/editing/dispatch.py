"""Edits as JSON: read the fields, then call the edit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from plan_document.draft import ActionKind, Comparator, PlanDraft
from plan_document.editing import actions, document, measures, owners, targets
from plan_document.editing.refusal import EditRefused

Read = Callable[[Any], Any]
Choice = TypeVar("Choice", bound=StrEnum)

_LONGEST_TEXT = 100_000
_WHERE = frozenset({"action", "measure", "start", "end"})
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # no database keeps these


def _malformed() -> EditRefused:
    return EditRefused("malformed", "修改的内容不完整或格式不对，请刷新页面后再试。")


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _malformed()
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _malformed()
    try:
        return float(value)
    except OverflowError:
        raise EditRefused("not_a_number", "指标值过大，请重新填写。") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT or _UNSTORABLE.search(value):
        raise _malformed()
    return value


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise _malformed()
    return tuple(_text(name) for name in value)


def _one_of(choices: type[Choice]) -> Callable[[Any], Choice]:
    def read(value: Any) -> Choice:
        try:
            return choices(value)
        except ValueError:
            raise _malformed() from None

    return read


@dataclass(frozen=True)
class _Operation:
    edit: Callable[..., PlanDraft]
    needs: Mapping[str, Read]
    takes: Mapping[str, Read] = field(default_factory=dict)
    keeps_null: frozenset[str] = frozenset()

    def arguments(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        known = {**self.needs, **self.takes}
        if not fields.keys() <= known.keys():
            raise _malformed()
        if any(fields.get(name) is None for name in self.needs):
            raise _malformed()
        return {
            name: None if value is None else known[name](value)
            for name, value in fields.items()
            if value is not None or name in self.keeps_null
        }


def _add_target(draft: PlanDraft, **fields: Any) -> PlanDraft:
    where = {name: fields.pop(name) for name in _WHERE & fields.keys()}
    return targets.add_target(draft, wording=targets.TargetWording(**fields), **where)


def _edit_target(draft: PlanDraft, *, target: int, **changes: Any) -> PlanDraft:
    return targets.edit_target(draft, target=target, changes=changes)


_MEASURE: dict[str, Read] = {"action": _whole, "measure": _whole}
_STRETCH: dict[str, Read] = {"start": _whole, "end": _whole}
_TARGET: dict[str, Read] = {
    "text": _text,
    "comparator": _one_of(Comparator),
    "population": _text,
    "baseline": _number,
    "deadline": _text,
    "per": _text,
    **_MEASURE,
}
_KIND: dict[str, Read] = {"kind": _one_of(ActionKind), "number": _text}
_OWNED: dict[str, Read] = {"action": _whole, "name": _text}
_WARNING: dict[str, Read] = {"code": _text, **_STRETCH}

_OPERATIONS: dict[str, _Operation] = {
    "split_measure": _Operation(measures.split_measure, {**_MEASURE, "at": _whole}, {"title": _text}),
    "merge_with_next_measure": _Operation(measures.merge_with_next_measure, _MEASURE),
    "rename_measure": _Operation(measures.rename_measure, {**_MEASURE, "title": _text}),
    "move_measure": _Operation(
        measures.move_measure, {**_MEASURE, "to_action": _whole, "to_measure": _whole}
    ),
    "add_measure": _Operation(
        measures.add_measure,
        {"action": _whole, "position": _whole, "title": _text},
        {"text": _text, **_STRETCH},
    ),
    "remove_measure": _Operation(measures.remove_measure, _MEASURE),
    "rename_action": _Operation(actions.rename_action, {"action": _whole, "title": _text}, _KIND),
    "add_action": _Operation(actions.add_action, {"position": _whole, "title": _text}, {**_KIND, **_STRETCH}),
    "remove_action": _Operation(actions.remove_action, {"action": _whole}),
    "split_action": _Operation(actions.split_action, {**_MEASURE, "title": _text}),
    "merge_actions": _Operation(actions.merge_actions, {"action": _whole}),
    "set_owners": _Operation(
        owners.set_owners,
        {"action": _whole},
        {"measure": _whole, "leads": _names, "partners": _names},
    ),
    "add_lead": _Operation(owners.add_lead, _OWNED, {"measure": _whole}),
    "add_partner": _Operation(owners.add_partner, _OWNED, {"measure": _whole}),
    "remove_owner": _Operation(owners.remove_owner, _OWNED, {"measure": _whole}),
    "add_target": _Operation(_add_target, {"value": _number, "unit": _text}, {**_TARGET, **_STRETCH}),
    "edit_target": _Operation(
        _edit_target,
        {"target": _whole},
        {"value": _number, "unit": _text, **_TARGET},
        keeps_null=frozenset({"baseline", "deadline", "action", "measure"}),
    ),
    "remove_target": _Operation(targets.remove_target, {"target": _whole}),
    "set_title": _Operation(document.set_title, {"title": _text}),
    "set_period": _Operation(document.set_period, _STRETCH),
    "dismiss_warning": _Operation(document.dismiss_warning, _WARNING),
    "restore_warning": _Operation(document.restore_warning, _WARNING),
}


def apply(draft: PlanDraft, edit: Mapping[str, Any]) -> PlanDraft:
    """The draft after one edit given as JSON; the shapes are in the docstring of the package."""
    if not isinstance(edit, Mapping):
        raise _malformed()
    name = edit.get("op")
    operation = _OPERATIONS.get(name) if isinstance(name, str) else None
    if operation is None:
        raise EditRefused("unknown_edit", "不认识这种修改，请刷新页面后再试。")
    fields = {key: value for key, value in edit.items() if key != "op"}
    return operation.edit(draft, **operation.arguments(fields))


def replay(draft: PlanDraft, edits: Iterable[Mapping[str, Any]]) -> PlanDraft:
    """The draft after all the edits in order; leave out the last one to undo it."""
    for edit in edits:
        draft = apply(draft, edit)
    return draft
