"""The two engines of the heavy sums: numpy alone, or numba where the extra `fast` is installed; same results."""

import importlib
import importlib.util
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from literacy_stats.errors import ReplicateError
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.sums import SparseArray


class Engine(StrEnum):
    """NUMPY needs nothing more; COMPILED needs numba and takes some seconds for its first call on a machine."""

    NUMPY = "numpy"
    COMPILED = "compiled"


@dataclass(frozen=True, slots=True)
class GroupTables:
    """Some margins of a raking on the combinations of their categories.

    cells: (C,) combination of each cell. codes: (M, S) category of each combination in each margin, counted on from
    margin to margin; the first of margin m is offsets[m]. totals: (K,) of all categories.
    """

    cells: IntArray
    codes: IntArray
    offsets: IntArray
    totals: FloatArray


@dataclass(frozen=True, slots=True)
class DomainTables:
    """Base-weighted sums of V columns over pairs of a domain and a cell, in the order of domains.

    sums: (V * Q, U) by units of the replicates. cells: (Q,) of each pair. starts: (D,) first pair of each domain.
    """

    sums: SparseArray
    cells: IntArray
    starts: IntArray
    columns: int


class Product(Protocol):
    """A sparse matrix times a table."""

    def __call__(self, matrix: SparseArray, table: FloatArray, /) -> FloatArray:
        """(Q, B) from (Q, U) in compressed rows and (U, B)."""
        ...


class FitTwoGroups(Protocol):
    """Raking of cells by two groups of margins."""

    def __call__(
        self,
        totals: FloatArray,
        first: GroupTables,
        second: GroupTables,
        tolerance: float,
        iterations: int,
        /,
    ) -> FloatArray | None:
        """(C, B) factors for totals (C, B), or None where the margins were not met."""
        ...


class DomainSums(Protocol):
    """Weighted sums by domain."""

    def __call__(self, tables: DomainTables, multipliers: FloatArray, factors: FloatArray, /) -> FloatArray:
        """(V, D, B) from multipliers (U, B) of units and factors (C, B) of cells."""
        ...


@dataclass(frozen=True, slots=True)
class Kernels:
    """The operations that an engine carries out; without `fit_two_groups` raking is left to its own module.

    block: numbers in one table of a block of replicates.
    """

    product: Product
    domain_sums: DomainSums
    block: int
    fit_two_groups: FitTwoGroups | None = None


def kernels_of(engine: Engine) -> Kernels:
    """The operations of an engine. Raises ReplicateError where it is not installed."""
    if engine == Engine.NUMPY:
        return NUMPY_KERNELS
    if importlib.util.find_spec("numba") is None:
        raise ReplicateError("the compiled engine needs numba: install the extra `fast`")
    found: Kernels = importlib.import_module("literacy_stats.survey.compiled").compiled_kernels()
    return found


def _numpy_product(matrix: SparseArray, table: FloatArray, /) -> FloatArray:
    return np.asarray(matrix @ table, dtype=np.float64)


def _numpy_domain_sums(tables: DomainTables, multipliers: FloatArray, factors: FloatArray, /) -> FloatArray:
    sums = _numpy_product(tables.sums, multipliers).reshape(tables.columns, len(tables.cells), -1)
    sums *= factors[tables.cells]
    return np.add.reduceat(sums, tables.starts, axis=1)


# So many numbers, four megabytes, stay in the processor's caches from one pass to the next.
NUMPY_KERNELS = Kernels(product=_numpy_product, domain_sums=_numpy_domain_sums, block=524_288)
