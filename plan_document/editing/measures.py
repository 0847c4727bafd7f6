"""Edits of measures: split, merge, rename, move, add, remove."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from plan_document.draft import Measure, PartKind, PlanDraft, Target
from plan_document.editing.owners import joined, without
from plan_document.editing.places import (
    Position,
    action_at,
    cut,
    free_stretch,
    marked,
    measure_at,
    overlaps,
    person_text,
    targets_moved,
    with_measures,
    words_between,
)
from plan_document.editing.refusal import EditRefused

_FIRST_CLAUSE = re.compile(r"[^。；;！!\n]{1,40}")
_MEASURE_PARTS = frozenset({PartKind.MEASURE_TITLE, PartKind.MEASURE_TEXT})
_LEFT_ALONE = frozenset({PartKind.PAGE_MARK, PartKind.OWNERS})


def split_measure(draft: PlanDraft, *, action: int, measure: int, at: int, title: str = "") -> PlanDraft:
    """Two measures out of one, cut at the source offset; both keep the owners."""
    whole = measure_at(draft, action=action, measure=measure)
    if not whole.start < at < whole.end:
        raise EditRefused("cut_outside", "拆分点不在这条举措的文字之内，请在文字中间选择拆分点。")
    seamed = replace(draft, parts=cut(draft.parts, at=at))
    before, after = _texts(seamed, whole, at=at)
    first = replace(whole, text=before, title=_kept_title(seamed, whole, at=at) or _name_for(before))
    second = replace(whole, text=after, title=person_text(title) if title else _name_for(after))
    first = replace(first, end=at, confidence=1.0)
    second = replace(second, start=at, confidence=1.0)
    measures = draft.actions[action].measures
    halves = (*measures[:measure], first, second, *measures[measure + 1 :])

    def where(target: Target, position: Position) -> Position:
        later = position > (action, measure) or target.start >= at
        if position[0] != action or position[1] < measure or not later:
            return position
        return (action, position[1] + 1)

    seamed = replace(seamed, targets=targets_moved(draft, where=where))
    return with_measures(seamed, action, measures=halves)


def _texts(draft: PlanDraft, whole: Measure, *, at: int) -> tuple[str, str]:
    """The measure's text cut where the source is cut: signs are counted, as spaces may have been left out."""
    ahead = _signs(words_between(draft, start=whole.start, end=at))
    behind = _signs(words_between(draft, start=at, end=whole.end))
    if _signs(whole.text) != ahead + behind:
        # The text is not what the source says here, as a person has typed it: the source decides.
        before = words_between(draft, start=whole.start, end=at)
        after = words_between(draft, start=at, end=whole.end)
    else:
        cut_at = _place_after(whole.text, signs=ahead)
        before, after = whole.text[:cut_at].strip(), whole.text[cut_at:].strip()
    if not before or not after:
        raise EditRefused("empty_half", "拆分后有一半没有文字，请换一个拆分点。")
    return before, after


def _signs(text: str) -> int:
    return sum(not sign.isspace() for sign in text)


def _place_after(text: str, *, signs: int) -> int:
    for place, sign in enumerate(text):
        if signs == 0:
            return place
        signs -= not sign.isspace()
    return len(text)


def _kept_title(draft: PlanDraft, whole: Measure, *, at: int) -> str:
    """The title, unless the cut goes through its words."""
    is_cut = any(
        part.kind is PartKind.MEASURE_TITLE
        and whole.start < part.end
        and part.start < whole.end
        and part.end > at
        for part in draft.parts
    )
    return "" if is_cut else whole.title


def _name_for(text: str) -> str:
    clause = _FIRST_CLAUSE.search(text)
    return clause.group().strip("，,、：: ") or text[:40] if clause else text[:40]


def merge_with_next_measure(draft: PlanDraft, *, action: int, measure: int) -> PlanDraft:
    """One measure out of this and the next of the same action; owners of both, title of the first."""
    first = measure_at(draft, action=action, measure=measure)
    second = measure_at(draft, action=action, measure=measure + 1)
    _check_neighbours(draft, first, second)
    leads = joined(first.leads, second.leads)
    placed = [each for each in (first, second) if each.start < each.end] or [first]
    merged = replace(
        first,
        text=_joined_text(draft, first, second),
        leads=leads,
        partners=without(joined(first.partners, second.partners), units=leads),
        start=min(each.start for each in placed),
        end=max(each.end for each in placed),
        confidence=1.0,
    )
    measures = draft.actions[action].measures
    changed = replace(
        draft,
        parts=marked(draft.parts, start=second.start, end=second.end, become=_title_to_text),
        targets=targets_moved(draft, where=_closed_up(action, measure + 1, into=measure)),
    )
    kept = (*measures[:measure], merged, *measures[measure + 2 :])
    return with_measures(changed, action, measures=kept)


