"""Quantiles of a population with Woodruff's interval: an interval for the share below, read back on the scale of values."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.distributions import student_quantile
from literacy_stats.errors import StatisticsError
from literacy_stats.survey.design import Design, FloatArray
from literacy_stats.survey.estimates import Estimate, estimate_mean
from literacy_stats.survey.intervals import Interval
from literacy_stats.survey.linearisation import column_of, rows_of

# A cumulated weight this close below the wanted one has reached it: sums of weights are not exact.
_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class QuantileEstimate:
    """A quantile, its interval, and the standard error that would give a t interval of the same width."""

    estimate: Estimate
    interval: Interval


def estimate_quantile(
    values: npt.ArrayLike,
    *,
    probability: float,
    design: Design,
    domain: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> QuantileEstimate:
    """The smallest of the values (n,) that at least the wanted share of the domain does not exceed.

    Raises StatisticsError for a probability outside 0..1 and without degrees of freedom, DesignError.
    Source: Woodruff (1952), JASA 47:635; Francisco & Fuller (1991), Annals of Statistics 19:454.
    """
    if not 0 < probability < 1:
        raise StatisticsError("the probability of a quantile lies between 0 and 1")
    rows = rows_of(domain, design=design)
    if not rows.any():
        raise StatisticsError("the domain is empty")
    column = column_of(values, rows=rows)
    ordered, shares = _distribution(column[rows], weights=design.weights[rows])
    value = _value_at(probability, ordered=ordered, shares=shares)
    below = estimate_mean((column <= value).astype(np.float64), design=design, domain=rows)
    if below.degrees_of_freedom < 1:
        raise StatisticsError("no degrees of freedom: each stratum of the domain has a single cluster in it")
    deviate = student_quantile((1 + confidence) / 2, degrees_of_freedom=below.degrees_of_freedom)
    reach = deviate * below.standard_error
    lower = _value_at(below.value - reach, ordered=ordered, shares=shares)
    upper = _value_at(below.value + reach, ordered=ordered, shares=shares)
    error = (upper - lower) / (2 * deviate)
    return QuantileEstimate(
        estimate=Estimate(value, error, below.degrees_of_freedom, below.n),
        interval=Interval(lower, upper, confidence, "woodruff"),
    )


def _distribution(column: FloatArray, *, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The values in order and the share of the weight up to each; equal values share the weight of all of them."""
    ordered, groups = np.unique(column, return_inverse=True)
    cumulated = np.cumsum(np.bincount(groups, weights=weights))
    return ordered, cumulated / cumulated[-1]


def _value_at(probability: float, *, ordered: FloatArray, shares: FloatArray) -> float:
    at = int(np.searchsorted(shares, probability * (1 - _TIE)))
    return float(ordered[min(at, len(ordered) - 1)])
