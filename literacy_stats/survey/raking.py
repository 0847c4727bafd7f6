"""Post-stratification and raking: weights multiplied until the categories of one or several variables add up.

Both work on cells. Raking (iterative proportional fitting: Deming & Stephan 1940, Annals of Mathematical Statistics 11;
Deville, Särndal & Sautory 1993, JASA 88) splits the margins into two groups and keeps the table of their combinations:
one factor per combination of a group, so that a sweep touches the whole table twice instead of once per margin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import MarginError, WeightingError
from literacy_stats.survey.cells import collapse
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.engines import GroupTables
from literacy_stats.survey.margins import (
    CellMargin,
    Margin,
    refuse_different_populations,
    refuse_empty_category,
    refuse_unmet,
)
from literacy_stats.survey.sums import SparseArray, indicator, sums_by_code
from literacy_stats.survey.weights import CellWeights, Weighting

# A table of both groups may be this much larger than the cells that occur before sparse sums are cheaper.
_TABLE_PER_CELL = 8
_SWEEPS_WITHIN_GROUP = 3
# Up to so many combinations a full product is quicker than a sparse one.
_DENSE = 512


@dataclass(frozen=True, slots=True)
class PostStratification:
    """The step that brings each category of one variable (or crossing of variables) to its total.

    Source: Holt & Smith (1979), Journal of the Royal Statistical Society A 142.
    """

    margin: Margin
    name: str = "post-stratification"

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """What the factors depend on."""
        return (self.margin.codes,)

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors of cells. Raises MarginError."""
        margin = self.margin.at(weights.rows)
        refuse_unknown_categories(weights, margins=(margin,))
        sums = sums_by_code(weights.totals, codes=margin.codes, count=len(margin.totals))
        refuse_empty_category(sums, name=margin.name, totals=margin.totals, categories=margin.categories)
        return (margin.totals[:, None] / sums)[margin.codes]