def _joined_text(draft: PlanDraft, first: Measure, second: Measure) -> str:
    # A measure's text opens with its own heading, but for one that a person has typed.
    is_typed = second.start == second.end and not second.text.startswith(second.title)
    opening = f"{second.title}。" if is_typed else ""
    between = draft.source[first.end : second.start]
    return f"{first.text}{chr(10) if chr(10) in between else ''}{opening}{second.text}"


def _check_neighbours(draft: PlanDraft, first: Measure, second: Measure) -> None:
    if first.start == first.end or second.start == second.end:
        return
    start, end = min(first.end, second.end), max(first.start, second.start)
    between = (
        other
        for action in draft.actions
        for other in action.measures
        if other is not first and other is not second
    )
    if any(overlaps(start, end, other.start, other.end) for other in between):
        raise EditRefused("not_neighbours", "两条举措在原文中并不相邻，不能合并，请改用移除或改名。")


def _title_to_text(kind: PartKind) -> PartKind:
    return PartKind.MEASURE_TEXT if kind is PartKind.MEASURE_TITLE else kind


def _closed_up(action: int, gone: int, *, into: int | None) -> Callable[[Target, Position], Position | None]:
    def where(_: Target, position: Position) -> Position | None:
        if position == (action, gone):
            return None if into is None else (action, into)
        if position[0] == action and position[1] > gone:
            return (action, position[1] - 1)
        return position

    return where


def rename_measure(draft: PlanDraft, *, action: int, measure: int, title: str) -> PlanDraft:
    """The measure under another title."""
    renamed = replace(
        measure_at(draft, action=action, measure=measure),
        title=person_text(title),
        confidence=1.0,
    )
    measures = draft.actions[action].measures
    return with_measures(draft, action, measures=(*measures[:measure], renamed, *measures[measure + 1 :]))


def move_measure(
    draft: PlanDraft, *, action: int, measure: int, to_action: int, to_measure: int
) -> PlanDraft:
    """The measure in another position, counted after it has been taken out; its place in the source stays."""
    moved = measure_at(draft, action=action, measure=measure)
    action_at(draft, to_action)
    left = _without(draft, action=action, measure=measure)
    there = left.actions[to_action].measures
    _check_position(to_measure, among=len(there))
    travelled = with_measures(left, to_action, measures=(*there[:to_measure], moved, *there[to_measure:]))

    def where(target: Target, position: Position) -> Position | None:
        if position == (action, measure):
            return (to_action, to_measure)
        closed = _closed_up(action, measure, into=None)(target, position)
        return closed and _opened(to_action, to_measure, position=closed)

    return replace(travelled, targets=targets_moved(draft, where=where))


def _without(draft: PlanDraft, *, action: int, measure: int) -> PlanDraft:
    measures = draft.actions[action].measures
    return with_measures(draft, action, measures=(*measures[:measure], *measures[measure + 1 :]))


def _check_position(position: int, *, among: int) -> None:
    if not 0 <= position <= among:
        raise EditRefused("no_such_position", "目标位置不存在，请刷新后再试。")


def _opened(action: int, new: int, *, position: Position) -> Position:
    if position[0] == action and position[1] >= new:
        return (action, position[1] + 1)
    return position


def add_measure(
    draft: PlanDraft,
    *,
    action: int,
    position: int,
    title: str,
    text: str = "",
    start: int | None = None,
    end: int | None = None,
) -> PlanDraft:
    """A measure that the reader missed, from a stretch of the source or typed by a person."""
    measures = action_at(draft, action).measures
    _check_position(position, among=len(measures))
    stretch = free_stretch(draft, start=start, end=end)
    if stretch is None:
        place = measures[position - 1].end if position else draft.actions[action].end
        added = Measure(person_text(title), text.strip() or person_text(title), (), (), place, place)
    else:
        draft, claimed = _claimed(draft, start=stretch[0], end=stretch[1])
        added = Measure(person_text(title), text.strip() or claimed, (), (), *stretch)
    changed = with_measures(draft, action, measures=(*measures[:position], added, *measures[position:]))
    moved = targets_moved(draft, where=lambda _, at: _opened(action, position, position=at))
    return replace(changed, targets=moved)


def _claimed(draft: PlanDraft, *, start: int, end: int) -> tuple[PlanDraft, str]:
    parts = marked(draft.parts, start=start, end=end, become=_as_text)
    claimed = replace(draft, parts=parts)
    return claimed, words_between(claimed, start=start, end=end)


def _as_text(kind: PartKind) -> PartKind:
    return kind if kind in _LEFT_ALONE else PartKind.MEASURE_TEXT


def remove_measure(draft: PlanDraft, *, action: int, measure: int) -> PlanDraft:
    """The draft without this measure; its text stays, as text that belongs to nothing."""
    gone = measure_at(draft, action=action, measure=measure)
    freed = replace(
        draft,
        parts=marked(draft.parts, start=gone.start, end=gone.end, become=_freed),
        targets=targets_moved(draft, where=_closed_up(action, measure, into=None)),
    )
    return _without(freed, action=action, measure=measure)


def _freed(kind: PartKind) -> PartKind:
    return PartKind.OTHER if kind in _MEASURE_PARTS else kind
