"""Page numbers that a download or a scan left in the text, often in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plan_document.lines import Line

_WHOLE_LINE = re.compile(
    r"(?:[-—·•~\s]{1,4}(\d{1,4})[-—·•~\s]{1,4}"
    r"|第 ?\d{1,4} ?页(?:[ ,/]*共 ?\d{1,4} ?页)?"
    r"|\d{1,4} ?/ ?\d{1,4}"
    r"|[Pp]age ?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?"
    r"|[-—]+ ?第? ?\d{1,4} ?页? ?[-—]+)"
)
_BARE_NUMBER = re.compile(r"\d{1,4}")
_AT_LINE_START = re.compile(r"(\d{1,4})、")

# A heading is shorter than this; a line of a page that breaks off in mid-sentence is longer.
LONGER_THAN_A_HEADING = 40


@dataclass(frozen=True, slots=True)
class PageMark:
    """A page mark: `start` and `end` in the source, the line that it belongs to, and whether it is all of it."""

    line: int
    start: int
    end: int
    is_whole_line: bool


def page_marks(lines: Sequence[Line]) -> list[PageMark]:
    """The page marks among the lines of the plan's body."""
    return sorted([*_whole_lines(lines), *_leading_numbers(lines)], key=lambda mark: mark.start)


def _whole_lines(lines: Sequence[Line]) -> list[PageMark]:
    found = []
    for index, line in enumerate(lines):
        if len(line.text) > 24:
            continue
        if _WHOLE_LINE.fullmatch(line.text) or (
            _BARE_NUMBER.fullmatch(line.text) and _breaks_off(lines, index)
        ):
            found.append(PageMark(line=index, start=line.start, end=line.end, is_whole_line=True))
    return found


def _breaks_off(lines: Sequence[Line], index: int) -> bool:
    """Does the line before stop in mid-sentence, as a page does and a heading or a list does not?"""
    if index == 0:
        return False
    before = lines[index - 1]
    return len(before.text) >= LONGER_THAN_A_HEADING and not before.ends_sentence


def _leading_numbers(lines: Sequence[Line]) -> list[PageMark]:
    """Numbers like "2、" before the continuation of a sentence, and those of the same count around them."""
    candidates = []
    for index, line in enumerate(lines):
        match = _AT_LINE_START.match(line.text)
        if match:
            candidates.append((index, int(match.group(1)), match.end(), _breaks_off(lines, index)))
    chosen = _counted_pages(candidates)
    return [
        PageMark(line=index, start=lines[index].start, end=lines[index].start + length, is_whole_line=False)
        for index, length in chosen
    ]


def _counted_pages(candidates: list[tuple[int, int, int, bool]]) -> list[tuple[int, int]]:
    chosen: list[tuple[int, int]] = []
    expected = 0
    for position, (index, number, length, is_sure) in enumerate(candidates):
        opens_the_count = number == 1 and _next_is_sure_second(candidates, position)
        continues_the_count = number == expected and expected > 1
        if is_sure or opens_the_count or continues_the_count:
            chosen.append((index, length))
            expected = number + 1
    return chosen


def _next_is_sure_second(candidates: list[tuple[int, int, int, bool]], position: int) -> bool:
    following = candidates[position + 1 : position + 2]
    return any(number == 2 and is_sure for _, number, _, is_sure in following)
