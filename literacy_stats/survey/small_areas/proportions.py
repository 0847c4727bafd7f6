"""Fay–Herriot for proportions: fitted on the arcsine scale, where the sampling variance does not depend on the proportion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.distributions import normal_quantile
from literacy_stats.errors import StatisticsError
from literacy_stats.survey.small_areas.fay_herriot import FayHerriotFit, FloatArray, fay_herriot_reml


@dataclass(frozen=True, slots=True)
class AreaProportions:
    """For m areas: estimates, standard errors, and intervals that hold the truth in `confidence` of all samples.

    shrinkage: the share of the direct figure in the estimate. fit: on the arcsine scale.
    """

    estimates: FloatArray
    standard_errors: FloatArray
    lower: FloatArray
    upper: FloatArray
    confidence: float
    shrinkage: FloatArray
    fit: FayHerriotFit


def fay_herriot_proportions(
    proportions: npt.ArrayLike,
    *,
    effective_sizes: npt.ArrayLike,
    covariates: npt.ArrayLike,
    confidence: float = 0.95,
) -> AreaProportions:
    """Area proportions (m,) with effective sample sizes (m,), best from a pooled design effect, and covariates (m, p).

    A proportion of 0 or 1 is moved in by half a case. Estimates and errors are the mean and deviation of sin² of the
    normal predictor, not sin² of its mean. Raises StatisticsError as `fay_herriot_reml`, and for what is no proportion.
    Source: Carter & Rolph 1974, JASA 69:880; Hadam, Würz & Kreutzmann 2020, on the back-transformation.
    """
    share, size = np.asarray(proportions, dtype=np.float64), np.asarray(effective_sizes, dtype=np.float64)
    if share.shape != size.shape or not ((share >= 0) & (share <= 1) & (size > 0)).all():
        raise StatisticsError("proportions lie between 0 and 1, each with an effective size above 0")
    edge = np.minimum(0.5 / size, 0.5)
    angles = np.arcsin(np.sqrt(np.clip(share, edge, 1 - edge)))
    fit = fay_herriot_reml(angles, variances=1 / (4 * size), covariates=covariates)
    reach = normal_quantile((1 + confidence) / 2) * fit.standard_errors
    return AreaProportions(
        *_squared_sine(fit.estimates, variances=fit.mean_squared_errors),
        lower=np.sin(np.clip(fit.estimates - reach, 0, np.pi / 2)) ** 2,
        upper=np.sin(np.clip(fit.estimates + reach, 0, np.pi / 2)) ** 2,
        confidence=confidence,
        shrinkage=fit.shrinkage,
        fit=fit,
    )


def _squared_sine(means: FloatArray, *, variances: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of sin²(z) for normal z, from the moments of cos(2z)."""
    first = np.exp(-2 * variances) * np.cos(2 * means)
    second = (1 + np.exp(-8 * variances) * np.cos(4 * means)) / 2
    return (1 - first) / 2, np.sqrt(np.maximum(second - first**2, 0)) / 2
