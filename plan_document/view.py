"""The text as the parser reads it, with the way back to every character of the source."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


# Not frozen: a long document makes many of these, and frozen ones take five times as long to make.
@dataclass(slots=True)
class Span:
    """A stretch of text, from `start` up to but without `end`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class View:
    """The source without page marks, soft line breaks, site chrome and spaces between characters.

    `text` is for recognising (one sign for every meaning), `clean` is for showing; both are equally long.
    `gaps` are the places in the view where a space between two Chinese characters was left out: the only
    sign of a boundary that some documents have.
    """

    source: str
    text: str
    clean: str
    gaps: frozenset[int]
    _view_starts: tuple[int, ...]
    _source_starts: tuple[int, ...]

    def place(self, position: int) -> int:
        """Where a character of the view stands in the source."""
        if not self._view_starts:
            return 0
        index = bisect_right(self._view_starts, position) - 1
        return self._source_starts[index] + position - self._view_starts[index]

    def place_of(self, start: int, end: int) -> Span:
        """Where a stretch of the view stands in the source."""
        if start >= end:
            here = self.place(min(start, len(self.text) - 1)) if self.text else 0
            return Span(here, here)
        return Span(self.place(start), self.place(end - 1) + 1)

    def has_gap(self, start: int, end: int) -> int | None:
        """The first left-out space inside the stretch, None when there is none."""
        if not self.gaps:
            return None
        return next((position for position in range(start + 1, end) if position in self.gaps), None)


def view_of(source: str, *, text: str, clean: str, kept: list[Span], gaps: set[int]) -> View:
    """Join the kept stretches of the source; `gaps` are source positions right after a left-out space."""
    view_starts: list[int] = []
    source_starts: list[int] = []
    length = 0
    view_gaps = set()
    for span in kept:
        view_starts.append(length)
        source_starts.append(span.start)
        if span.start in gaps:
            view_gaps.add(length)
        length += span.end - span.start
    return View(
        source=source,
        text="".join([text[span.start : span.end] for span in kept]),
        clean="".join([clean[span.start : span.end] for span in kept]),
        gaps=frozenset(view_gaps),
        _view_starts=tuple(view_starts),
        _source_starts=tuple(source_starts),
    )
