"""Weighting as a chain of named steps, each kept with what it did to the weights.

A step multiplies the weight of each row by a factor that depends on the row's categories alone. So the chain runs on
cells (rows with the same categories), for one sample or for many replicates of it at once, and one row's weight is its
base weight times the factors of its cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import WeightingError
from literacy_stats.survey.cells import Cells, cell_sums, collapse
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.engines import NUMPY_KERNELS, Kernels


@dataclass(frozen=True, slots=True)
class CellWeights:
    """The weights of C cells in B replicates when a step begins.

    totals: (C, B) weight of all rows of a cell. factors: (C, B) product of the factors so far. rows: (C,) one row of
    each cell. base: (C,) the base weight of that row, which is the cell's own only for steps that ask for it.
    kernels: the engine's operations.
    """

    totals: FloatArray
    factors: FloatArray
    rows: IntArray
    base: FloatArray
    kernels: Kernels = NUMPY_KERNELS

    def after(self, factors: FloatArray) -> "CellWeights":
        """The weights when a step has multiplied them by factors (C, B)."""
        return replace(self, totals=self.totals * factors, factors=self.factors * factors)


class Step(Protocol):
    """One step of a weighting."""

    @property
    def name(self) -> str:
        """What the step is called in reports."""
        ...

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """Codes (n,) on which alone the factors depend, given the base weights (n,)."""
        ...

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors; zero for rows that leave. Raises WeightingError."""
        ...


@dataclass(frozen=True, slots=True)
class WeightingStage:
    """The weights after one step.

    weights: (n,). factors: (n,) the step's own, g. design_effect: Kish's, from unequal weights alone, among rows that
    carry weight. smallest_factor, largest_factor: the range of g among these rows.
    """

    name: str
    weights: FloatArray
    factors: FloatArray
    design_effect: float
    smallest_factor: float
    largest_factor: float


@dataclass(frozen=True, slots=True)
class Weighting:
    """Base weights (n,), the inverse of the chance to be in the sample, and the steps that follow.

    Raises WeightingError for weights that are negative, not finite or all zero.
    """

    base: FloatArray
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        base = np.array(self.base, dtype=np.float64)
        if base.ndim != 1 or not np.isfinite(base).all() or (base < 0).any() or not base.any():
            raise WeightingError("base weights are one finite number per row, not negative and not all zero")
        base.setflags(write=False)
        object.__setattr__(self, "base", base)
        for step in self.steps:
            for column in step.columns(base):
                if column.shape != base.shape:
                    raise WeightingError(f"step {step.name!r} has {len(column)} rows beside {len(base)}")

    def then(self, step: Step) -> "Weighting":
        """The chain with one more step."""
        return replace(self, steps=(*self.steps, step))

    def cells(self) -> Cells:
        """The cells on which all steps can be carried out."""
        columns = [column for step in self.steps for column in step.columns(self.base)]
        return collapse(columns, n=len(self.base))

    def cell_factors(
        self, totals: FloatArray, *, cells: Cells, kernels: Kernels = NUMPY_KERNELS
    ) -> tuple[FloatArray, ...]:
        """For each step the (C, B) factors, from the base weight of cells, totals (C, B), in B replicates.

        Raises WeightingError.
        """
        weights = CellWeights(
            totals=totals,
            factors=np.broadcast_to(1.0, totals.shape),
            rows=cells.representatives,
            base=self.base[cells.representatives],
            kernels=kernels,
        )
        found: list[FloatArray] = []
        for step in self.steps:
            if found:
                weights = weights.after(found[-1])
            found.append(step.factors(weights))
        return tuple(found)

    def stages(self) -> tuple[WeightingStage, ...]:
        """The base weights and the weights after each step. Raises WeightingError."""
        cells = self.cells()
        totals = cell_sums(self.base, cells=cells)[:, None]
        weights = self.base
        stages = [_stage("base", weights, factors=np.ones_like(weights))]
        for step, found in zip(self.steps, self.cell_factors(totals, cells=cells), strict=True):
            factors = found[:, 0][cells.codes]
            weights = weights * factors
            stages.append(_stage(step.name, weights, factors=factors))
        return tuple(stages)

    def final_weights(self) -> FloatArray:
        """(n,) weights after the last step. Raises WeightingError."""
        cells = self.cells()
        totals = cell_sums(self.base, cells=cells)[:, None]
        factors = combined(self.cell_factors(totals, cells=cells), like=totals)
        return self.base * factors[:, 0][cells.codes]


def combined(factors: Sequence[FloatArray], *, like: FloatArray) -> FloatArray:
    """The product of the factors of all steps; ones for no steps."""
    if len(factors) == 1:
        return factors[0]
    product = np.ones_like(like)
    for one in factors:
        product *= one
    return product


def kish_design_effect(weights: npt.ArrayLike) -> float:
    """n Σw² / (Σw)² over the n positive weights: how much unequal weights alone widen the variance of a mean.

    Raises WeightingError where no weight is positive. Source: Kish (1992), Journal of Official Statistics 8.
    """
    column = np.asarray(weights, dtype=np.float64)
    count = int((column > 0).sum())
    if not count:
        raise WeightingError("no row carries weight")
    return count * float(column @ column) / float(column.sum()) ** 2


def _stage(name: str, weights: FloatArray, *, factors: FloatArray) -> WeightingStage:
    kept = factors[weights > 0]
    design_effect = kish_design_effect(weights)
    for values in (weights, factors):
        values.setflags(write=False)
    return WeightingStage(
        name=name,
        weights=weights,
        factors=factors,
        design_effect=design_effect,
        smallest_factor=float(kept.min()),
        largest_factor=float(kept.max()),
    )
