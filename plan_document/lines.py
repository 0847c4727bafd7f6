"""The lines of the source and what their shape tells, before anything is understood."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

# No plan has as many: what follows is kept as it stands.
MOST_LINES = 30_000

_LINE = re.compile(r"[^\n]+")
_CONTENT = re.compile(r"[^ \t\u200b](?:.*[^ \t\u200b])?", re.DOTALL)
_HAN = re.compile(r"[\u3400-\u9fff]")

TERMINAL = frozenset("。!?;:”)】]》…")
SENTENCE_END = frozenset("。!?;…")

_NUMERAL = "一二三四五六七八九十百零两"
MARKER_AT_LINE_START = re.compile(
    rf"(?:#{{1,6}} |\*\*)?(?:第[{_NUMERAL}\d]{{1,4}}[编篇章节条]|第[{_NUMERAL}\d]{{1,3}}部分|[{_NUMERAL}]{{1,3}}[、.]|"
    rf"\([{_NUMERAL}]{{1,3}}\)|\(\d{{1,2}}\)|\d{{1,2}}[、.)](?!\d)|\d{{1,2}}(?:\.\d{{1,2}}){{1,2}} ?(?=[\u3400-\u9fff])|\d{{1,2}} +(?=[\u3400-\u9fff])|[①-⑳]|[—\-•●◆■▪※◇○·*] ?(?=[\u3400-\u9fff])|——|#{{1,6}} )"
)


# Not frozen: a long document makes many of these, and frozen ones take five times as long to make.
@dataclass(slots=True)
class Line:
    """A line of the source without the spaces at its ends."""

    start: int
    end: int
    text: str
    is_indented: bool
    follows_blank: bool

    @property
    def is_marked(self) -> bool:
        """Does it open with a number or a bullet of an outline?"""
        return MARKER_AT_LINE_START.match(self.text) is not None

    @property
    def ends_sentence(self) -> bool:
        """Is it complete at its end?"""
        return self.text[-1] in TERMINAL

    @property
    def is_prose(self) -> bool:
        """Is it running text rather than a label, a menu or a heading?"""
        if len(self.text) < 12 or len(_HAN.findall(self.text[:400])) * 2 < min(len(self.text), 400):
            return False
        return "。" in self.text or (
            len(self.text) >= 25 and sum(self.text.count(mark) for mark in "、,;") >= 2
        )


def lines_of(text: str) -> list[Line]:
    """Every line that has content, in order, up to the most that a plan has."""
    found = []
    last_end = 0
    for match in islice(_LINE.finditer(text), MOST_LINES):
        content = _CONTENT.search(match.group())
        if content is None:
            continue
        start = match.start() + content.start()
        found.append(
            Line(
                start=start,
                end=match.start() + content.end(),
                text=content.group(),
                is_indented=content.start() > 0,
                follows_blank=text.count("\n", last_end, match.start()) > 1,
            )
        )
        last_end = match.start() + content.end()
    return found
