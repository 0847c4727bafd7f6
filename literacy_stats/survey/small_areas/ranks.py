"""Ranks of areas with their uncertainty, and where two models disagree about an area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """For m areas, rank 1 being the highest figure: the median rank and an interval that holds `confidence` of the draws."""

    median: FloatArray
    lower: FloatArray
    upper: FloatArray
    confidence: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """differences: (m,) first − second. limits: (m,) what is still agreement. flagged: (m,) of bool."""

    differences: FloatArray
    limits: FloatArray
    flagged: npt.NDArray[np.bool_]


def rank_intervals(draws: npt.ArrayLike, *, confidence: float = 0.95) -> RankIntervals:
    """From joint draws of all areas (m, D). An area that may be third or fifteenth is shown as that.

    Raises StatisticsError for fewer than 100 draws. Source: Goldstein & Spiegelhalter 1996, JRSS A 159:385.
    """
    values = np.asarray(draws, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] < 100:
        raise StatisticsError("rank intervals need a row of at least 100 draws per area")
    ranks = np.empty(values.shape, dtype=np.int64)
    places = np.arange(1, len(values) + 1)[:, None]
    np.put_along_axis(ranks, np.argsort(-values, axis=0, kind="stable"), places, axis=0)
    tail = (1 - confidence) / 2
    lower, median, upper = np.quantile(ranks, [tail, 0.5, 1 - tail], axis=1, method="inverted_cdf")
    return RankIntervals(median.astype(float), lower.astype(float), upper.astype(float), confidence)


def draws_from_errors(
    estimates: npt.ArrayLike,
    *,
    standard_errors: npt.ArrayLike,
    generator: np.random.Generator,
    count: int = 2000,
) -> FloatArray:
    """(m, count) independent normal draws around estimates (m,), for models that give no draws of their own."""
    centre, error = np.asarray(estimates, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if centre.shape != error.shape or centre.ndim != 1:
        raise StatisticsError("each estimate has one standard error")
    return np.asarray(centre[:, None] + error[:, None] * generator.standard_normal((len(centre), count)))


def disagreement(
    first: npt.ArrayLike,
    *,
    second: npt.ArrayLike,
    first_errors: npt.ArrayLike,
    second_errors: npt.ArrayLike,
    multiple: float = 2.0,
) -> Disagreement:
    """Areas for which two models differ by more than `multiple` times the larger of their standard errors (m,).

    Both models rest on the same interviews, so their errors are not added: that would excuse nearly everything.
    """
    one, other, *errors = (
        np.asarray(v, dtype=np.float64) for v in (first, second, first_errors, second_errors)
    )
    if not one.shape == other.shape == errors[0].shape == errors[1].shape:
        raise StatisticsError("two models are compared area by area")
    limits = multiple * np.maximum(*errors)
    return Disagreement(one - other, limits, np.abs(one - other) > limits)
