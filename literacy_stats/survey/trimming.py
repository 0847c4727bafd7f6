"""Weights cut to a range, and what was cut given to the others."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import WeightingError
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.weights import CellWeights, Weighting

_ROUNDS = 1000


class Redistribution(StrEnum):
    """Who gets what was cut: the others in proportion to their weights, or each of them the same amount."""

    PROPORTIONAL = "proportional"
    EQUAL = "equal"


@dataclass(frozen=True, slots=True)
class Trimming:
    """The step that holds weights between lower and upper and keeps their sum.

    lower, upper: in units of the weights. redistribution: repeated until nobody is outside. In a replicate the limits
    hold for the weight of a person drawn once: a cluster that was drawn twice is two clusters, not one heavy one.
    Raises WeightingError. Source: Potter (1990), Proceedings of the Survey Research Methods Section, ASA.
    """

    upper: float
    lower: float = 0.0
    redistribution: Redistribution = Redistribution.PROPORTIONAL
    name: str = "trimming"

    def __post_init__(self) -> None:
        if not 0 <= self.lower < self.upper:
            raise WeightingError("trimming needs 0 <= lower < upper")

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """What the factors depend on: the weight itself."""
        return (np.unique(base, return_inverse=True)[1].astype(np.int64),)

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors of cells."""
        before = weights.base[:, None] * weights.factors
        people = np.divide(weights.totals, before, out=np.zeros_like(before), where=before > 0)
        after = self._trimmed(before, people=people)
        return np.divide(after, before, out=np.ones_like(before), where=before > 0)

    def _trimmed(self, weights: FloatArray, *, people: FloatArray) -> FloatArray:
        wanted = (weights * people).sum(axis=0)
        self._refuse_too_narrow(wanted, people=people.sum(axis=0, where=weights > 0))
        carried = weights > 0
        trimmed = np.where(carried, np.clip(weights, self.lower, self.upper), 0.0)
        for _ in range(_ROUNDS):
            missing = wanted - (trimmed * people).sum(axis=0)
            if (np.abs(missing) <= 1e-12 * wanted).all():
                return trimmed
            raised = self._passed_on(trimmed, missing=missing, people=people)
            trimmed = np.where(carried, np.clip(raised, self.lower, self.upper), 0.0)
        raise WeightingError(f"{self.name}: what was cut cannot be passed on within the limits")

    def _passed_on(self, weights: FloatArray, *, missing: FloatArray, people: FloatArray) -> FloatArray:
        """The weights with what is missing added to those who are not yet at the limit on that side."""
        free = (weights > 0) & np.where(missing > 0, weights < self.upper, weights > self.lower)
        takes = np.where(free, weights if self.redistribution == Redistribution.PROPORTIONAL else 1.0, 0.0)
        shares = (takes * people).sum(axis=0)
        each = np.divide(missing, shares, out=np.zeros_like(missing), where=shares > 0)
        return np.asarray(weights + each * takes)

    def _refuse_too_narrow(self, wanted: FloatArray, *, people: FloatArray) -> None:
        if (wanted > self.upper * people).any() or (wanted < self.lower * people).any():
            raise WeightingError(f"{self.name}: the mean weight lies outside the limits")


def trim_weights(
    weights: npt.ArrayLike,
    *,
    upper: float,
    lower: float = 0.0,
    redistribution: Redistribution = Redistribution.PROPORTIONAL,
) -> FloatArray:
    """(n,) weights held between lower and upper with the same sum. Raises WeightingError."""
    step = Trimming(upper=upper, lower=lower, redistribution=redistribution)
    return Weighting(base=np.asarray(weights, dtype=np.float64), steps=(step,)).final_weights()


def limit_above_median(weights: npt.ArrayLike, *, spreads: float) -> float:
    """The median of the positive weights (n,) plus so many times their interquartile range.

    Source: Chowdhury, Khare & Wolter (2007), Proceedings of the Survey Research Methods Section, ASA.
    """
    column = np.asarray(weights, dtype=np.float64)
    low, middle, high = np.quantile(column[column > 0], [0.25, 0.5, 0.75])
    return float(middle + spreads * (high - low))
