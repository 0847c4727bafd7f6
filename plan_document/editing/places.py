"""Seams, stretches and positions in a draft: what the edits have in common."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from plan_document.draft import Action, Measure, Part, PartKind, PlanDraft, Target
from plan_document.editing.refusal import EditRefused

Position = tuple[int, int]

_NOT_WORDS = frozenset({PartKind.OWNERS, PartKind.PAGE_MARK, PartKind.BOILERPLATE})
_LAYOUT = re.compile(r"\s*[\r\n\f\v]\s*")


def action_at(draft: PlanDraft, index: int) -> Action:
    """The action at the position, or a refusal."""
    if not 0 <= index < len(draft.actions):
        raise EditRefused("no_such_action", "没有这项任务，页面可能已经过时，请刷新后再试。")
    return draft.actions[index]


def measure_at(draft: PlanDraft, *, action: int, measure: int) -> Measure:
    """The measure at the position, or a refusal."""
    measures = action_at(draft, action).measures
    if not 0 <= measure < len(measures):
        raise EditRefused("no_such_measure", "没有这条举措，页面可能已经过时，请刷新后再试。")
    return measures[measure]


def with_action(draft: PlanDraft, index: int, *, action: Action) -> PlanDraft:
    """The draft with another action in this place."""
    actions = (*draft.actions[:index], action, *draft.actions[index + 1 :])
    return replace(draft, actions=actions)


def with_measures(draft: PlanDraft, index: int, *, measures: tuple[Measure, ...]) -> PlanDraft:
    """The draft with other measures in this action."""
    return with_action(draft, index, action=replace(draft.actions[index], measures=measures))


def targets_moved(
    draft: PlanDraft, *, where: Callable[[Target, Position], Position | None]
) -> tuple[Target, ...]:
    """The targets, each at the place where its measure has gone."""
    return tuple(
        target if target.measure is None else replace(target, measure=where(target, target.measure))
        for target in draft.targets
    )


def given_stretch(draft: PlanDraft, *, start: int | None, end: int | None) -> tuple[int, int] | None:
    """The stretch of the source that was chosen, None if none was, or a refusal."""
    if start is None and end is None:
        return None
    if start is None or end is None or not 0 <= start < end <= len(draft.source):
        raise EditRefused("no_such_text", "选中的文字不在原文中，请重新选择。")
    return start, end


def free_stretch(draft: PlanDraft, *, start: int | None, end: int | None) -> tuple[int, int] | None:
    """The chosen stretch, refused if it belongs to a measure or names an action already."""
    stretch = given_stretch(draft, start=start, end=end)
    if stretch is not None:
        _check_free(draft, start=stretch[0], end=stretch[1])
    return stretch


def overlaps(start: int, end: int, other_start: int, other_end: int) -> bool:
    """Whether two stretches share text; what a person typed has no text of its own in the source."""
    return max(start, other_start) < min(end, other_end)


def _check_free(draft: PlanDraft, *, start: int, end: int) -> None:
    taken = [(measure.start, measure.end) for action in draft.actions for measure in action.measures]
    taken += [(part.start, part.end) for part in draft.parts if part.kind is PartKind.ACTION_TITLE]
    if any(overlaps(start, end, *its) for its in taken):
        raise EditRefused("text_taken", "选中的文字已属于其他任务或举措，请先拆分或移除原有的一条。")


def cut(parts: tuple[Part, ...], *, at: int) -> tuple[Part, ...]:
    """The same parts with a seam at the offset."""
    seamed: list[Part] = []
    for part in parts:
        if part.start < at < part.end:
            seamed += [replace(part, end=at), replace(part, start=at)]
        else:
            seamed.append(part)
    return tuple(seamed)


def marked(
    parts: tuple[Part, ...],
    *,
    start: int,
    end: int,
    become: Callable[[PartKind], PartKind],
) -> tuple[Part, ...]:
    """The parts with the kinds inside the stretch changed; what surrounds it is left alone."""
    seamed = cut(cut(parts, at=start), at=end)
    return tuple(
        replace(part, kind=become(part.kind)) if start <= part.start and part.end <= end else part
        for part in seamed
    )


def words_between(draft: PlanDraft, *, start: int, end: int) -> str:
    """The words of the plan in the stretch: without owners, page marks, boilerplate and line ends."""
    pieces = (
        draft.source[max(part.start, start) : min(part.end, end)]
        for part in draft.parts
        if part.kind not in _NOT_WORDS and part.start < end and start < part.end
    )
    return _LAYOUT.sub("", "".join(pieces)).strip()


def person_text(text: str, *, longest: int = 500) -> str:
    """A name or heading as a person typed it, trimmed; an empty or endless one is refused."""
    trimmed = " ".join(text.split())
    if not trimmed:
        raise EditRefused("empty_text", "内容不能为空，请填写后再保存。")
    if len(trimmed) > longest:
        raise EditRefused("text_too_long", f"内容过长，请控制在{longest}字以内。")
    return trimmed
