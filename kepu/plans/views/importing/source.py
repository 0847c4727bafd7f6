"""The source beside the structure: the raw text cut into pieces that say what they are and to what they belong."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from plan_document.draft import Action, Measure, Part, PartKind, PlanDraft

Overlay = tuple[int, int, str]
_TITLES = frozenset({PartKind.ACTION_TITLE, PartKind.MEASURE_TITLE})
_FOLDED = frozenset({PartKind.BOILERPLATE})
_FOLD_FROM = 80


@dataclass(slots=True)
class Piece:
    """A stretch of the source in one look; `item` is the anchor of what it was understood as."""

    start: int
    text: str
    kind: str
    item: str
    is_title: bool
    marks: list[str] = field(default_factory=list)

    @property
    def classes(self) -> str:
        return " ".join(["piece", f"piece-{self.kind}", *(f"piece-{mark}" for mark in self.marks)])


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring pieces; long text of a web site is folded away, but it is there."""

    pieces: list[Piece]
    is_folded: bool

    @property
    def length(self) -> int:
        return sum(len(piece.text) for piece in self.pieces)


def stretches(draft: PlanDraft) -> list[Stretch]:
    """The whole source, in order: every character is in exactly one piece."""
    found: list[Stretch] = []
    run: list[Piece] = []
    for piece in pieces(draft):
        if run and (run[-1].kind in _FOLDED) != (piece.kind in _FOLDED):
            found.append(_stretch(run))
            run = []
        run.append(piece)
    return [*found, _stretch(run)] if run else found


def _stretch(run: list[Piece]) -> Stretch:
    is_long = sum(len(piece.text) for piece in run) >= _FOLD_FROM
    return Stretch(run, is_folded=run[0].kind in _FOLDED and is_long)


def pieces(draft: PlanDraft) -> list[Piece]:
    """The source cut wherever something begins or ends."""
    overlays, items = list(_overlays(draft)), list(_items(draft))
    cuts = _cuts(draft, [*overlays, *items])
    found = list(_tiles(draft, cuts))
    for start, end, mark in overlays:
        for piece in _within(found, start, end):
            if mark not in piece.marks:
                piece.marks.append(mark)
    for start, end, key in items:  # measures come after their action and so win
        for piece in _within(found, start, end):
            piece.item = key
    return found


def _within(found: list[Piece], start: int, end: int) -> list[Piece]:
    first = bisect_left(found, start, key=lambda piece: piece.start)
    last = bisect_left(found, end, key=lambda piece: piece.start)
    return found[first:last]


def _cuts(draft: PlanDraft, overlays: Sequence[Overlay]) -> list[int]:
    cuts = {0, len(draft.source)}
    for start, end, _mark in overlays:
        cuts |= {start, end}
    for part in draft.parts:
        cuts |= {part.start, part.end}
    return sorted(cut for cut in cuts if 0 <= cut <= len(draft.source))


def _tiles(draft: PlanDraft, cuts: list[int]) -> Iterator[Piece]:
    parts = iter(draft.parts)
    part = next(parts, None)
    for start, end in pairwise(cuts):
        while part is not None and part.end <= start:
            part = next(parts, None)
        kind = _kind_at(part, start)
        yield Piece(start, draft.source[start:end], kind.value, "", kind in _TITLES)


def _kind_at(part: Part | None, start: int) -> PartKind:
    return part.kind if part is not None and part.start <= start else PartKind.OTHER


def _overlays(draft: PlanDraft) -> Iterator[Overlay]:
    for action in draft.actions:
        owners: list[Action | Measure] = [action, *action.measures]
        for owned in owners:
            for unit in (*owned.leads, *owned.partners):
                yield unit.start, unit.end, "unit"
    for target in draft.targets:
        yield target.start, target.end, "target"
    for warning in draft.warnings:
        if warning.severity != "info":
            yield warning.start, warning.end, f"warning-{warning.severity}"


def _items(draft: PlanDraft) -> Iterator[Overlay]:
    for at, action in enumerate(draft.actions):
        yield action.start, action.end, f"a-{at}"
    for at, action in enumerate(draft.actions):
        for place, measure in enumerate(action.measures):
            yield measure.start, measure.end, f"m-{at}-{place}"
