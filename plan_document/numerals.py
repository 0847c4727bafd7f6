"""Chinese and Arabic numbers."""

from __future__ import annotations

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "○": 0,
    "O": 0,
    "半": 0.5,
}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10_000, "亿": 100_000_000}

MULTIPLIERS = _SMALL | _LARGE


def chinese_number(written: str) -> float | None:
    """三万二千 is 32000, 二零二五 is 2025, 十二 is 12; None for what is no number."""
    if not written or any(sign not in _DIGITS and sign not in MULTIPLIERS for sign in written):
        return None
    if all(sign in _DIGITS for sign in written):
        return _digit_by_digit(written)
    total, section, digit = 0.0, 0.0, 0.0
    for sign in written:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _SMALL:
            section += (digit or 1) * _SMALL[sign]
            digit = 0.0
        else:
            total = (total + section + digit or 1) * _LARGE[sign]
            section, digit = 0.0, 0.0
    return total + section + digit


def _digit_by_digit(written: str) -> float:
    if written == "半":
        return 0.5
    return float("".join(str(int(_DIGITS[sign])) for sign in written))


def number(written: str) -> float | None:
    """The value of a written number in either script, with its multiplier: 3.5万, 1,200, 十二."""
    bare = written.replace(",", "").strip()
    factor = 1.0
    while bare and bare[-1] in MULTIPLIERS and bare[:1].isascii():
        factor *= MULTIPLIERS[bare[-1]]
        bare = bare[:-1]
    try:
        value = float(bare)
    except ValueError:
        chinese = chinese_number(bare)
        return None if chinese is None else chinese * factor
    return round(value * factor, 6)


def ordinal(written: str) -> int | None:
    """The number of a heading as an integer, None when it is none."""
    value = float(written) if written.isascii() and written.isdecimal() else chinese_number(written)
    return int(value) if value is not None and value == int(value) and 0 < value < 1000 else None
