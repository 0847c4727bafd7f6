"""Rows collapsed to cells: what is equal for all rows of a cell need be computed only once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from literacy_stats.survey.design import FloatArray, IntArray

# Above this many combinations per row, sorting is cheaper than a table of all combinations.
_TABLE_PER_ROW = 4
_SMALL_TABLE = 65_536
# Rows handled together, so that the numbers under way stay in the processor's cache.
_CHUNK = 32_768


@dataclass(frozen=True, slots=True)
class Cells:
    """The combinations of categories that occur.

    codes: (n,) the cell of each row, 0..C-1. representatives: (C,) one row of each cell.
    """

    codes: IntArray
    representatives: IntArray

    @property
    def count(self) -> int:
        """Cells, C."""
        return len(self.representatives)


def collapse(columns: Sequence[IntArray], *, n: int) -> Cells:
    """The cells that columns of codes (n,) make together; one cell for no columns.

    Codes are -1 or above; cells are in the order of the codes, the first column the most significant.
    """
    waiting: list[IntArray] = []
    size = 1
    for column in columns:
        radix = _radix(column)
        if waiting and _is_large(size * radix, n=n):
            merged, size = _relabelled(_mixed(waiting, n=n), size=size)
            waiting = [merged]
        waiting.append(column)
        size *= radix
    codes, count = _relabelled(_mixed(waiting, n=n), size=size)
    return Cells(codes=codes, representatives=_representatives(codes, count=count))


def pair_codes(first: IntArray, second: IntArray) -> Cells:
    """The cells of two columns of codes that run from 0."""
    return collapse((first, second), n=len(first))


def cell_sums(values: FloatArray, *, cells: Cells) -> FloatArray:
    """(C,) sums of values (n,) over the rows of each cell."""
    sums: FloatArray = np.bincount(cells.codes, weights=values, minlength=cells.count).astype(np.float64)
    return sums


def _mixed(columns: Sequence[IntArray], *, n: int) -> IntArray:
    """(n,) one number for the codes of all columns."""
    mixed = np.zeros(n, dtype=np.int64)
    radices = [_radix(column) for column in columns]
    lows = [int(column.min(initial=0)) for column in columns]
    for start in range(0, n, _CHUNK):
        part = mixed[start : start + _CHUNK]
        for column, radix, low in zip(columns, radices, lows, strict=True):
            part *= radix
            part += column[start : start + _CHUNK]
            if low:
                part -= low
    return mixed


def _radix(column: IntArray) -> int:
    return int(column.max(initial=0)) - int(column.min(initial=0)) + 1


def _relabelled(codes: IntArray, *, size: int) -> tuple[IntArray, int]:
    """The same cells with codes that run from 0 without a gap, in the same order, and their number."""
    if _is_large(size, n=len(codes)):
        present, dense = np.unique(codes, return_inverse=True)
        return dense.astype(np.int64), len(present)
    occurs = np.zeros(size, dtype=bool)
    occurs[codes] = True
    if occurs.all():
        return codes, size
    labels = np.cumsum(occurs) - 1
    return labels[codes], int(labels[-1]) + 1


def _is_large(size: int, *, n: int) -> bool:
    return size > max(_SMALL_TABLE, _TABLE_PER_ROW * n)


def _representatives(codes: IntArray, *, count: int) -> IntArray:
    rows = np.empty(count, dtype=np.int64)
    rows[codes] = np.arange(len(codes))
    return rows
