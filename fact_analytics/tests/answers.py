"""The same questions answered row by row in plain Python: slow, obvious, and what every engine must agree with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

Row = dict[str, Any]
Classes = Callable[[Row], Iterable[Any]]


def year(row: Row) -> list[int]:
    return [row["happened_on"].year]


def quarter(row: Row) -> list[int]:
    day = row["happened_on"]
    return [day.year * 10 + (day.month + 2) // 3]


def town(row: Row) -> list[str]:
    return [row["region"][:9]]


def audience(row: Row) -> list[str]:
    return [row["audience"]]


def theme(row: Row) -> list[str]:
    return list(row["themes"])


def quantities(rows: Iterable[Row], *by: Classes) -> dict[tuple[Any, ...], float]:
    found: dict[tuple[Any, ...], float] = defaultdict(float)
    for row in rows:
        for cell in _cells(row, by):
            found[cell] += row["quantity"]
    return dict(found)


def people(rows: Iterable[Row], *by: Classes) -> dict[tuple[Any, ...], int]:
    left: dict[tuple[Any, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        for cell in _cells(row, by) if row["person"] else []:
            left[cell][row["person"]] += row["quantity"]
    counted = {cell: sum(amount > 0 for amount in found.values()) for cell, found in left.items()}
    return {cell: number for cell, number in counted.items() if number}


def _cells(row: Row, by: tuple[Classes, ...]) -> list[tuple[Any, ...]]:
    cells: list[tuple[Any, ...]] = [()]
    for classes in by:
        cells = [(*cell, one) for cell in cells for one in classes(row)]
    return cells
