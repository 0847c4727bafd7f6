"""Small areas made to agree with the figure of the whole district, which the survey knows better than any model.

Shares are of the district's population, adding up to one. Standard errors of areas do not grow by this: the error of the
district's figure is reported with that figure. Source: Bell, Datta & Ghosh 2013, Biometrika 100:189.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]
_MOST_STEPS = 100


def benchmark_by_ratio(estimates: npt.ArrayLike, *, shares: npt.ArrayLike, target: float) -> FloatArray:
    """Estimates (m,) or (m, draws), all multiplied by one number so that Σ share · estimate = target.

    Raises StatisticsError for shares that do not add up to one or estimates that add up to nothing.
    """
    values, weights = _checked(estimates, shares=shares)
    sums = weights @ values
    if not np.all(sums > 0):
        raise StatisticsError("estimates that add up to nothing cannot be multiplied to a target")
    return np.asarray(values * (target / sums))


def benchmark_by_difference(
    estimates: npt.ArrayLike, *, shares: npt.ArrayLike, target: float, mean_squared_errors: npt.ArrayLike
) -> FloatArray:
    """Estimates (m,) moved so that Σ share · estimate = target, the least certain ones most.

    The change of area i is in proportion to share_i · mse_i, which is the least change weighed by 1 / mse.
    """
    values, weights = _checked(estimates, shares=shares)
    errors = np.asarray(mean_squared_errors, dtype=np.float64)
    if errors.shape != weights.shape or not (errors > 0).all() or values.ndim != 1:
        raise StatisticsError("each estimate has one mean squared error above 0")
    reach = weights * errors
    return np.asarray(values + reach / (weights @ reach) * (target - weights @ values))


def benchmark_on_log_odds(proportions: npt.ArrayLike, *, shares: npt.ArrayLike, target: float) -> FloatArray:
    """Proportions (m,) or (m, draws) moved by one step on the scale of log odds: they stay between 0 and 1."""
    values, weights = _checked(proportions, shares=shares)
    if not (0 < target < 1 and np.all((values > 0) & (values < 1))):
        raise StatisticsError("log odds are of proportions between 0 and 1, without the ends")
    log_odds = np.log(values / (1 - values))
    high = np.full(values.shape[1:], 50.0)
    low = -high
    for _ in range(_MOST_STEPS):
        step = (low + high) / 2
        short = weights @ _expit(log_odds + step) < target
        low, high = np.where(short, step, low), np.where(short, high, step)
    return _expit(log_odds + (low + high) / 2)


def _expit(log_odds: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-log_odds)))


def _checked(estimates: npt.ArrayLike, *, shares: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    values, weights = np.asarray(estimates, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    if weights.ndim != 1 or values.shape[:1] != weights.shape:
        raise StatisticsError("each area has one share of the population")
    if (weights < 0).any() or abs(weights.sum() - 1) > 1e-9:
        raise StatisticsError("shares of the population are not negative and add up to one")
    return values, weights
