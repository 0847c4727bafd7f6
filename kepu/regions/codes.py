"""What a 12-digit statistical code says by itself: its level and the code of the place above."""

from __future__ import annotations

from kepu.regions.models import Level

CODE_LENGTH = 12
# province 2 digits, city 2, county 2, township 3, village 3
_SEGMENT_ENDS = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.TOWNSHIP: 9,
    Level.VILLAGE: 12,
}

_MUNICIPALITIES = {"11", "12", "31", "50"}


def pad(code: str) -> str:
    """The full code of a place written without its closing zeros: "330604" is "330604000000"."""
    return code.ljust(CODE_LENGTH, "0")


def is_code(text: str) -> bool:
    """Whether this is a full code of some place, known here or not."""
    return len(text) == CODE_LENGTH and text.isascii() and text.isdigit() and text[:2] != "00"


def level_of(code: str) -> Level:
    """The level of the last segment that is not all zeros.

    Cities without counties (东莞, 中山, 儋州) are cities here, although lists of counties repeat them.
    """
    digits = pad(code)
    starts = [0, *_SEGMENT_ENDS.values()]
    return max(
        level
        for (level, end), start in zip(_SEGMENT_ENDS.items(), starts, strict=False)
        if int(digits[start:end])
    )


def parent_code(code: str) -> str:
    """The code of the place above, "" for a province. The town of a city without counties lies in the city."""
    level = level_of(code)
    if level is Level.PROVINCE:
        return ""
    return pad(pad(code)[: _SEGMENT_ENDS[Level(level - 1)]])


def is_statistical_group(code: str) -> bool:
    """Whether this is no place but a heading of the list: 市辖区 and 县 of a municipality, 省直辖县级行政区."""
    digits = pad(code)
    is_municipality = digits[:2] in _MUNICIPALITIES
    return level_of(digits) is Level.CITY and (is_municipality or digits[2:4] == "90")


def ancestor_codes(code: str) -> list[str]:
    """The codes above this one, province first."""
    above: list[str] = []
    while parent := parent_code(above[0] if above else code):
        above.insert(0, parent)
    return above


def code_range(code: str) -> tuple[str, str]:
    """The lowest and highest code within a place, itself included: a range that an index can answer."""
    digits = pad(code)
    shared = digits[: _SEGMENT_ENDS[level_of(digits)]]
    return digits, shared.ljust(CODE_LENGTH, "9")
