"""Edits of actions: add, rename, split, merge, remove."""

from __future__ import annotations

from dataclasses import replace

from plan_document.draft import Action, ActionKind, PartKind, PlanDraft, Target
from plan_document.editing.owners import joined, without
from plan_document.editing.places import (
    Position,
    action_at,
    free_stretch,
    marked,
    measure_at,
    person_text,
    targets_moved,
    with_action,
)
from plan_document.editing.refusal import EditRefused

_NUMBER_LENGTH = 20


def add_action(
    draft: PlanDraft,
    *,
    position: int,
    title: str,
    kind: ActionKind = ActionKind.TASK,
    number: str = "",
    start: int | None = None,
    end: int | None = None,
) -> PlanDraft:
    """An empty action, its heading taken from a stretch of the source or typed by a person."""
    if not 0 <= position <= len(draft.actions):
        raise EditRefused("no_such_position", "目标位置不存在，请刷新后再试。")
    stretch = free_stretch(draft, start=start, end=end)
    if stretch is None:
        place = draft.actions[position - 1].end if position else _first_place(draft)
        stretch = (place, place)
    draft = replace(
        draft,
        parts=marked(draft.parts, start=stretch[0], end=stretch[1], become=_as_title),
    )
    added = Action(_number(number), person_text(title), kind, (), (), (), *stretch)
    actions = (*draft.actions[:position], added, *draft.actions[position:])

    def where(_: Target, at: Position) -> Position:
        return (at[0] + 1, at[1]) if at[0] >= position else at

    return replace(draft, actions=actions, targets=targets_moved(draft, where=where))


def _first_place(draft: PlanDraft) -> int:
    return draft.actions[0].start if draft.actions else len(draft.source)


def _number(number: str) -> str:
    return person_text(number, longest=_NUMBER_LENGTH) if number.strip() else ""


def _as_title(kind: PartKind) -> PartKind:
    return kind if kind is PartKind.PAGE_MARK else PartKind.ACTION_TITLE


def rename_action(
    draft: PlanDraft,
    *,
    action: int,
    title: str,
    number: str | None = None,
    kind: ActionKind | None = None,
) -> PlanDraft:
    """The action under another title and, where given, another number or kind."""
    old = action_at(draft, action)
    renamed = replace(
        old,
        title=person_text(title),
        number=old.number if number is None else _number(number),
        kind=old.kind if kind is None else kind,
        confidence=1.0,
    )
    return with_action(draft, action, action=renamed)


def remove_action(draft: PlanDraft, *, action: int) -> PlanDraft:
    """The draft without this empty action; its heading becomes text that belongs to nothing."""
    gone = action_at(draft, action)
    if gone.measures:
        raise EditRefused("action_not_empty", "这项任务下还有举措，请先移走或移除这些举措。")
    end = min([gone.end, *(other.start for other in draft.actions if gone.start < other.start)])

    def where(_: Target, at: Position) -> Position:
        return (at[0] - 1, at[1]) if at[0] > action else at

    return replace(
        draft,
        parts=marked(draft.parts, start=gone.start, end=end, become=_as_other),
        actions=(*draft.actions[:action], *draft.actions[action + 1 :]),
        targets=targets_moved(draft, where=where),
    )


def _as_other(kind: PartKind) -> PartKind:
    return PartKind.OTHER if kind is PartKind.ACTION_TITLE else kind


def split_action(draft: PlanDraft, *, action: int, measure: int, title: str) -> PlanDraft:
    """Two actions out of one: the second begins with this measure; both keep the owners."""
    whole = action_at(draft, action)
    opening = measure_at(draft, action=action, measure=measure)
    if measure == 0:
        raise EditRefused("empty_half", "第一条举措之前没有可拆分的内容，请从后面的举措处拆分。")
    seam = min(max(opening.start, whole.start), whole.end)
    first = replace(whole, measures=whole.measures[:measure], end=seam, confidence=1.0)
    second = replace(
        whole,
        number="",
        title=person_text(title),
        measures=whole.measures[measure:],
        start=seam,
        confidence=1.0,
    )

    def where(_: Target, at: Position) -> Position:
        if at[0] < action or (at[0] == action and at[1] < measure):
            return at
        return (at[0] + 1, at[1] - measure if at[0] == action else at[1])

    return replace(
        draft,
        actions=(*draft.actions[:action], first, second, *draft.actions[action + 1 :]),
        targets=targets_moved(draft, where=where),
    )


def merge_actions(draft: PlanDraft, *, action: int) -> PlanDraft:
    """One action out of this and the next: its title, the owners and measures of both."""
    first = action_at(draft, action)
    second = action_at(draft, action + 1)
    leads = joined(first.leads, second.leads)
    merged = replace(
        first,
        leads=leads,
        partners=without(joined(first.partners, second.partners), units=leads),
        measures=(*first.measures, *second.measures),
        start=min(first.start, second.start),
        end=max(first.end, second.end),
        confidence=1.0,
    )

    def where(_: Target, at: Position) -> Position:
        if at[0] == action + 1:
            return (action, at[1] + len(first.measures))
        return (at[0] - 1, at[1]) if at[0] > action else at

    return replace(
        draft,
        actions=(*draft.actions[:action], merged, *draft.actions[action + 2 :]),
        targets=targets_moved(draft, where=where),
    )
