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
        /,
        tolerance: float,
        iterations: int,
    ) -> FloatArray | None:
        """(C, B) factors for totals (C, B), or None where the margins were not met."""
        ...


@dataclass(frozen=True, slots=True)
class Kernels:
    """The operations that an engine carries out; without `fit_two_groups` raking is left to its own module."""

    product: Product
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


NUMPY_KERNELS = Kernels(product=_numpy_product)
