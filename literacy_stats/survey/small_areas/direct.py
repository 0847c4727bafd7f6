"""Direct figures of small areas, with one design effect for all: a variance from two or three villages is no variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.design import Design, FloatArray, IntArray
from literacy_stats.survey.estimates import Estimate, estimate_proportion
from literacy_stats.survey.intervals import Interval, korn_graubard_interval


@dataclass(frozen=True, slots=True)
class DirectProportions:
    """For A areas: proportions and respondents (A,). design_effect: pooled, at least 1. degrees_of_freedom: of all areas.

    own_standard_errors: (A,) what each area alone would say, for comparison.
    """

    proportions: FloatArray
    respondents: IntArray
    own_standard_errors: FloatArray
    design_effect: float
    degrees_of_freedom: int

    @property
    def effective_sizes(self) -> FloatArray:
        """(A,) respondents divided by the design effect: what `fay_herriot_proportions` takes."""
        return np.asarray(self.respondents / self.design_effect)

    @property
    def standard_errors(self) -> FloatArray:
        """(A,) with the pooled design effect; 0 where nobody or everybody has the property."""
        return np.asarray(np.sqrt(self.proportions * (1 - self.proportions) / self.effective_sizes))

    def interval(self, area: int, *, confidence: float = 0.95) -> Interval:
        """Korn–Graubard on the effective size, which holds for a proportion of 0 or 1 too."""
        estimate = Estimate(
            value=float(self.proportions[area]),
            standard_error=float(self.standard_errors[area]),
            degrees_of_freedom=self.degrees_of_freedom,
            n=max(1, round(float(self.effective_sizes[area]))),
        )
        return korn_graubard_interval(estimate, confidence=confidence)


def direct_proportions(values: npt.ArrayLike, *, areas: npt.ArrayLike, design: Design) -> DirectProportions:
    """The proportion of each area with values (n,), 0 to 1, and area codes (n,) 0…A−1, every area having a respondent.

    The design effect is Σ df v / Σ df p(1 − p)/n over the areas, v their own variances with df degrees of freedom.
    Raises StatisticsError for codes with a gap, or where no area has two clusters or everybody is alike; DesignError.
    Source: the pooling of design effects in Valliant, Dever & Kreuter 2018, chapter 3; Wolter 2007, chapter 7.
    """
    codes = np.asarray(areas)
    if codes.shape != (design.n,) or codes.min() < 0 or not np.bincount(codes).all():
        raise StatisticsError("areas are codes from 0 without a gap, one per row")
    found = [
        estimate_proportion(values, design=design, domain=codes == area) for area in range(codes.max() + 1)
    ]
    shares = np.array([estimate.value for estimate in found])
    errors = np.array([estimate.standard_error for estimate in found])
    people = np.array([estimate.n for estimate in found], dtype=np.int64)
    degrees = np.array([max(estimate.degrees_of_freedom, 0) for estimate in found], dtype=np.int64)
    simple = float(np.sum(degrees * shares * (1 - shares) / people))
    if simple <= 0:
        raise StatisticsError("no area has two clusters with people who differ")
    effect = max(float(np.sum(degrees * errors**2)) / simple, 1.0)
    return DirectProportions(shares, people, errors, effect, int(degrees.sum()))
