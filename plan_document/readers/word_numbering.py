"""Automatic numbering of Word: what stands before a paragraph without being written in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

_DIGITS = "零一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACEHOLDER = re.compile(r"%([1-9])")
_WANTS_SPACE = re.compile(r"[0-9A-Za-z一-鿿]$")
_LARGEST = 9_999


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts and looks."""

    start: int = 1
    number_format: str = "decimal"
    pattern: str = ""
    restarts_after: int | None = None  # None: after any higher level
    is_legal: bool = False


@dataclass(slots=True)
class _List:
    levels: dict[int, Level]
    counters: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of one document, counting as its paragraphs are read in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._styles = _styles_by_id(styles)
        self._abstract = _abstract_lists(numbering)
        self._nums = _children_by_id(numbering, "num", key="numId")
        self._lists: dict[str, _List] = {}
        self._started: set[str] = set()

    def before(self, properties: Element | None) -> str:
        """The number in front of the next paragraph, empty if it has none."""
        num_id, level = self._place(properties)
        num = self._nums.get(num_id) if num_id and num_id != "0" else None
        if num is None:
            return ""
        counted = self._list_of(num, num_id)
        self._restart_if_told(num, num_id, counted)
        if level not in counted.levels:
            return ""
        _count(counted, level)
        label = _label(counted, level)
        return f"{label} " if _WANTS_SPACE.search(label) else label

    def style_name(self, properties: Element | None) -> str:
        """The name of the paragraph's style, in lower case."""
        style = self._styles.get(_value(properties, "pStyle"))
        return _value(style, "name").lower()

    def _place(self, properties: Element | None) -> tuple[str, int]:
        own = properties.find("numPr") if properties is not None else None
        style_id = _value(properties, "pStyle")
        inherited, its_level = self._style_place(style_id)
        if own is None:
            return inherited, its_level
        level = _value(own, "ilvl")
        return _value(own, "numId") or inherited, _whole(level, otherwise=its_level)

    def _style_place(self, style_id: str) -> tuple[str, int]:
        seen: set[str] = set()
        level: int | None = None
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            own = style.find("pPr/numPr")
            if own is not None:
                if level is None and _value(own, "ilvl"):
                    level = _whole(_value(own, "ilvl"), otherwise=0)
                if _value(own, "numId"):
                    num_id = _value(own, "numId")
                    return num_id, self._linked_level(num_id, seen) if level is None else level
            style_id = _value(style, "basedOn")
        return "", 0

    def _linked_level(self, num_id: str, style_ids: set[str]) -> int:
        """A list may say of each level which style it belongs to."""
        abstract = self._abstract.get(_value(self._nums.get(num_id), "abstractNumId"))
        for level in abstract.findall("lvl") if abstract is not None else []:
            if _value(level, "pStyle") in style_ids:
                return _whole(level.get("ilvl", ""), otherwise=0)
        return 0

    def _list_of(self, num: Element, num_id: str) -> _List:
        abstract_id = _value(num, "abstractNumId")
        if abstract_id not in self._lists:
            self._lists[abstract_id] = _List(_levels(self._resolved(abstract_id)))
        counted = self._lists[abstract_id]
        if any(override.find("lvl") is not None for override in num.findall("lvlOverride")):
            key = f"num {num_id}"
            return self._lists.setdefault(key, _List({**counted.levels, **_overridden(num)}))
        return counted

    def _resolved(self, abstract_id: str) -> Element | None:
        abstract = self._abstract.get(abstract_id)
        link = _value(abstract, "numStyleLink")
        if not link:
            return abstract
        num_id = _value(self._styles[link].find("pPr/numPr"), "numId") if link in self._styles else ""
        return self._abstract.get(_value(self._nums.get(num_id), "abstractNumId"), abstract)

    def _restart_if_told(self, num: Element, num_id: str, counted: _List) -> None:
        if num_id in self._started:
            return
        self._started.add(num_id)
        for override in num.findall("lvlOverride"):
            start = _value(override, "startOverride")
            if start:
                level = _whole(override.get("ilvl", ""), otherwise=0)
                counted.counters[level] = _whole(start, otherwise=1) - 1


def _count(counted: _List, level: int) -> None:
    start = counted.levels[level].start
    counted.counters[level] = min(counted.counters.get(level, start - 1) + 1, _LARGEST)
    for deeper in list(counted.counters):
        if deeper > level and _restarts(counted.levels.get(deeper), after=level):
            del counted.counters[deeper]


def _restarts(level: Level | None, *, after: int) -> bool:
    if level is None or level.restarts_after is None:
        return True
    return level.restarts_after != 0 and after < level.restarts_after


def _label(counted: _List, level: int) -> str:
    shown = counted.levels[level]
    if shown.number_format in ("bullet", "none"):
        return ""

    def number(match: re.Match[str]) -> str:
        index = int(match.group(1)) - 1
        its_level = counted.levels.get(index, Level())
        value = counted.counters.get(index, its_level.start)
        as_digits = shown.is_legal and index != level
        return numeral(value, number_format="decimal" if as_digits else its_level.number_format)

    return _PLACEHOLDER.sub(number, shown.pattern).strip()