@dataclass(frozen=True, slots=True)
class Raking:
    """The step that meets several margins at once with factors that are a product of one number per category.

    tolerance: largest relative distance of a category from its total. Raises WeightingError, MarginError.
    """

    margins: tuple[Margin, ...]
    tolerance: float = 1e-9
    maximum_iterations: int = 500
    name: str = "raking"

    def __post_init__(self) -> None:
        if not self.margins:
            raise WeightingError("raking needs a margin")
        refuse_different_populations(self.margins)

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """What the factors depend on."""
        return tuple(margin.codes for margin in self.margins)

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors of cells. Raises MarginError where the margins cannot be met."""
        margins = tuple(margin.at(weights.rows) for margin in self.margins)
        refuse_unknown_categories(weights, margins=margins)
        return cell_raking_factors(weights, margins=margins, step=self)


def rake(
    weights: npt.ArrayLike,
    *,
    margins: Sequence[Margin],
    tolerance: float = 1e-9,
    maximum_iterations: int = 500,
) -> FloatArray:
    """(n,) weights that meet the margins, from weights (n,).

    tolerance: largest relative distance of a category from its total.
    Raises WeightingError, MarginError (it names the margin and the category that cannot be met).
    """
    step = Raking(tuple(margins), tolerance=tolerance, maximum_iterations=maximum_iterations)
    base = np.asarray(weights, dtype=np.float64)
    return Weighting(base=base, steps=(step,)).final_weights()


def cell_raking_factors(weights: CellWeights, *, margins: Sequence[CellMargin], step: Raking) -> FloatArray:
    """(C, B) factors that bring the weights of cells to the margins in each of B replicates."""
    totals = weights.totals
    for margin in margins:
        sums = sums_by_code(totals, codes=margin.codes, count=len(margin.totals))
        refuse_empty_category(sums, name=margin.name, totals=margin.totals, categories=margin.categories)
    groups = tuple(_Group.of(members, cells=totals.shape[0]) for members in _split(totals, margins=margins))
    if len(groups) == 1 or prod(group.size for group in groups) > _TABLE_PER_CELL * totals.shape[0]:
        return _fit_one_group(totals, _Group.alone(margins, cells=totals.shape[0]), step=step)
    fit = weights.kernels.fit_two_groups
    if fit is not None:
        first, second = (group.tables() for group in groups)
        found = fit(totals, first, second, step.tolerance, step.maximum_iterations)
        if found is not None:
            return found
    return _fit_two_groups(totals, groups, step=step)


def refuse_unknown_categories(weights: CellWeights, *, margins: Sequence[CellMargin]) -> None:
    """Raise MarginError where a row that carries weight has no known category."""
    for margin in margins:
        unknown = margin.codes < 0
        if unknown.any() and weights.totals[unknown].any():
            raise MarginError(
                "rows that carry weight have no category", margin=margin.name, category="unknown"
            )


@dataclass(frozen=True, slots=True)
class _Group:
    """Some margins on the combinations of their categories. codes: (C,) combination of each cell."""

    margins: tuple[CellMargin, ...]
    codes: IntArray
    size: int
    indicators: tuple[SparseArray, ...]

    @classmethod
    def of(cls, margins: Sequence[CellMargin], *, cells: int) -> "_Group":
        combined = collapse([margin.codes for margin in margins], n=cells)
        reduced = tuple(
            CellMargin(m.name, m.codes[combined.representatives], m.totals, m.categories) for m in margins
        )
        return cls(reduced, combined.codes, combined.count, _indicators(reduced))

    @classmethod
    def alone(cls, margins: Sequence[CellMargin], *, cells: int) -> "_Group":
        return cls(tuple(margins), np.arange(cells), cells, _indicators(margins))

    def tables(self) -> GroupTables:
        """The group as arrays."""
        offsets = np.cumsum([0, *(len(margin.totals) for margin in self.margins)])
        codes = [margin.codes + first for margin, first in zip(self.margins, offsets[:-1], strict=True)]
        return GroupTables(
            cells=self.codes,
            codes=np.array(codes),
            offsets=offsets,
            totals=np.concatenate([margin.totals for margin in self.margins]),
        )

    def sweep(self, table: FloatArray, factors: FloatArray) -> float:
        """Fit each margin once, changing factors (size, B) in place; the largest relative distance met on the way."""
        distance = 0.0
        for margin, categories in zip(self.margins, self.indicators, strict=True):
            change = margin.totals[:, None] / (categories @ (table * factors))
            distance = max(distance, float(np.abs(change - 1).max()))
            factors *= change[margin.codes]
        return distance

    def refuse(self, table: FloatArray, factors: FloatArray, *, iterations: int) -> None:
        """Raise MarginError for the margin and category furthest from its total."""
        shares = [
            (categories @ (table * factors)) / margin.totals[:, None]
            for margin, categories in zip(self.margins, self.indicators, strict=True)
        ]
        worst = max(range(len(shares)), key=lambda place: float(np.abs(shares[place] - 1).max()))
        margin = self.margins[worst]
        refuse_unmet(shares[worst], name=margin.name, categories=margin.categories, iterations=iterations)


def _fit_one_group(totals: FloatArray, group: _Group, *, step: Raking) -> FloatArray:
    factors = np.ones_like(totals)
    for _ in range(step.maximum_iterations):
        if group.sweep(totals, factors) <= step.tolerance:
            return factors
    group.refuse(totals, factors, iterations=step.maximum_iterations)
    return factors


def _fit_two_groups(totals: FloatArray, groups: tuple[_Group, ...], *, step: Raking) -> FloatArray:
    first, second = groups
    table = _table(totals, groups)
    rows, columns = (np.ones((group.size, totals.shape[1])) for group in groups)
    for _ in range(step.maximum_iterations):
        seen = np.einsum("abr,br->ar", table, columns)
        distance = _sweeps(first, seen, rows)
        seen = np.einsum("abr,ar->br", table, rows)
        distance = max(distance, _sweeps(second, seen, columns))
        if distance <= step.tolerance:
            factors: FloatArray = rows[first.codes] * columns[second.codes]
            return factors
    first.refuse(np.einsum("abr,br->ar", table, columns), rows, iterations=step.maximum_iterations)
    raise AssertionError("a refusal names the margin")


def _sweeps(group: _Group, table: FloatArray, factors: FloatArray) -> float:
    """The distance before the first of some sweeps, which tells how far the other group has moved this one."""
    distance = group.sweep(table, factors)
    if len(group.margins) > 1:
        for _ in range(_SWEEPS_WITHIN_GROUP - 1):
            group.sweep(table, factors)
    return distance


def _table(totals: FloatArray, groups: tuple[_Group, ...]) -> FloatArray:
    first, second = groups
    places = first.codes * second.size + second.codes
    count = first.size * second.size
    if len(places) == count and np.array_equal(places, np.arange(count)):
        return totals.reshape(first.size, second.size, -1)
    if len(np.unique(places)) < len(places):
        table = sums_by_code(totals, codes=places, count=count)
    else:
        table = np.zeros((count, totals.shape[1]))
        table[places] = totals
    return table.reshape(first.size, second.size, -1)


def _split(totals: FloatArray, *, margins: Sequence[CellMargin]) -> tuple[tuple[CellMargin, ...], ...]:
    """Two groups of margins with few combinations, those that depend on each other together; one for one margin.

    The less the groups have to do with each other, the fewer times they must take turns.
    """
    if len(margins) == 1:
        return (tuple(margins),)
    sizes = [len(margin.totals) for margin in margins]
    halves = _halves(len(margins))
    fewest = min(_combinations(sizes, half) for half in halves)
    small = [half for half in halves if _combinations(sizes, half) <= 2 * fewest]
    ties = _associations(totals.sum(axis=1), margins=margins)
    best = min(small, key=lambda half: sum(ties[pair] for pair in _pairs_across(half, len(margins))))
    rest = tuple(place for place in range(len(margins)) if place not in best)
    return tuple(margins[place] for place in best), tuple(margins[place] for place in rest)


def _halves(count: int) -> list[tuple[int, ...]]:
    return [half for size in range(1, count // 2 + 1) for half in combinations(range(count), size)]


def _combinations(sizes: list[int], half: tuple[int, ...]) -> int:
    chosen = prod(sizes[place] for place in half)
    return chosen + prod(sizes) // chosen


def _pairs_across(half: tuple[int, ...], count: int) -> list[tuple[int, int]]:
    rest = [place for place in range(count) if place not in half]
    return [(min(one, other), max(one, other)) for one in half for other in rest]


def _associations(weights: FloatArray, *, margins: Sequence[CellMargin]) -> dict[tuple[int, int], float]:
    """Pearson's φ² of each pair of margins."""
    found = {}
    for one, other in combinations(range(len(margins)), 2):
        first, second = margins[one], margins[other]
        size = len(second.totals)
        table = np.zeros((len(first.totals), size))
        np.add.at(table, (first.codes, second.codes), weights)
        expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / weights.sum()
        found[one, other] = float(((table - expected) ** 2 / expected).sum() / weights.sum())
    return found


def _indicators(margins: Sequence[CellMargin]) -> tuple[SparseArray, ...]:
    found = (indicator(margin.codes, count=len(margin.totals)) for margin in margins)
    return tuple(one.toarray() if one.shape[1] <= _DENSE else one for one in found)
