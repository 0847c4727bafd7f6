"""Edits of numeric targets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from plan_document.draft import Comparator, PlanDraft, Target
from plan_document.editing.places import given_stretch, measure_at, person_text
from plan_document.editing.refusal import EditRefused

_UNIT_LENGTH = 20
_PHRASE_LENGTH = 200
_SENTENCE_LENGTH = 2000
_HOME = frozenset({"action", "measure"})


@dataclass(frozen=True, slots=True)
class TargetWording:
    """What a person says about a target; the fields mean what they mean in `Target`."""

    value: float
    unit: str
    text: str = ""
    comparator: Comparator = Comparator.AT_LEAST
    population: str = ""
    baseline: float | None = None
    deadline: str | None = None
    per: str = ""


def add_target(
    draft: PlanDraft,
    *,
    wording: TargetWording,
    action: int | None = None,
    measure: int | None = None,
    start: int | None = None,
    end: int | None = None,
) -> PlanDraft:
    """A target that the reader missed, placed by a stretch of the source or by its own words."""
    position = _position(draft, action=action, measure=measure)
    words = wording.text.strip()[:_SENTENCE_LENGTH]
    stretch = given_stretch(draft, start=start, end=end)
    place_start, place_end = stretch or _place(draft, words=words, position=position)
    added = Target(
        text=words or draft.source[place_start:place_end],
        comparator=wording.comparator,
        value=wording.value,
        unit=wording.unit,
        population=wording.population,
        baseline=wording.baseline,
        deadline=wording.deadline,
        per=wording.per,
        measure=position,
        start=place_start,
        end=place_end,
    )
    return replace(draft, targets=(*draft.targets, _checked(added)))


def edit_target(draft: PlanDraft, *, target: int, changes: Mapping[str, Any]) -> PlanDraft:
    """The target with some fields changed; `action` and `measure` together say whose it is."""
    old = _target_at(draft, target)
    fields = {name: value for name, value in changes.items() if name not in _HOME}
    if _HOME & changes.keys():
        fields["measure"] = _position(draft, action=changes.get("action"), measure=changes.get("measure"))
    new = _checked(replace(old, confidence=1.0, **fields))
    return replace(draft, targets=(*draft.targets[:target], new, *draft.targets[target + 1 :]))


def remove_target(draft: PlanDraft, *, target: int) -> PlanDraft:
    """The draft without this target; the text that was taken for one stays."""
    _target_at(draft, target)
    return replace(draft, targets=(*draft.targets[:target], *draft.targets[target + 1 :]))


def _target_at(draft: PlanDraft, index: int) -> Target:
    if not 0 <= index < len(draft.targets):
        raise EditRefused("no_such_target", "没有这项指标，页面可能已经过时，请刷新后再试。")
    return draft.targets[index]


def _position(draft: PlanDraft, *, action: int | None, measure: int | None) -> tuple[int, int] | None:
    if action is None and measure is None:
        return None
    if action is None or measure is None:
        raise EditRefused("malformed", "指标所属的任务和举措要一并给出。")
    measure_at(draft, action=action, measure=measure)
    return (action, measure)


def _place(draft: PlanDraft, *, words: str, position: tuple[int, int] | None) -> tuple[int, int]:
    home = draft.actions[position[0]].measures[position[1]] if position else None
    floor, ceiling = (home.start, home.end) if home else (0, len(draft.source))
    found = draft.source.find(words, floor, ceiling) if words else -1
    return (found, found + len(words)) if found >= 0 else (ceiling, ceiling)


def _checked(target: Target) -> Target:
    for number in (target.value, target.baseline):
        if number is not None and not math.isfinite(number):
            raise EditRefused("not_a_number", "指标值须为数字，请重新填写。")
    return replace(
        target,
        unit=person_text(target.unit, longest=_UNIT_LENGTH),
        population=_phrase(target.population),
        per=_phrase(target.per),
        deadline=_phrase(target.deadline or "") or None,
    )


def _phrase(text: str) -> str:
    return person_text(text, longest=_PHRASE_LENGTH) if text.strip() else ""
