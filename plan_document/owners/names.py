"""Names of units in a list: 区科协、教体局和各乡镇（街道）."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plan_document import confidence
from plan_document.owners.vocabulary import AND, AND_OTHERS, EVERY, PLACES, is_unit_name

_ITEM = re.compile(r"(?:\([^()\n]{0,40}\)|[^、/()\n,;])+")
_STRAY = re.compile(r"^[ \"“”'‘’:()\[\]【】〔〕*#。.由是]+|[ \"“”'‘’:\[\]【】〔〕*#。.]+$")
_LONGEST_UNKNOWN = 12
_PLACES_BEFORE_UNITS = frozenset("省市州盟县区旗镇乡")
# 市委市直机关工委 is one.
_COMMITTEE = re.compile(r"^[省市州盟县区旗镇乡]委$")


@dataclass(frozen=True, slots=True)
class Named:
    """A unit's name as written, its place in the view, and how sure it is that this is a name."""

    text: str
    start: int
    end: int
    confidence: float


def names_in(text: str, start: int, end: int) -> list[Named]:
    """The units that a list names."""
    items = [
        item
        for piece in _ITEM.finditer(text, start, end)
        for part in _split_at_and(text, *piece.span())
        for item in _split_where_one_begins(text, *part)
    ]
    trimmed = [span for span in (_trimmed(text, *item) for item in items) if span is not None]
    return [_named(text, first, last) for first, last in _with_shared_prefix(text, trimmed)]


def _split_at_and(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """和 and 与 part two units, but not the words of one name (发展和改革局)."""
    for joint in AND.finditer(text, start, end):
        left = _trimmed(text, start, joint.start())
        right = _trimmed(text, joint.end(), end)
        if left and right and is_unit_name(text[slice(*left)]) and len(text[slice(*right)]) >= 2:
            yield start, joint.start()
            start = joint.end()
    yield start, end


def _split_where_one_begins(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """县科协县林业局 are two, parted by a space or by a sign that was lost: both begin with their place."""
    while start < end and text[start] in " :":
        start += 1
    place = text[start : start + 1]
    begins = text.find(place, start + 2, end) if place in _PLACES_BEFORE_UNITS else -1
    while begins >= 0:
        left, right = text[start:begins].strip(), text[begins:end].strip()
        is_committee = _COMMITTEE.search(left) is not None and not right.endswith("政府")
        if is_unit_name(left) and is_unit_name(right) and not is_committee:
            yield start, begins
            start = begins
        begins = text.find(place, begins + 1, end)
    yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    written = text[start:end]
    lead = _STRAY.match(written)
    if lead and lead.end() and not lead.group().isspace():
        start += lead.end()
    written = text[start:end].rstrip(" \"“”'‘’:[]【】〔〕*#。.")
    written = AND_OTHERS.sub("", written) if not written.startswith(("其他", "其它")) else written
    stripped = written.lstrip()
    start += len(written) - len(stripped)
    if stripped.count("(") != stripped.count(")"):
        stripped = stripped.rstrip("(").rstrip(")") if stripped.endswith(("(", ")")) else stripped
    return (start, start + len(stripped)) if stripped and stripped not in ("各", "等") else None


def _with_shared_prefix(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """各镇、街道 is one name: 各 belongs to both."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        previous = text[slice(*merged[-1])] if merged else ""
        if (
            merged
            and text[merged[-1][1] : start] == "、"
            and EVERY.match(previous)
            and PLACES.match(text[start:end])
        ):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _named(text: str, start: int, end: int) -> Named:
    written = text[start:end]
    return Named(written, start, end, _sureness(written))


def _sureness(written: str) -> float:
    if is_unit_name(written):
        return confidence.WRITTEN
    return confidence.INFERRED if len(written) <= _LONGEST_UNKNOWN else confidence.GUESS
