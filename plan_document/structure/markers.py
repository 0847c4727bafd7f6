"""Numbers and bullets that open headings, wherever they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

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


@dataclass(frozen=True, slots=True)
class Marker:
    """A possible opening of a heading. `number` is None for bullets and for what cannot be read."""

    style: Style
    number: int | None
    start: int
    end: int
    opens_line: bool
    level: int
    is_misread: bool = False


_MARKER = re.compile(
    rf"(?P<part>第[{_NUMERAL}\d]{{1,4}}[编篇])"
    rf"|(?P<chapter>第[{_NUMERAL}\d]{{1,4}}章)"
    rf"|(?P<division>第[{_NUMERAL}\d]{{1,4}}部分)"
    rf"|(?P<section>第[{_NUMERAL}\d]{{1,4}}节)"
    rf"|(?P<article>第[{_NUMERAL}\d]{{1,4}}条)"
    rf"|(?P<numeral>[{_NUMERAL}]{{1,3}}[、.．])"
    rf"|(?P<word>(?:任务|行动|工程|专项|举措|措施|项目|专题)[{_NUMERAL}\d]{{1,3}}(?=[:、. ]))"
    rf"|(?P<bracketed>\([{_NUMERAL}]{{1,3}}\)[、.]?)"
    r"|(?P<small>\(\d{1,2}\)[、.]?|(?<![\d.])\d{1,2}\)[、.]?)"
    r"|(?P<subdecimal>(?<![\d.])\d{1,2}\.\d{1,2}(?:\.\d{1,2})?(?=[ 、]?[\u4e00-\u9fff]))"
    r"|(?P<decimal>(?<![\d.])\d{1,2}(?:[、.](?!\d)))"
    r"|(?P<circled>[①-⑳⑴-⒇❶-❿])"
    r"|(?P<dash>[—\-=ー一二三][、.](?=[\u4e00-\u9fff]))"
    r"|(?P<misread>\([^()\n。,;、]{1,2}\))"
)
_BULLET = re.compile(r"(?:^|(?<=\n))(?:——|--|[—\-•●◆■▪※◇○·*+\u2022\uf06c\uf0d8]) ?(?=[\u4e00-\u9fff“])")
_MARKDOWN = re.compile(r"(?:^|(?<=\n))#{1,6} +")
_STYLES = {
    "part": Style.PART,
    "chapter": Style.CHAPTER,
    "division": Style.DIVISION,
    "section": Style.SECTION,
    "article": Style.ARTICLE,
    "numeral": Style.NUMERAL,
    "word": Style.WORD,
    "bracketed": Style.BRACKETED_NUMERAL,
    "small": Style.BRACKETED_DECIMAL,
    "subdecimal": Style.SUBDECIMAL,
    "decimal": Style.DECIMAL,
    "circled": Style.CIRCLED,
    "dash": Style.NUMERAL,
    "misread": Style.BRACKETED_NUMERAL,
}
_ENDS_BEFORE_MARKER = frozenset("。;!?)】〕]”:")

# What a scan makes of the bracketed numerals; the number is confirmed by the count around it.
LOOKALIKES = {
    "A": 8, "人": 8, "入": 8, "^": 8, "ハ": 8, "+": 10, "†": 10, "士": 10, "-": 1, "—": 1, "ー": 1, "~": 1,
    "=": 2, "ニ": 2, "ミ": 3, "≡": 3, "E": 3, "叫": 4, "田": 4, "匹": 4, "凹": 4, "玉": 5, "王": 5, "互": 5, "大": 6,
    "穴": 6, "t": 7, "匕": 7, "L": 7, "丸": 9, "力": 9, "几": 9, "O": 10,
}  # fmt: skip


def find_markers(text: str) -> list[Marker]:
    """Every place in the text where a heading may open, in order."""
    hashes = {match.end(): match for match in _MARKDOWN.finditer(text)}
    numbered = [marker for match in _MARKER.finditer(text) if (marker := _marker(text, match, hashes))]
    starts = {marker.start for marker in numbered}
    bullets = [
        Marker(Style.BULLET, None, match.start(), match.end(), opens_line=True, level=Style.BULLET * 10)
        for match in _BULLET.finditer(text)
        if match.start() not in starts
    ]
    unnumbered = [
        Marker(
            Style.BARE,
            None,
            match.start(),
            end,
            opens_line=True,
            level=Style.NUMERAL * 10 + _hash_count(match),
        )
        for end, match in hashes.items()
        if match.start() not in starts
    ]
    return sorted([*numbered, *bullets, *unnumbered], key=lambda marker: marker.start)


def _hash_count(match: re.Match[str]) -> int:
    return match.group().count("#")


def _marker(text: str, match: re.Match[str], hashes: dict[int, re.Match[str]]) -> Marker | None:
    group = match.lastgroup or ""
    hashed = hashes.get(match.start())
    opens_line = hashed is not None or match.start() == 0 or text[match.start() - 1] == "\n"
    if not opens_line and not _may_open_inside_a_line(text, match.start(), group):
        return None
    style = _STYLES[group]
    return Marker(
        style=style,
        number=_number(match.group(), group),
        start=hashed.start() if hashed else match.start(),
        end=match.end(),
        opens_line=opens_line,
        level=style * 10,
        is_misread=group in ("misread", "dash"),
    )


def _may_open_inside_a_line(text: str, start: int, group: str) -> bool:
    if group in ("subdecimal", "dash", "word"):
        return False
    return text[start - 1] in _ENDS_BEFORE_MARKER or group in (
        "bracketed",
        "misread",
        "numeral",
        "chapter",
        "decimal",
    )


def _number(written: str, group: str) -> int | None:
    bare = written.strip("()第编篇章节条部分、.．:")
    if group == "circled":
        return _circled(written)
    if group == "word":
        return ordinal(bare[2:])
    if group == "subdecimal":
        return ordinal(bare.rsplit(".", 1)[1])
    if group in ("misread", "dash"):
        return LOOKALIKES.get(bare, ordinal(bare))
    return ordinal(bare)


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
