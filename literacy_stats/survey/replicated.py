"""A weighting carried out anew in every replicate, on cells and clusters: no table of rows × replicates is ever made.

Rows are summed once to pairs of a cell of the weighting and a cluster. A block of replicates is a sparse product of
these sums with the multipliers of clusters, the steps of the weighting on the cells' totals, and weighted sums by
domain. Column 0 is the full sample throughout, so that it cannot be treated differently.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from literacy_stats.errors import ReplicateError
from literacy_stats.survey.cells import Cells, cell_sums, pair_codes
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.engines import Engine, Kernels, kernels_of
from literacy_stats.survey.replicates import Replicates, spans
from literacy_stats.survey.sums import SparseArray, sparse_matrix
from literacy_stats.survey.weights import Weighting, combined

# Replicates in a block.
_NARROWEST, _WIDEST = 8, 1024
# Factors kept for later estimates; beyond this they are computed again, because memory is dearer than time.
_KEPT_BYTES = 48_000_000


class Rescorer(Protocol):
    """Scores everybody anew under other weights, e.g. with a latent regression fitted to them."""

    def __call__(self, weights: FloatArray) -> FloatArray:
        """Values (n, B) of n rows from their weights (n, B) in B replicates, column by column."""
        ...


@dataclass(frozen=True, slots=True)
class ReplicatedWeighting:
    """The weights of n rows in the full sample and in R replicates, as factors of cells and multipliers of clusters.

    Made by `replicate_weighting`. weights: (n,) final weights of the full sample. width: replicates in a block.
    matrix: (C, U) base weight of each cell in each unit. kept: factors of all blocks, or nothing where they are too many.
    """

    weighting: Weighting
    replicates: Replicates
    cells: Cells
    weights: FloatArray
    kernels: Kernels
    width: int
    matrix: SparseArray = field(repr=False)
    kept: tuple[FloatArray, ...] = field(repr=False)

    def multipliers(self, start: int, *, stop: int) -> FloatArray:
        """(U, stop - start) multipliers; column 0 of all is the full sample."""
        return _multipliers(self.replicates, start=start, stop=stop)

    def factors(self, start: int, *, stop: int) -> FloatArray:
        """(C, stop - start) products of the factors of all steps; blocks start at multiples of `width`."""
        if self.kept:
            return self.kept[start // self.width]
        return _factors(self, start=start, stop=stop)

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Start and stop of the blocks of the full sample and R replicates."""
        return spans(self.replicates.count + 1, width=self.width)

    def row_weights(self, start: int, *, stop: int) -> FloatArray:
        """(n, stop - start) weights of rows; keep blocks narrow."""
        factors = np.concatenate(
            [
                self.factors(first, stop=last)[:, max(start - first, 0) : stop - first]
                for first, last in self.blocks()
                if first < stop and last > start
            ],
            axis=1,
        )
        rows = self.multipliers(start, stop=stop)[self.replicates.units]
        rows *= factors[self.cells.codes]
        rows *= self.weighting.base[:, None]
        return rows


def replicate_weighting(
    weighting: Weighting, *, replicates: Replicates, engine: Engine = Engine.NUMPY
) -> ReplicatedWeighting:
    """The weighting re-run in each replicate.

    Raises WeightingError or MarginError where a step cannot be carried out, in the full sample or in a replicate;
    ReplicateError where rows do not fit or the engine is not installed.
    """
    if len(weighting.base) != replicates.design.n:
        raise ReplicateError(
            f"{len(weighting.base)} base weights for {replicates.design.n} rows of the design"
        )
    cells, kernels = weighting.cells(), kernels_of(engine)
    found = ReplicatedWeighting(
        weighting=weighting,
        replicates=replicates,
        cells=cells,
        weights=weighting.final_weights(),
        kernels=kernels,
        width=int(
            np.clip(kernels.block // max(cells.count, int(replicates.units.max()) + 1), _NARROWEST, _WIDEST)
        ),
        matrix=unit_sums(weighting.base, rows=cells.codes, count=cells.count, units=replicates.units),
        kept=(),
    )
    if found.cells.count * (replicates.count + 1) * 8 > _KEPT_BYTES:
        return found
    return replace(
        found, kept=tuple(_factors(found, start=start, stop=stop) for start, stop in found.blocks())
    )


def _factors(found: ReplicatedWeighting, *, start: int, stop: int) -> FloatArray:
    if not found.weighting.steps:
        return np.ones((found.cells.count, stop - start))
    totals = found.kernels.product(found.matrix, found.multipliers(start, stop=stop))
    factors = found.weighting.cell_factors(totals, cells=found.cells, kernels=found.kernels)
    return combined(factors, like=totals)


def unit_sums(values: FloatArray, *, rows: IntArray, count: int, units: IntArray) -> SparseArray:
    """(count, U) sums of values (n,) over pairs of a code (n,) and a unit (n,) of the replicates."""
    pairs = pair_codes(rows, units)
    return sparse_matrix(
        cell_sums(values, cells=pairs),
        rows=rows[pairs.representatives],
        columns=units[pairs.representatives],
        shape=(count, int(units.max()) + 1),
    )


def _multipliers(replicates: Replicates, *, start: int, stop: int) -> FloatArray:
    if start > 0:
        return replicates.multipliers.block(start - 1, stop=stop - 1)
    block = replicates.multipliers.block(0, stop=stop - 1)
    return np.concatenate([np.ones((len(block), 1)), block], axis=1)
