"""Numbers and bullets that open headings, wherever they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import islice

from plan_document.numerals import ordinal

_DIGITS = "零一二三四五六七八九"
_NUMERAL = "一二三四五六七八九十百零两"


class Style(IntEnum):
    """The ways to number a heading; a smaller value is a higher level by convention."""

    PART = 0
    CHAPTER = 1
    DIVISION = 2
    SECTION = 3
    ARTICLE = 4
    NUMERAL = 5
    WORD = 6
    BRACKETED_NUMERAL = 7
    DECIMAL = 8
    BARE = 9
    SUBDECIMAL = 10
    BRACKETED_DECIMAL = 11
    CIRCLED = 12
    BULLET = 13


# Not frozen: a long document makes many of these, and frozen ones take five times as long to make.
@dataclass(slots=True)
class Marker:
    """A possible opening of a heading. `number` is None for bullets and for what cannot be read."""

    style: Style
    number: int | None
    start: int
    end: int
    opens_line: bool
    level: int
    is_misread: bool = False


# Every alternative opens with a literal or a set: the search then skips what cannot begin a marker.
_MARKER = re.compile(
    rf"第[{_NUMERAL}\d]{{1,4}}(?:[编篇章节条]|部分)"
    rf"|[{_NUMERAL}]{{1,3}}[、.]"
    rf"|(?:任务|行动|工程|专项|举措|措施|项目|专题)(?:(?<=\n..)|(?<![\s\S]..))[{_NUMERAL}\d]{{1,3}}(?=[:、. ])"
    r"|\([^()\n。,;、]{1,3}\)[、.]?"
    r"|\d{1,2}(?:\)[、.]?|\.\d{1,2}(?:\.\d{1,2})?(?=[ 、]?[\u4e00-\u9fff])|[、.](?!\d))"
    r"|[①-⑳⑴-⒇❶-❿]"
    r"|[—\-=ー][、.](?=[\u4e00-\u9fff])"
)
# No plan has as many: the rest of such a text is kept, but not read as headings.
MOST_MARKERS = 10_000
_BULLET = re.compile(r"[—\-•●◆■▪※◇○·*+\uf06c\uf0d8](?:(?<=\n.)|(?<![\s\S].))[—\-]? ?(?=[\u4e00-\u9fff“])")
_DASH_INSIDE_A_LINE = re.compile(r"——(?<=[。;!?)]——)(?=[\u4e00-\u9fff])")
_UNDOTTED = re.compile(r"(?:^|(?<=\n))\d{1,2}(?=[\u4e00-\u9fff])")
_MARKDOWN = re.compile(r"#(?:(?<=\n#)|(?<![\s\S]#))#{0,5} +")
_ORDINAL_STYLES = {
    "编": Style.PART,
    "篇": Style.PART,
    "章": Style.CHAPTER,
    "分": Style.DIVISION,
    "节": Style.SECTION,
    "条": Style.ARTICLE,
}
# The last characters of 方案, 规划, 纲要, 意见, 办法, 细则, and of units: a lost line break may follow them.
_ENDS_OF_TITLES = frozenset("案划要见点法则局委部会协处联校办院心团府位道镇乡村馆社站所")
_ENDS_BEFORE_MARKER = frozenset("。;!?)】〕]”:")

# What a scan makes of the bracketed numerals; the number is confirmed by the count around it.
LOOKALIKES = {
    "A": 8, "人": 8, "入": 8, "^": 8, "ハ": 8, "+": 10, "†": 10, "士": 10, "-": 1, "—": 1, "ー": 1, "~": 1,
    "=": 2, "ニ": 2, "ミ": 3, "≡": 3, "E": 3, "叫": 4, "田": 4, "匹": 4, "凹": 4, "玉": 5, "王": 5, "互": 5, "大": 6,
    "穴": 6, "t": 7, "匕": 7, "L": 7, "丸": 9, "力": 9, "几": 9, "O": 10,
}  # fmt: skip


def find_markers(text: str, *, gaps: frozenset[int] = frozenset()) -> list[Marker]:
    """Every place in the text where a heading may open, in order; `gaps` are places of left-out spaces."""
    hashes = {match.end(): match for match in islice(_MARKDOWN.finditer(text), MOST_MARKERS)}
    matches = islice(_MARKER.finditer(text), MOST_MARKERS)
    numbered = [marker for match in matches if (marker := _marker(text, match, hashes))]
    starts = {marker.start for marker in numbered}
    bullets = [
        Marker(Style.BULLET, None, match.start(), match.end(), opens_line=True, level=Style.BULLET * 10)
        for pattern in (_BULLET, _DASH_INSIDE_A_LINE)
        for match in islice(pattern.finditer(text), MOST_MARKERS)
        if match.start() not in starts
    ]
    unnumbered = [
        Marker(
            Style.BARE, None, match.start(), end, opens_line=True, level=Style.NUMERAL * 10 + _hashes(match)
        )
        for end, match in hashes.items()
        if match.start() not in starts
    ]
    return sorted([*numbered, *bullets, *unnumbered, *_undotted(text, gaps)], key=lambda marker: marker.start)


def _undotted(text: str, gaps: frozenset[int]) -> list[Marker]:
    """A number that only a space parts from its title, as in 2 重点任务."""
    return [
        Marker(
            Style.DECIMAL,
            ordinal(match.group()),
            match.start(),
            match.end(),
            opens_line=True,
            level=Style.DECIMAL * 10,
        )
        for match in (islice(_UNDOTTED.finditer(text), MOST_MARKERS) if gaps else ())
        if match.end() in gaps
    ]


def _hashes(match: re.Match[str]) -> int:
    return match.group().count("#")


def _marker(text: str, match: re.Match[str], hashes: dict[int, re.Match[str]]) -> Marker | None:
    start = match.start()
    before = text[start - 1] if start else "\n"
    hashed = hashes.get(start)
    opens_line = before == "\n" or hashed is not None
    style, number, is_misread = _reading(match.group())
    if not opens_line and not _may_open_inside_a_line(before, style, is_misread=is_misread):
        return None
    return Marker(
        style=style,
        number=number,
        start=hashed.start() if hashed else start,
        end=match.end(),
        opens_line=opens_line,
        level=style * 10 + (match.group().count(".") if style is Style.SUBDECIMAL else 0),
        is_misread=is_misread,
    )


def _may_open_inside_a_line(before: str, style: Style, *, is_misread: bool) -> bool:
    if style in (Style.SUBDECIMAL, Style.WORD) or (is_misread and style is Style.NUMERAL):
        return False
    if style in (Style.DECIMAL, Style.BRACKETED_DECIMAL) and (before in "." or before.isdecimal()):
        return False
    if style <= Style.ARTICLE or style is Style.DECIMAL or before in _ENDS_OF_TITLES:
        return True
    return before in _ENDS_BEFORE_MARKER or (style is Style.BRACKETED_NUMERAL and not is_misread)


@lru_cache(maxsize=4096)
def _reading(written: str) -> tuple[Style, int | None, bool]:
    """The style and number of a marker, and whether it was misread by a scan."""
    bare = written.strip("()第编篇章节条部分、.:")
    first = written[0]
    if first == "第":
        return _ORDINAL_STYLES[written[-1]], ordinal(bare), False
    if first == "(":
        return _bracketed(bare)
    if first.isdecimal():
        return _decimal(written, bare)
    if first in "—-=ー":
        return Style.NUMERAL, LOOKALIKES.get(bare), True
    if first in _NUMERAL:
        return Style.NUMERAL, ordinal(bare), False
    if len(written) == 1:
        return Style.CIRCLED, _circled(written), False
    return Style.WORD, ordinal(bare[2:]), False


def _bracketed(bare: str) -> tuple[Style, int | None, bool]:
    if bare.isascii() and bare.isdecimal():
        return Style.BRACKETED_DECIMAL, ordinal(bare), False
    number = ordinal(bare)
    if number is not None:
        return Style.BRACKETED_NUMERAL, number, False
    return Style.BRACKETED_NUMERAL, LOOKALIKES.get(bare), True


def _decimal(written: str, bare: str) -> tuple[Style, int | None, bool]:
    if ")" in written:
        return Style.BRACKETED_DECIMAL, ordinal(bare), False
    if "." in bare:
        return Style.SUBDECIMAL, ordinal(bare.rsplit(".", 1)[1]), False
    return Style.DECIMAL, ordinal(bare), False


def _circled(sign: str) -> int:
    for first, offset in ((0x2460, 1), (0x2474, 1), (0x2776, 1)):
        if first <= ord(sign) < first + 20:
            return ord(sign) - first + offset
    return 1


def as_written(style: Style, number: int) -> str:
    """The number of a heading in the form of its style."""
    numeral = numeral_of(number)
    forms = {
        Style.PART: f"第{numeral}编",
        Style.CHAPTER: f"第{numeral}章",
        Style.DIVISION: f"第{numeral}部分",
        Style.SECTION: f"第{numeral}节",
        Style.ARTICLE: f"第{numeral}条",
        Style.NUMERAL: f"{numeral}、",
        Style.BRACKETED_NUMERAL: f"（{numeral}）",
        Style.BRACKETED_DECIMAL: f"（{number}）",
        Style.CIRCLED: chr(0x245F + number) if number <= 20 else str(number),
    }
    return forms.get(style, f"{number}.")


def numeral_of(number: int) -> str:
    """A number below a hundred in Chinese numerals."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
