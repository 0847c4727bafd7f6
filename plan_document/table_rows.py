"""The rows and cells of tables that were pasted as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from plan_document.view import Span

_CELL = re.compile(r"[^\t|]*")
# No plan has as many: the rest of such a text is kept, but not read as a table.
MOST_ROWS = 5_000
_LONGEST_ROW = 4_000
_MOST_COLUMNS = 30
# 序号 above the names of the other columns, each on a line of its own.
_STACKED_HEADER = re.compile(r"(?:^|(?<=\n))序号\n(?:[^\n\t|。;:,\d]{2,10}\n){2,11}(?=1\n)")
_LONGEST_STACKED_ROW = 2_000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: its place and its cells' places."""

    span: Span
    cells: tuple[Span, ...]


def groups_of_rows(text: str) -> Iterator[list[Row]]:
    """Rows that follow each other: a table, if the first of them names its columns."""
    if "\t" in text or "|" in text:
        yield from _groups(islice(_rows(text), MOST_ROWS))
    for header in islice(_STACKED_HEADER.finditer(text), MOST_ROWS):
        yield list(islice(_stacked_rows(text, header), MOST_ROWS))


def _stacked_rows(text: str, header: re.Match[str]) -> Iterator[Row]:
    """Every cell on a line of its own, as some programs copy a table: a row opens with its running number."""
    columns = _lines(text, header.start(), header.end())
    yield Row(Span(columns[0].start, columns[-1].end), columns)
    position, number = header.end(), 1
    while text.startswith(f"{number}\n", position):
        following = text.find(f"\n{number + 1}\n", position, position + _LONGEST_STACKED_ROW)
        cells = _lines(text, position, following if following >= 0 else position + _LONGEST_STACKED_ROW)
        cells = cells[: len(columns)] if following < 0 else cells
        if len(cells) != len(columns):
            return
        yield Row(Span(cells[0].start, cells[-1].end), cells)
        position, number = cells[-1].end + 1, number + 1


def _lines(text: str, start: int, end: int) -> tuple[Span, ...]:
    found = []
    for line in text[start:end].rstrip("\n").split("\n"):
        found.append(Span(start, start + len(line)))
        start += len(line) + 1
    return tuple(found)


def _rows(text: str) -> Iterator[Row]:
    start = 0
    for line in text.split("\n"):
        if len(line) <= _LONGEST_ROW and 2 <= line.count("\t") + line.count("|") <= _MOST_COLUMNS:
            yield Row(Span(start, start + len(line)), tuple(_cells(text, start, line)))
        start += len(line) + 1


def _cells(text: str, start: int, line: str) -> Iterator[Span]:
    position = start + 1 if line.startswith("|") else start
    last = start + len(line) - (1 if line.endswith("|") else 0)
    while position <= last:
        cell = _CELL.match(text, position, last)
        stop = cell.end() if cell else last
        yield _stripped(text, position, stop)
        position = stop + 1


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    group: list[Row] = []
    for row in rows:
        if group and row.span.start != group[-1].span.end + 1:
            yield group
            group = []
        group.append(row)
    if group:
        yield group
