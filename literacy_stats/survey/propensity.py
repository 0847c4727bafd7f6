"""Weighted logistic regression for many sets of weights at once."""

import numpy as np

from literacy_stats.errors import WeightingError
from literacy_stats.survey.design import FloatArray

_TOLERANCE = 1e-10
_ITERATIONS = 50
# Beyond this a fitted chance is 0 or 1 in double precision: the groups are separated and no maximum exists.
_SEPARATED = 30.0


def fitted_probabilities(covariates: FloatArray, *, weights: FloatArray, successes: FloatArray) -> FloatArray:
    """(P, B) fitted chances from covariates (P, K), weights (P, B) and the weight of successes (P, B) in B replicates.

    An intercept is added; covariates that repeat others are left out. By Newton's method, which here is iteratively
    reweighted least squares. Raises WeightingError where no maximum exists.
    Source: McCullagh & Nelder (1989), Generalized Linear Models, section 4.4.
    """
    matrix = _independent(np.column_stack([np.ones(len(covariates)), covariates]))
    coefficients = np.zeros((matrix.shape[1], weights.shape[1]))
    for _ in range(_ITERATIONS):
        chances = _logistic(matrix @ coefficients)
        change = _newton_step(matrix, weights=weights, chances=chances, successes=successes)
        coefficients += change
        if np.abs(matrix @ coefficients).max() > _SEPARATED:
            break
        if np.abs(change).max() < _TOLERANCE:
            return _logistic(matrix @ coefficients)
    raise WeightingError(
        "a covariate tells those who answered from those who did not without a doubt; merge categories"
    )


def _newton_step(
    matrix: FloatArray, *, weights: FloatArray, chances: FloatArray, successes: FloatArray
) -> FloatArray:
    gradient = matrix.T @ (successes - weights * chances)
    spread = weights * chances * (1 - chances)
    curvature = np.matmul(matrix.T[None] * spread.T[:, None, :], matrix)
    try:
        return np.asarray(np.linalg.solve(curvature, gradient.T[:, :, None])[:, :, 0].T)
    except np.linalg.LinAlgError:
        raise WeightingError("a covariate is constant in a replicate; merge categories") from None


def _independent(matrix: FloatArray) -> FloatArray:
    """The columns that are not a combination of those before them, scaled to largest size 1."""
    kept: list[FloatArray] = []
    for column in matrix.T:
        size = np.abs(column).max()
        if size > 0:
            candidate = [*kept, column / size]
            if np.linalg.matrix_rank(np.column_stack(candidate), tol=1e-9 * len(matrix)) == len(candidate):
                kept = candidate
    return np.column_stack(kept)


def _logistic(values: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -700, 700))))
