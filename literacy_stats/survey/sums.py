"""Sums over groups of rows or cells as sparse matrices; scipy is loaded on first use."""

import functools
import importlib
from types import ModuleType
from typing import Any

import numpy as np

from literacy_stats.survey.design import FloatArray, IntArray

# scipy has no types.
SparseArray = Any


def sparse_matrix(
    values: FloatArray, *, rows: IntArray, columns: IntArray, shape: tuple[int, int]
) -> SparseArray:
    """A matrix in compressed rows from values (m,) at different places (m,), in the order of their rows."""
    ends = np.cumsum(np.bincount(rows, minlength=shape[0]))
    return _sparse().csr_array((values, columns, np.concatenate([[0], ends])), shape=shape)


def indicator(codes: IntArray, *, count: int) -> SparseArray:
    """(count, C) ones where cell c has the code; cells with code -1 are in no row."""
    known = np.flatnonzero(codes >= 0)
    order = known[np.argsort(codes[known], kind="stable")]
    return sparse_matrix(np.ones(len(order)), rows=codes[order], columns=order, shape=(count, len(codes)))


def sums_by_code(values: FloatArray, *, codes: IntArray, count: int) -> FloatArray:
    """(count, B) sums of values (C, B) over the cells of each code; cells with code -1 are left out."""
    return np.asarray(indicator(codes, count=count) @ values, dtype=np.float64)


@functools.cache
def _sparse() -> ModuleType:
    return importlib.import_module("scipy.sparse")
