"""One character for one character: widths, traditional forms and lookalikes, so that offsets never move."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

# A document with this many different traditional characters is written in traditional characters.
TRADITIONAL_FROM = 6

# Common in simplified text as well, where they mean something else (乾坤).
TRADITIONAL_ONLY_IN_CONTEXT = {"乾": "干", "著": "着", "裏": "里", "擡": "抬"}

LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\x00\u200e\u200f"
SPACES = "\u3000\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"

# 二〇二五年, in as many characters as 2025年.
_YEAR_SIGNS = "零一二三四五六七八九"
_CHINESE_YEAR = re.compile(r"二零[零一二三四五][零一二三四五六七八九](?=年|[—~-]{1,2}二零|至二零)")

_SAME_MEANING = {
    "﹙": "(",
    "﹚": ")",
    "﹐": ",",
    "﹔": ";",
    "﹕": ":",
    "∶": ":",
    "｡": "。",
    "､": "、",
    "－": "-",
    "–": "—",
    "―": "—",
    "‒": "—",
    "─": "—",
    "━": "—",
    "～": "~",
    "〜": "~",
    "∼": "~",
    "﹪": "%",
    "〈": "《",
    "〉": "》",
    "「": "“",
    "」": "”",
    "『": "“",
    "』": "”",
    "＂": '"',
    "〖": "【",
    "〗": "】",
    "｢": "“",
    "｣": "”",
    "〇": "零",
}


@cache
def traditional_to_simplified() -> dict[str, str]:
    """The single-character table that OpenCC keeps, without the entries that need their context."""
    table: dict[str, str] = {}
    lines = files("opencc").joinpath("dictionary/TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0].strip()
        if len(traditional) == 1 and len(first) == 1:
            table[traditional] = first
    for ambiguous in TRADITIONAL_ONLY_IN_CONTEXT:
        table.pop(ambiguous, None)
    return table


@cache
def _widths() -> dict[int, str]:
    table = {0xFF01 + offset: chr(0x21 + offset) for offset in range(94)}
    table.update({ord(mark): plain for mark, plain in _SAME_MEANING.items()})
    table.update({ord(space): " " for space in SPACES})
    table.update({ord(end): "\n" for end in LINE_ENDS})
    table.update({ord(mark): "\u200b" for mark in INVISIBLE})
    return table


@cache
def _letters_and_digits() -> dict[int, str]:
    wide = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF05, 0xFF0E]
    return {code: chr(code - 0xFEE0) for code in wide}


def _simplification(seen: set[str]) -> dict[int, str]:
    known = traditional_to_simplified()
    table = {ord(character): known[character] for character in seen & known.keys()}
    if len(table) >= TRADITIONAL_FROM:
        table.update({ord(character): plain for character, plain in TRADITIONAL_ONLY_IN_CONTEXT.items()})
    return table


def readable(text: str) -> str:
    """The text in simplified characters with plain digits and letters; as long as the original."""
    seen = set(text)
    table = _simplification(seen)
    table.update({code: plain for code, plain in _letters_and_digits().items() if chr(code) in seen})
    return text.translate(table) if table else text


def canonical(text: str) -> str:
    """A readable text with one sign for every meaning (brackets, commas, dashes, spaces)."""
    seen = set(text)
    table = {code: plain for code, plain in _widths().items() if chr(code) in seen}
    table.update(_carriage_returns(seen))
    plain = text.translate(table) if table else text
    return _CHINESE_YEAR.sub(_in_digits, plain) if "二" in seen else plain


def _in_digits(year: re.Match[str]) -> str:
    return "".join(str(_YEAR_SIGNS.index(sign)) for sign in year.group())


def _carriage_returns(seen: set[str]) -> dict[int, str]:
    if "\r" not in seen:
        return {}
    return {0x0D: " " if "\n" in seen else "\n"}