def numeral(value: int, *, number_format: str) -> str:
    """The number written in one of Word's formats; an unknown format gives plain digits."""
    write = _FORMATS.get(number_format, str)
    return write(value)


def chinese_counting(value: int) -> str:
    """一, 十一, 二十, 一百零五."""
    return _counting(value, _DIGITS, ("", "十", "百", "千"))


def _legal_counting(value: int) -> str:
    return _counting(value, _LEGAL_DIGITS, ("", "拾", "佰", "仟"))


def _counting(value: int, digits: str, places: tuple[str, ...]) -> str:
    if not 0 < value <= _LARGEST:
        return str(value)
    written = ""
    for place, digit in enumerate(reversed(str(value))):
        written = (digits[int(digit)] + places[place] if digit != "0" else digits[0]) + written
    written = re.sub(f"{digits[0]}+", digits[0], written).rstrip(digits[0])
    opening = digits[1] + places[1]
    return written[1:] if digits is _DIGITS and written.startswith(opening) else written


def _digit_by_digit(value: int) -> str:
    return str(value).translate(str.maketrans("0123456789", "〇" + _DIGITS[1:]))


def _series(first: str, *, most: int) -> Callable[[int], str]:
    return lambda value: chr(ord(first) + value - 1) if 0 < value <= most else str(value)


def _circled(value: int) -> str:
    if 0 < value <= 20:
        return chr(0x2460 + value - 1)
    return chr(0x3251 + value - 21) if 20 < value <= 35 else f"({value})"


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 % 50 + 1) if value > 0 else str(value)


def _roman(value: int) -> str:
    if not 0 < value < 4000:
        return str(value)
    written = ""
    for worth, letters in _ROMAN:
        written += letters * (value // worth)
        value %= worth
    return written


_ROMAN = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)] if value > 0 else str(value)


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": chinese_counting,
    "chineseCountingThousand": chinese_counting,
    "taiwaneseCounting": chinese_counting,
    "taiwaneseCountingThousand": chinese_counting,
    "japaneseCounting": chinese_counting,
    "chineseLegalSimplified": _legal_counting,
    "ideographLegalTraditional": _legal_counting,
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "taiwaneseDigital": _digit_by_digit,
    "ideographTraditional": _one_of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _one_of("子丑寅卯辰巳午未申酉戌亥"),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _series("⒈", most=20),
    "decimalEnclosedParen": _series("⑴", most=20),
    "ideographEnclosedCircle": _series("㊀", most=10),
    "decimalFullWidth": lambda value: str(value).translate(
        str.maketrans("0123456789", "０１２３４５６７８９")
    ),
    "decimalZero": lambda value: f"{value:02d}",
    "upperLetter": lambda value: _letters(value).upper(),
    "lowerLetter": _letters,
    "upperRoman": _roman,
    "lowerRoman": lambda value: _roman(value).lower(),
}


def _levels(abstract: Element | None) -> dict[int, Level]:
    found = abstract.findall("lvl") if abstract is not None else []
    return {_whole(level.get("ilvl", ""), otherwise=0): _level(level) for level in found}


def _overridden(num: Element) -> dict[int, Level]:
    found = [override.find("lvl") for override in num.findall("lvlOverride")]
    return {_whole(level.get("ilvl", ""), otherwise=0): _level(level) for level in found if level is not None}


def _level(level: Element) -> Level:
    restart = _value(level, "lvlRestart")
    legal = level.find("isLgl")
    return Level(
        start=_whole(_value(level, "start"), otherwise=1),
        number_format=_number_format(level),
        pattern=_value(level, "lvlText"),
        restarts_after=_whole(restart, otherwise=0) if restart else None,
        is_legal=legal is not None and legal.get("val", "1") not in ("0", "false"),
    )


def _number_format(level: Element) -> str:
    # Newer formats are wrapped with a fallback for older programs.
    found = level.find("numFmt")
    if found is None:
        found = level.find("AlternateContent/Fallback/numFmt")
    return found.get("val", "decimal") if found is not None else "decimal"


def _abstract_lists(numbering: Element | None) -> dict[str, Element]:
    return _children_by_id(numbering, "abstractNum", key="abstractNumId")


def _styles_by_id(styles: Element | None) -> dict[str, Element]:
    return _children_by_id(styles, "style", key="styleId")


def _children_by_id(parent: Element | None, tag: str, *, key: str) -> dict[str, Element]:
    found = parent.findall(tag) if parent is not None else []
    return {child.get(key, ""): child for child in found}


def _value(parent: Element | None, tag: str) -> str:
    child = parent.find(tag) if parent is not None else None
    return child.get("val", "") if child is not None else ""


def _whole(written: str, *, otherwise: int) -> int:
    try:
        return max(0, min(int(written), _LARGEST))
    except ValueError:
        return otherwise
