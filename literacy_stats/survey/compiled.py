"""The heavy sums compiled by numba: the same results as with numpy alone, sooner, on all cores.

Import this module only where numba is installed (the extra `fast`); `engines` does. Replicates are handled in lanes of
sixty-four, which the compiler turns into vector instructions without changing the order of any sum; threads take lanes
in turns, and nobody waits in a loop where the machine has other work.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numba import njit

from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.engines import NUMPY_KERNELS, DomainTables, GroupTables, Kernels

Result = TypeVar("Result")
_LANES = 64
# Numbers in one table of a block: the kernels go through it in lanes, so it may be larger than the caches.
_BLOCK = 2_097_152


def compiled_kernels() -> Kernels:
    """The operations of the compiled engine."""
    return replace(NUMPY_KERNELS, domain_sums=_domain_sums, fit_two_groups=_fit_two_groups, block=_BLOCK)


def _domain_sums(tables: DomainTables, multipliers: FloatArray, factors: FloatArray, /) -> FloatArray:
    ends = np.append(tables.starts[1:], len(tables.cells))
    found = np.zeros((tables.columns, len(ends), multipliers.shape[1]))
    _in_lanes(
        lambda start, stop: domain_products(
            tables.sums.indptr,
            tables.sums.indices,
            tables.sums.data,
            np.ascontiguousarray(multipliers[:, start:stop]),
            np.ascontiguousarray(factors[:, start:stop]),
            tables.cells,
            ends,
            found,
            start,
        ),
        width=multipliers.shape[1],
    )
    return found


def _fit_two_groups(
    totals: FloatArray, first: GroupTables, second: GroupTables, tolerance: float, iterations: int, /
) -> FloatArray | None:
    groups: list[tuple[Any, ...]] = [
        (group.cells.astype(np.uint32), group.codes.astype(np.uint32), group.offsets, group.totals)
        for group in (first, second)
    ]
    factors = np.empty_like(totals)

    def fit(start: int, stop: int) -> bool:
        table = np.ascontiguousarray(totals[:, start:stop])
        arguments = (table, *groups[0], *groups[1], tolerance, iterations)
        found, met = raking_factors(*arguments)
        factors[:, start:stop] = found
        return bool(met)

    return factors if all(_in_lanes(fit, width=totals.shape[1])) else None


def _in_lanes(work: Callable[[int, int], Result], *, width: int) -> list[Result]:
    """The results of work on consecutive lanes, by as many threads as there are cores."""
    starts = range(0, width, _LANES)
    stops = [min(start + _LANES, width) for start in starts]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(work, starts, stops))


@njit(cache=True, nogil=True, error_model="numpy")
def domain_products(  # noqa: PLR0913 - compiled code takes arrays, not objects
    starts: IntArray,
    units: IntArray,
    values: FloatArray,
    multipliers: FloatArray,
    factors: FloatArray,
    cells: IntArray,
    ends: IntArray,
    sums: FloatArray,
    at: int,
) -> None:
    """For each column of values and each domain the sum over its pairs of product times factor, into `sums`."""
    width = multipliers.shape[1]
    weighed = np.empty(width)
    for column in range(sums.shape[0]):
        pair = 0
        for domain in range(ends.size):
            while pair < ends[domain]:
                row = column * cells.size + pair
                weighed[:] = 0.0
                for entry in range(starts[row], starts[row + 1]):
                    unit, value = units[entry], values[entry]
                    for lane in range(width):
                        weighed[lane] += value * multipliers[unit, lane]
                cell = cells[pair]
                for lane in range(width):
                    sums[column, domain, at + lane] += weighed[lane] * factors[cell, lane]
                pair += 1


@njit(cache=True, nogil=True, error_model="numpy")
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
) -> tuple[FloatArray, bool]:
    """(C, L) factors of some lanes, and whether the margins were met."""
    width = totals.shape[1]
    rows = np.ones((first_codes.shape[1], width))
    columns = np.ones((second_codes.shape[1], width))
    met = False
    for _ in range(iterations):
        seen = seen_from(totals, columns, second_cells, first_cells, rows.shape[0])
        distance = sweep(seen, rows, first_codes, first_offsets, first_totals)
        seen = seen_from(totals, rows, first_cells, second_cells, columns.shape[0])
        distance = max(distance, sweep(seen, columns, second_codes, second_offsets, second_totals))
        if distance <= tolerance:
            met = True
            break
    factors = np.empty_like(totals)
    for cell in range(totals.shape[0]):
        row, column = first_cells[cell], second_cells[cell]
        for lane in range(width):
            factors[cell, lane] = rows[row, lane] * columns[column, lane]
    return factors, met


@njit(cache=True, nogil=True, error_model="numpy")
def seen_from(
    table: FloatArray, factors: FloatArray, from_cells: IntArray, to_cells: IntArray, size: int
) -> FloatArray:
    """Weights of one group's combinations when the other group's factors are applied."""
    width = table.shape[1]
    seen = np.zeros((size, width))
    for cell in range(table.shape[0]):
        source, target = from_cells[cell], to_cells[cell]
        for lane in range(width):
            seen[target, lane] += table[cell, lane] * factors[source, lane]
    return seen


@njit(cache=True, nogil=True, error_model="numpy")
def sweep(
    seen: FloatArray, factors: FloatArray, codes: IntArray, offsets: IntArray, totals: FloatArray
) -> float:
    """Three sweeps over a group's margins, in place; the distance met in the first."""
    distance = 0.0
    sums = np.empty((totals.size, seen.shape[1]))
    for turn in range(3 if codes.shape[0] > 1 else 1):
        for margin in range(codes.shape[0]):
            first, last = offsets[margin], offsets[margin + 1]
            met = fit_margin(seen, factors, codes[margin], totals, sums, first, last)
            if turn == 0:
                distance = max(distance, met)
    return distance


@njit(cache=True, nogil=True, error_model="numpy")
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
    width = seen.shape[1]
    sums[first:last] = 0.0
    for place in range(codes.size):
        code = codes[place]
        for lane in range(width):
            sums[code, lane] += seen[place, lane] * factors[place, lane]
    distance = 0.0
    for category in range(first, last):
        for lane in range(width):
            sums[category, lane] = totals[category] / sums[category, lane]
            distance = max(distance, abs(sums[category, lane] - 1.0))
    for place in range(codes.size):
        code = codes[place]
        for lane in range(width):
            factors[place, lane] *= sums[code, lane]
    return distance
