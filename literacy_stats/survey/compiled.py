"""The heavy sums compiled by numba: the same results as with numpy alone, sooner, on all cores.

Import this module only where numba is installed (the extra `fast`); `engines` does. Replicates are handled in lanes of
sixty-four, which the compiler turns into vector instructions without changing the order of any sum.
"""

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.engines import GroupTables, Kernels
from literacy_stats.survey.sums import SparseArray

_LANES = 64


def compiled_kernels() -> Kernels:
    """The operations of the compiled engine."""
    return Kernels(product=_product, fit_two_groups=_fit_two_groups)


def _product(matrix: SparseArray, table: FloatArray, /) -> FloatArray:
    return np.asarray(sparse_product(matrix.indptr, matrix.indices, matrix.data, table))


def _fit_two_groups(
    totals: FloatArray, first: GroupTables, second: GroupTables, /, tolerance: float, iterations: int
) -> FloatArray | None:
    factors, met = raking_factors(
        totals,
        first.cells.astype(np.uint32),
        first.codes.astype(np.uint32),
        first.offsets,
        first.totals,
        second.cells.astype(np.uint32),
        second.codes.astype(np.uint32),
        second.offsets,
        second.totals,
        tolerance,
        iterations,
    )
    return factors if met.all() else None


@njit(cache=True, parallel=True, error_model="numpy")
def sparse_product(starts: IntArray, columns: IntArray, values: FloatArray, table: FloatArray) -> FloatArray:
    """A matrix in compressed rows times a table."""
    rows, width = starts.size - 1, table.shape[1]
    product = np.zeros((rows, width))
    for row in prange(rows):
        sums = product[row]
        for entry in range(starts[row], starts[row + 1]):
            factors, value = table[columns[entry]], values[entry]
            for lane in range(width):
                sums[lane] += value * factors[lane]
    return product


@njit(cache=True, parallel=True, error_model="numpy")
def raking_factors(  # noqa: PLR0913 - compiled code takes arrays, not objects
    totals: FloatArray,
    first_cells: IntArray,
    first_codes: IntArray,
    first_offsets: IntArray,
    first_totals: FloatArray,
    second_cells: IntArray,
    second_codes: IntArray,
    second_offsets: IntArray,
    second_totals: FloatArray,
    tolerance: float,
    iterations: int,
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """(C, B) factors, and of each lane group whether the margins were met."""
    cells, width = totals.shape
    chunks = (width + _LANES - 1) // _LANES
    factors = np.empty_like(totals)
    met = np.zeros(chunks, dtype=np.bool_)
    for chunk in prange(chunks):
        start = chunk * _LANES
        stop = min(start + _LANES, width)
        table = np.ones((cells, _LANES))
        table[:, : stop - start] = totals[:, start:stop]
        # Lanes that pad the last chunk repeat its first, so that they are met when it is.
        for lane in range(stop - start, _LANES):
            table[:, lane] = table[:, 0]
        rows = np.ones((first_codes.shape[1], _LANES))
        columns = np.ones((second_codes.shape[1], _LANES))
        for _ in range(iterations):
            seen = seen_from(table, columns, second_cells, first_cells, rows.shape[0])
            distance = sweep(seen, rows, first_codes, first_offsets, first_totals)
            seen = seen_from(table, rows, first_cells, second_cells, columns.shape[0])
            distance = max(distance, sweep(seen, columns, second_codes, second_offsets, second_totals))
            if distance <= tolerance:
                met[chunk] = True
                break
        for cell in range(cells):
            for lane in range(stop - start):
                factors[cell, start + lane] = (
                    rows[first_cells[cell], lane] * columns[second_cells[cell], lane]
                )
    return factors, met


@njit(cache=True, error_model="numpy")
def seen_from(
    table: FloatArray, factors: FloatArray, from_cells: IntArray, to_cells: IntArray, size: int
) -> FloatArray:
    """Weights of one group's combinations when the other group's factors are applied."""
    seen = np.zeros((size, _LANES))
    for cell in range(table.shape[0]):
        source, target = from_cells[cell], to_cells[cell]
        for lane in range(_LANES):
            seen[target, lane] += table[cell, lane] * factors[source, lane]
    return seen


@njit(cache=True, error_model="numpy")
def sweep(
    seen: FloatArray, factors: FloatArray, codes: IntArray, offsets: IntArray, totals: FloatArray
) -> float:
    """Three sweeps over a group's margins, in place; the distance met in the first."""
    distance = 0.0
    sums = np.empty((totals.size, _LANES))
    for turn in range(3 if codes.shape[0] > 1 else 1):
        for margin in range(codes.shape[0]):
            first, last = offsets[margin], offsets[margin + 1]
            met = fit_margin(seen, factors, codes[margin], totals, sums, first, last)
            if turn == 0:
                distance = max(distance, met)
    return distance


@njit(cache=True, error_model="numpy")
def fit_margin(
    seen: FloatArray,
    factors: FloatArray,
    codes: IntArray,
    totals: FloatArray,
    sums: FloatArray,
    first: int,
    last: int,
) -> float:
    """Bring the categories first..last - 1 to their totals; the largest relative distance before."""
    sums[first:last] = 0.0
    for place in range(codes.size):
        code = codes[place]
        for lane in range(_LANES):
            sums[code, lane] += seen[place, lane] * factors[place, lane]
    distance = 0.0
    for code in range(first, last):
        for lane in range(_LANES):
            sums[code, lane] = totals[code] / sums[code, lane]
            distance = max(distance, abs(sums[code, lane] - 1.0))
    for place in range(codes.size):
        code = codes[place]
        for lane in range(_LANES):
            factors[place, lane] *= sums[code, lane]
    return distance
