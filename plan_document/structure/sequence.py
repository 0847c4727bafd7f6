"""Which of the possible markers really open a heading: those that count on, or that open a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from plan_document.lexicon import PLAN_TITLE_NOUN, VERBS
from plan_document.structure.markers import Marker, Style

_HAN = re.compile(r"[\u3400-\u9fff“《]")
_ENDS_BEFORE_MARKER = frozenset("。;!?)】〕]”:\n")
_TEXT_SIGNS = re.compile(r"[。,;!?]")
_TITLE_END = re.compile(PLAN_TITLE_NOUN + "$")
_ACTION_LINE = re.compile(r"[^\n。,;]{2,30}(?:行动|工程|计划)(?=\n|。|$)")
_LONGEST_GLUED_TITLE = 40


@dataclass(slots=True)
class _Count:
    """How far the numbering has come, per style, under the heading that is open."""

    last: dict[Style, int] = field(default_factory=dict)
    ever: dict[Style, int] = field(default_factory=dict)

    def expects(self, marker: Marker) -> int:
        """The next number; articles and some sections count on where a new chapter opens."""
        expected = self.last.get(marker.style, 0) + 1
        counted_on = self.ever.get(marker.style, 0) + 1
        return counted_on if marker.number == counted_on else expected

    def take(self, marker: Marker, number: int | None) -> None:
        for style in [style for style in self.last if style > marker.style]:
            del self.last[style]
        if number is not None:
            self.last[marker.style] = self.ever[marker.style] = number


@dataclass(frozen=True, slots=True)
class Opening:
    """A marker that opens a heading; `expected` is the number that the count asks for."""

    marker: Marker
    expected: int

    @property
    def is_out_of_count(self) -> bool:
        """Is the written number unreadable or another than the count asks for?"""
        return self.marker.number is not None and self.marker.number != self.expected


def openings(
    text: str, markers: Sequence[Marker], *, owner_spans: Sequence[tuple[int, int]]
) -> list[Opening]:
    """The markers that open headings, in order."""
    count = _Count()
    opened: list[Opening] = []
    owner_ends = {end for _, end in owner_spans}
    candidates = _outside(markers, owner_spans)
    following = _following_numbers(candidates)
    for marker, next_number in zip(candidates, following, strict=True):
        previous = opened[-1].marker if opened else None
        is_after_end = marker.start in owner_ends or _is_after_end(text, marker)
        is_glued = _is_glued(text, previous, marker)
        if not (marker.opens_line or is_after_end or is_glued) or not _has_title(text, marker):
            continue
        expected = count.expects(marker)
        if is_glued and marker.number == expected == 1 and marker.style <= Style.BRACKETED_NUMERAL:
            next_number = 2  # the only child of its heading
        if _fits(text, marker, expected=expected, next_number=next_number):
            opened.append(Opening(marker, expected))
            count.take(marker, _counted(marker, expected))
    return opened


def _is_after_end(text: str, marker: Marker) -> bool:
    """Does a sentence, a bracket or a plan's title end before the marker?"""
    if text[marker.start - 1 : marker.start] in _ENDS_BEFORE_MARKER:
        return True
    opens_plan = marker.number == 1 and marker.style <= Style.NUMERAL
    return opens_plan and _TITLE_END.search(text, max(0, marker.start - 4), marker.start) is not None


def _counted(marker: Marker, expected: int) -> int | None:
    return expected if marker.is_misread else marker.number


def _outside(markers: Sequence[Marker], spans: Sequence[tuple[int, int]]) -> list[Marker]:
    kept = []
    index = 0
    for marker in markers:
        while index < len(spans) and spans[index][1] <= marker.start:
            index += 1
        if index == len(spans) or marker.start < spans[index][0]:
            kept.append(marker)
    return kept


def _following_numbers(markers: Sequence[Marker]) -> list[int | None]:
    """For every marker the number of the next readable one in its style."""
    ahead: dict[Style, int | None] = {}
    following: list[int | None] = []
    for marker in reversed(markers):
        following.append(ahead.get(marker.style))
        if not marker.is_misread:
            ahead[marker.style] = marker.number
    return following[::-1]


def _is_glued(text: str, previous: Marker | None, marker: Marker) -> bool:
    """Does the marker follow a heading's title without a sign between (二、重点任务（一）…)?"""
    if previous is None or previous.style >= marker.style:
        return False
    length = marker.start - previous.end
    return 2 <= length <= _LONGEST_GLUED_TITLE and not _TEXT_SIGNS.search(text, previous.end, marker.start)


def _has_title(text: str, marker: Marker) -> bool:
    return _HAN.search(text, marker.end, marker.end + 4) is not None


def _fits(text: str, marker: Marker, *, expected: int, next_number: int | None) -> bool:
    if marker.is_misread:
        return _fits_misread(text, marker, expected=expected, next_number=next_number)
    if marker.opens_line or marker.number is None:
        return marker.opens_line
    if marker.number == expected:
        return expected > 1 or next_number == 2 or (marker.style <= Style.DIVISION)
    return (
        expected > 1
        and expected < marker.number <= expected + 2
        and text[marker.end : marker.end + 2] in VERBS
    )


def _fits_misread(text: str, marker: Marker, *, expected: int, next_number: int | None) -> bool:
    """A number that cannot be read is one when the count around it leaves a hole of just this size."""
    fills_hole = next_number == expected + 1
    reads_so = marker.number == expected and (expected > 1 or next_number == 2 or marker.opens_line)
    opens_heading = text[marker.end : marker.end + 2] in VERBS or marker.opens_line
    if marker.opens_line and expected > 1 and _ACTION_LINE.match(text, marker.end):
        return True
    if marker.number is None:
        return fills_hole and expected > 1 and opens_heading
    return reads_so or (fills_hole and expected > 1 and opens_heading)
