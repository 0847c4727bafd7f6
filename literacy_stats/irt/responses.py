"""Answers as the calibration reads them: codes, indicator columns, groups in blocks, equal rows counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.irt.items import FloatArray, IntArray

CodeArray = npt.NDArray[np.int8]
MISSING = -1
_KEY_BITS = 62
_SMALL_GROUP = 500


class ResponsesError(StatisticsError):
    """Answers that are no table of scores, or that carry no information on an item."""


def response_codes(responses: npt.ArrayLike) -> CodeArray:
    """(n, J) scores 0, 1, … as int8 with −1 where the item was not answered or not presented.

    Missing answers may be NaN, any negative number, or masked. Raises ResponsesError for other shapes, for scores
    that are no whole numbers and for scores above 100.
    """
    plain = np.ma.getdata(responses) if np.ma.isMaskedArray(responses) else np.asarray(responses)
    if plain.ndim != 2 or not plain.size:
        raise ResponsesError("answers must be a table with a row per person and a column per item")
    codes = _whole_numbers(plain)
    if np.ma.isMaskedArray(responses):
        codes[np.ma.getmaskarray(responses)] = MISSING
    return codes


def _whole_numbers(plain: npt.NDArray[np.generic]) -> CodeArray:
    if plain.dtype == np.int8:
        return np.asarray(np.maximum(plain, MISSING), dtype=np.int8)
    values = np.asarray(plain, dtype=np.float64) if plain.dtype.kind not in "iub" else plain
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), MISSING, values)
        if not np.array_equal(values, np.floor(values)):
            raise ResponsesError("scores must be whole numbers")
    if values.max() > 100:
        raise ResponsesError("scores above 100 are not supported")
    return np.maximum(values, MISSING).astype(np.int8)


@dataclass(frozen=True, slots=True)
class ResponseTable:
    """Rows sorted by group, equal rows of one group merged where their number of patterns is small.

    codes: (m, J); weights: (m,) sums of the weights of the merged persons; bounds: (G + 1,) rows of each group;
    pattern: (n,) the row that each person became; categories: K + 1.
    """

    codes: CodeArray
    indicators: npt.NDArray[np.float32]
    weights: FloatArray
    bounds: IntArray
    pattern: IntArray
    categories: int

    @property
    def item_count(self) -> int:
        return int(self.codes.shape[1])

    def thinned(self, *, every: int) -> ResponseTable:
        """About each `every`-th row, more densely in small groups, weighted up to the whole."""
        sizes = np.diff(self.bounds)
        strides = np.clip(sizes // _SMALL_GROUP, 1, every)
        runs = [
            np.arange(low, low + size, stride)
            for low, size, stride in zip(self.bounds[:-1], sizes, strides, strict=True)
        ]
        kept = np.concatenate(runs)
        return ResponseTable(
            self.codes[kept],
            self.indicators[kept],
            self.weights[kept] * np.repeat(strides, [len(run) for run in runs]),
            np.searchsorted(kept, self.bounds).astype(np.int64),
            np.arange(len(kept)),
            self.categories,
        )


def tabulate(
    codes: CodeArray, *, weights: npt.ArrayLike | None = None, groups: npt.ArrayLike | None = None
) -> ResponseTable:
    """Check and arrange answers for the passes of the calibration.

    weights: (n,) non-negative; groups: (n,) codes 0…G−1. Raises ResponsesError for wrong lengths, negative weights and
    groups that are empty.
    """
    mass = checked_weights(weights, count=len(codes))
    group = _checked_groups(groups, count=len(codes))
    categories = int(codes.max()) + 1
    if categories < 2:
        raise ResponsesError("nobody scored on any item")
    order, pattern = _merge(codes, group, categories=categories)
    rows, ranks = codes[order], group[order]
    return ResponseTable(
        codes=rows,
        indicators=_indicators(rows, categories=categories),
        weights=np.bincount(pattern, weights=mass, minlength=len(order)).astype(np.float64),
        bounds=np.searchsorted(ranks, np.arange(int(group.max()) + 2)).astype(np.int64),
        pattern=pattern,
        categories=categories,
    )


def checked_weights(weights: npt.ArrayLike | None, *, count: int) -> FloatArray:
    mass = np.ones(count) if weights is None else np.asarray(weights, dtype=np.float64)
    if mass.shape != (count,):
        raise ResponsesError("give one weight per person")
    if not np.isfinite(mass).all() or (mass < 0).any() or mass.sum() <= 0:
        raise ResponsesError("weights must be finite, not negative and not all zero")
    return mass


def _checked_groups(groups: npt.ArrayLike | None, *, count: int) -> IntArray:
    codes = np.zeros(count, dtype=np.int64) if groups is None else np.asarray(groups)
    if codes.shape != (count,) or codes.dtype.kind not in "iu":
        raise ResponsesError("groups must be one whole number per person")
    if codes.min() < 0 or (np.bincount(codes) == 0).any():
        raise ResponsesError("groups must be numbered 0, 1, … without a gap")
    return codes.astype(np.int64)


def _merge(codes: CodeArray, group: IntArray, *, categories: int) -> tuple[IntArray, IntArray]:
    """(rows kept, row of each person); rows come out sorted by group."""
    width = codes.shape[1] * np.log2(categories + 1) + np.log2(group.max() + 1)
    if width < _KEY_BITS:
        powers = (categories + 1) ** np.arange(codes.shape[1], dtype=np.int64)
        keys = (codes.astype(np.int64) + 1) @ powers + group * (categories + 1) ** codes.shape[1]
        _, first, pattern = np.unique(keys, return_index=True, return_inverse=True)
        return first.astype(np.int64), pattern.astype(np.int64)
    order = np.argsort(group, kind="stable")
    pattern = np.empty_like(order)
    pattern[order] = np.arange(len(order))
    return order.astype(np.int64), pattern


def _indicators(codes: CodeArray, *, categories: int) -> npt.NDArray[np.float32]:
    """(m, categories × J): block k says who scored k, so that two matrix products are a whole E-step."""
    count = codes.shape[1]
    columns = np.empty((len(codes), categories * count), dtype=np.float32)
    for score in range(categories):
        columns[:, score * count : (score + 1) * count] = codes == score
    return columns
