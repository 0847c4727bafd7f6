"""Fay–Herriot: direct estimates of areas drawn towards a regression on what is known of the areas.

y_i = x_i'β + u_i + e_i with u_i ~ N(0, A) and e_i ~ N(0, ψ_i), ψ_i known. Area i keeps the share
γ_i = A / (A + ψ_i) of its own figure. Source: Fay & Herriot 1979, JASA 74:269; Rao & Molina 2015, chapter 6.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]
_MOST_STEPS = 500


@dataclass(frozen=True, slots=True)
class FayHerriotFit:
    """For m areas and p covariates.

    estimates, mean_squared_errors, shrinkage: (m,) the predictor, its error (Prasad–Rao), and γ, the share of the
    direct figure in it. coefficients, coefficient_errors: (p,). model_variance: A; where it is 0 the estimates are the
    regression alone and their errors are too small. method: "REML" or "ML".
    """

    estimates: FloatArray
    mean_squared_errors: FloatArray
    shrinkage: FloatArray
    coefficients: FloatArray
    coefficient_errors: FloatArray
    model_variance: float
    method: str

    @property
    def standard_errors(self) -> FloatArray:
        return np.asarray(np.sqrt(self.mean_squared_errors))


@dataclass(frozen=True, slots=True)
class _Areas:
    direct: FloatArray
    variances: FloatArray
    covariates: FloatArray


@dataclass(frozen=True, slots=True)
class _Regression:
    """The generalised least squares fit for one A: total variances, (X'V⁻¹X)⁻¹, coefficients, residuals."""

    total: FloatArray
    spread: FloatArray
    coefficients: FloatArray
    residuals: FloatArray


def fay_herriot_reml(
    direct: npt.ArrayLike, *, variances: npt.ArrayLike, covariates: npt.ArrayLike
) -> FayHerriotFit:
    """A by restricted maximum likelihood: the default.

    direct: (m,) one figure per area. variances: (m,) its sampling variances, as known. covariates: (m, p) with a column of
    ones if there is to be an intercept. Raises StatisticsError for shapes that disagree, variances not above 0, covariates
    that depend on each other, too few areas. Errors: Prasad & Rao 1990, JASA 85:163; Datta & Lahiri 2000, Statistica Sinica 10:613.
    """
    areas = _checked(direct, variances=variances, covariates=covariates)
    model_variance = _root_of(_restricted_score, areas=areas)
    return _fit(areas, model_variance=model_variance, bias=0.0, method="REML")


def fay_herriot_ml(
    direct: npt.ArrayLike, *, variances: npt.ArrayLike, covariates: npt.ArrayLike
) -> FayHerriotFit:
    """A by maximum likelihood: smaller than by `fay_herriot_reml`, and its bias is part of the errors given."""
    areas = _checked(direct, variances=variances, covariates=covariates)
    model_variance = _root_of(_score, areas=areas)
    found = _regression(areas, model_variance=model_variance)
    leaning = np.einsum("ij,ik,jk,i->", areas.covariates, areas.covariates, found.spread, found.total**-2.0)
    bias = -float(leaning / np.sum(found.total**-2.0))
    return _fit(areas, model_variance=model_variance, bias=bias, method="ML")


def _fit(areas: _Areas, *, model_variance: float, bias: float, method: str) -> FayHerriotFit:
    found = _regression(areas, model_variance=model_variance)
    shrinkage = model_variance / found.total
    own = shrinkage * areas.variances
    from_coefficients = (1 - shrinkage) ** 2 * np.einsum(
        "ij,jk,ik->i", areas.covariates, found.spread, areas.covariates
    )
    variance_of_a = 2.0 / np.sum(found.total**-2.0)
    from_variance = areas.variances**2 / found.total**3 * variance_of_a
    errors = own + from_coefficients + 2 * from_variance - bias * (1 - shrinkage) ** 2
    return FayHerriotFit(
        estimates=areas.direct - (1 - shrinkage) * found.residuals,
        mean_squared_errors=errors,
        shrinkage=shrinkage,
        coefficients=found.coefficients,
        coefficient_errors=np.sqrt(np.diag(found.spread)),
        model_variance=model_variance,
        method=method,
    )


def _regression(areas: _Areas, *, model_variance: float) -> _Regression:
    total: FloatArray = model_variance + areas.variances
    weighted = areas.covariates / total[:, None]
    spread = np.asarray(np.linalg.inv(weighted.T @ areas.covariates), dtype=np.float64)
    coefficients = spread @ (weighted.T @ areas.direct)
    return _Regression(total, spread, coefficients, areas.direct - areas.covariates @ coefficients)


def _score(areas: _Areas, *, model_variance: float) -> float:
    """Derivative of twice the log-likelihood by A."""
    found = _regression(areas, model_variance=model_variance)
    return float(np.sum((found.residuals / found.total) ** 2) - np.sum(1 / found.total))


def _restricted_score(areas: _Areas, *, model_variance: float) -> float:
    found = _regression(areas, model_variance=model_variance)
    taken = np.einsum("ij,jk,ik,i->", areas.covariates, found.spread, areas.covariates, found.total**-2.0)
    return float(np.sum((found.residuals / found.total) ** 2) - np.sum(1 / found.total) + taken)


def _root_of(score: Callable[..., float], *, areas: _Areas) -> float:
    """The A at which the score changes from rising to falling likelihood: 0 if it never rises."""
    low, high = 0.0, float(np.median(areas.variances) + np.var(areas.direct))
    if score(areas, model_variance=low) <= 0:
        return low
    while score(areas, model_variance=high) > 0:
        low, high = high, 2 * high
    for _ in range(_MOST_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if score(areas, model_variance=middle) > 0 else (low, middle)
    return (low + high) / 2


def _checked(direct: npt.ArrayLike, *, variances: npt.ArrayLike, covariates: npt.ArrayLike) -> _Areas:
    areas = _Areas(*(np.asarray(values, dtype=np.float64) for values in (direct, variances, covariates)))
    count = len(areas.direct)
    if areas.variances.shape != (count,) or areas.covariates.ndim != 2 or len(areas.covariates) != count:
        raise StatisticsError("direct, variances and covariates have one row per area")
    if not all(np.isfinite(values).all() for values in (areas.direct, areas.variances, areas.covariates)):
        raise StatisticsError("an area without a figure cannot be in the fit")
    if not (areas.variances > 0).all():
        raise StatisticsError("sampling variances must be above 0")
    if np.linalg.matrix_rank(areas.covariates) < areas.covariates.shape[1]:
        raise StatisticsError("the covariates depend on each other")
    if count < areas.covariates.shape[1] + 2:
        raise StatisticsError("there must be at least two areas more than covariates")
    return areas
