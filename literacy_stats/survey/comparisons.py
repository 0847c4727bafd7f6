"""Differences between parts of a population and between waves, with what the samples have in common."""

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.design import Design
from literacy_stats.survey.estimates import Estimate, estimate_of
from literacy_stats.survey.linearisation import linearised_mean


def difference_between_domains(
    values: npt.ArrayLike, *, design: Design, first: npt.ArrayLike, second: npt.ArrayLike
) -> Estimate:
    """The mean of values (n,) in the first domain less that in the second, (n,) bool each, from one sample.

    Their covariance counts: people of both domains live in the same clusters. Raises StatisticsError, DesignError.
    """
    one = linearised_mean(values, design=design, domain=first)
    other = linearised_mean(values, design=design, domain=second)
    return estimate_of(one.minus(other), design=design)


def difference_between_waves(later: Estimate, *, earlier: Estimate, correlation: float = 0.0) -> Estimate:
    """What changed between two surveys. correlation: of the two estimates, positive where clusters were kept.

    The degrees of freedom are Satterthwaite's, rounded down; n is that of both. The error of linking two instruments
    is not in it. Raises StatisticsError for a correlation outside −1..1.
    Source: Kish (1965), section 12.4; Satterthwaite (1946), Biometrics Bulletin 2:110.
    """
    if not -1 <= correlation <= 1:
        raise StatisticsError("a correlation lies between −1 and 1")
    first, second = later.standard_error**2, earlier.standard_error**2
    shared = 2 * correlation * later.standard_error * earlier.standard_error
    return Estimate(
        value=later.value - earlier.value,
        standard_error=float(np.sqrt(max(first + second - shared, 0.0))),
        degrees_of_freedom=_satterthwaite(
            (first, second), (later.degrees_of_freedom, earlier.degrees_of_freedom)
        ),
        n=later.n + earlier.n,
    )


def _satterthwaite(variances: tuple[float, float], degrees: tuple[int, int]) -> int:
    if min(degrees) < 1:
        return 0
    weight = sum(variance**2 / df for variance, df in zip(variances, degrees, strict=True))
    return int(sum(variances) ** 2 / weight) if weight > 0 else sum(degrees)
