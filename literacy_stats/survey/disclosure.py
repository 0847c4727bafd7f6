"""Publish tables without telling on anybody: small cells, cells that give them away, differences, rounding.

Source: Hundepool et al. 2012, Statistical Disclosure Control; Willenborg & de Waal 2001, chapters on tables.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


class DisclosureError(StatisticsError):
    """A table that cannot be made safe as it is."""


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table of R × C counts with margins that may be published without the cells of `suppressed`.

    primary: too small themselves. complementary: withheld so that those cannot be worked out.
    """

    counts: IntArray
    primary: BoolArray
    complementary: BoolArray

    @property
    def suppressed(self) -> BoolArray:
        return self.primary | self.complementary

    @property
    def published(self) -> FloatArray:
        """(R, C) the counts, NaN where a cell is withheld."""
        return np.where(self.suppressed, np.nan, self.counts.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Difference:
    """Two published groups, one inside the other, that differ by few people."""

    larger: int
    smaller: int
    people: int


def small_cells(counts: npt.ArrayLike, *, threshold: int = 10) -> BoolArray:
    """Cells of 1 to threshold − 1 people, in a table of any shape. An empty cell tells on nobody."""
    table = _counted(counts)
    return np.asarray((table > 0) & (table < threshold))


def telling_cells(counts: npt.ArrayLike, *, having: npt.ArrayLike) -> BoolArray:
    """Cells where everybody or nobody of the people counted has the property: who is in the cell is known to have it or not."""
    people, those = _counted(counts), _counted(having)
    if people.shape != those.shape or (those > people).any():
        raise DisclosureError("no more people than a cell has can have the property")
    return np.asarray((people > 0) & ((those == 0) | (those == people)))


def suppress(counts: npt.ArrayLike, *, primary: npt.ArrayLike, protection: int = 10) -> SafeTable:
    """Withhold further cells of a table (R, C) with published margins so that no primary cell can be worked out.

    Each primary cell gets a rectangle of withheld cells along which its count can move by `protection` or more without
    changing a margin, chosen so that the fewest people are withheld (the hypercube method of Repsilber 1994).
    Raises DisclosureError where no rectangle does; then categories have to be merged.
    """
    table, small = _counted(counts), np.array(primary, dtype=np.bool_)
    if table.ndim != 2 or small.shape != table.shape:
        raise DisclosureError("complementary suppression is for tables of rows and columns")
    withheld = small.copy()
    # The smallest first: the rectangles of the others may then use cells that are withheld already.
    for row, column in sorted(zip(*np.nonzero(small), strict=True), key=lambda place: int(table[place])):
        for place in _best_rectangle(
            table, row=int(row), column=int(column), withheld=withheld, protection=protection
        ):
            withheld[place] = True
    return SafeTable(table, small, withheld & ~small)


def feasible_ranges(table: SafeTable) -> FloatArray:
    """(S, 2) least and most each withheld cell can be, for a reader who knows the margins and the other cells.

    By linear programming, in the order of `np.nonzero(table.suppressed)`: the check of `suppress`.
    """
    linprog = importlib.import_module("scipy.optimize").linprog
    rows, columns = np.nonzero(table.suppressed)
    equations = np.concatenate(
        [
            (rows == np.arange(table.counts.shape[0])[:, None]).astype(float),
            (columns == np.arange(table.counts.shape[1])[:, None]).astype(float),
        ]
    )
    sums = equations @ table.counts[rows, columns]
    found = np.empty((len(rows), 2))
    for cell, (end, sign) in product(range(len(rows)), enumerate((1.0, -1.0))):
        goal = sign * np.eye(len(rows))[cell]
        found[cell, end] = sign * linprog(goal, A_eq=equations, b_eq=sums, bounds=(0, None)).fun
    return found


def small_differences(
    groups: npt.ArrayLike, *, counts: npt.ArrayLike, threshold: int = 10
) -> tuple[Difference, ...]:
    """Pairs of published groups from whose figures those of 1 to threshold − 1 people follow by subtraction.

    groups: (G, C) of bool, the elementary cells each published group is made of, over all tables and waves that show the
    same people. counts: (C,) people in the elementary cells. Raises DisclosureError for other shapes.
    """
    members, people = np.asarray(groups, dtype=np.bool_), _counted(counts)
    if members.ndim != 2 or people.shape != (members.shape[1],):
        raise DisclosureError("groups are made of the cells that were counted")
    found = []
    for larger, smaller in permutations(range(len(members)), 2):
        if (members[smaller] & ~members[larger]).any():
            continue
        left = int(people[members[larger] & ~members[smaller]].sum())
        if 0 < left < threshold:
            found.append(Difference(larger, smaller, left))
    return tuple(found)


def rounded_percentages(proportions: npt.ArrayLike) -> FloatArray:
    """Proportions as percentages to one decimal."""
    return np.asarray(np.round(np.asarray(proportions, dtype=np.float64) * 100, 1))


def rounded_people(weighted_counts: npt.ArrayLike, *, base: int = 100) -> IntArray:
    """Weighted counts to the nearest multiple of the base, halves up."""
    values = np.asarray(weighted_counts, dtype=np.float64)
    return np.asarray(np.floor(values / base + 0.5) * base, dtype=np.int64)


def rounded_by_key(counts: npt.ArrayLike, *, keys: npt.ArrayLike, base: int = 5) -> IntArray:
    """Counts to a neighbouring multiple of the base, up with the chance that makes it right on average.

    keys: a number in [0, 1) for each cell, made from the people in it (the sum of their own random keys modulo 1), so
    that the same people are rounded the same way in every table and cannot be averaged out.
    Source: Fraser & Wooton 2005, UNECE work session on statistical data confidentiality.
    """
    table, key = _counted(counts), np.asarray(keys, dtype=np.float64)
    if key.shape != table.shape or not ((key >= 0) & (key < 1)).all():
        raise DisclosureError("each cell has a key in [0, 1)")
    below, rest = np.divmod(table, base)
    return np.asarray((below + (key < rest / base)) * base, dtype=np.int64)


def _best_rectangle(
    table: IntArray, *, row: int, column: int, withheld: BoolArray, protection: int
) -> tuple[tuple[int, int], ...]:
    across = np.minimum(table[row, :][None, :], table[:, column][:, None])
    down = np.minimum(table[row, column], table)
    # A reader can move the cell up by what its two neighbours hold, and down by what it and the far corner hold.
    room = across + down
    cost = np.where(withheld, 0, table + 1)
    price = (cost[row, :][None, :] + cost[:, column][:, None] + cost).astype(np.float64)
    price[room < protection] = np.inf
    price[row, :] = price[:, column] = np.inf
    # A count of zero is no secret and moves nothing.
    price[(table[row, :] == 0)[None, :] | (table[:, column] == 0)[:, None]] = np.inf
    far_row, far_column = np.unravel_index(int(np.argmin(price)), price.shape)
    if np.isinf(price[far_row, far_column]):
        raise DisclosureError(f"nothing can hide the cell in row {row}, column {column}: merge categories")
    return (row, int(far_column)), (int(far_row), column), (int(far_row), int(far_column))


def _counted(counts: npt.ArrayLike) -> IntArray:
    table = np.asarray(counts)
    whole = table.astype(np.int64)
    if not np.array_equal(whole, table) or (whole < 0).any():
        raise DisclosureError("counts are whole numbers from 0")
    return whole
