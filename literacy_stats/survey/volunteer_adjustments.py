"""What covariates can do about people who chose to take part: chances of the outcome, and chances to volunteer.

Both solve the same equation, Σ d expit(x'β) x = target, by Newton's method.
"""

from __future__ import annotations

import numpy as np

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.design import FloatArray

_MOST_STEPS = 100
_SMALL_STEP = 1e-9
_FARTHEST = 60.0
# Keeps a category all of whose volunteers are literate from having an infinite effect.
_RIDGE = 1e-3


def outcome_coefficients(matrix: FloatArray, *, outcomes: FloatArray) -> FloatArray:
    """(K,) logistic regression of outcomes (n,), 0 to 1, on a matrix (n, K) whose first column is the intercept."""
    target = matrix.T @ outcomes
    return _solved(matrix, weights=np.ones(len(matrix)), target=target, ridge=_RIDGE)


def inclusion_weights(
    matrix: FloatArray, *, reference_matrix: FloatArray, reference_weights: FloatArray
) -> FloatArray:
    """(n,) inverse chances to volunteer, from what the population looks like in a probability sample (m, K).

    Raises StatisticsError where some kind of volunteer does not occur in the reference.
    Source: Chen, Li & Wu 2020, JASA 115:2011.
    """
    coefficients = _solved(reference_matrix, weights=reference_weights, target=matrix.sum(axis=0), ridge=1e-9)
    return np.asarray(1 / expit(matrix @ coefficients))


def expit(line: FloatArray) -> FloatArray:
    """1 / (1 + exp(−x)), without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(line, -_FARTHEST, _FARTHEST))))


def _solved(matrix: FloatArray, *, weights: FloatArray, target: FloatArray, ridge: float) -> FloatArray:
    penalty = np.full(matrix.shape[1], ridge)
    coefficients = np.zeros(matrix.shape[1])
    share = min(max(float(target[0] / weights.sum()), 1e-6), 1 - 1e-6)
    coefficients[0] = np.log(share / (1 - share))
    for _ in range(_MOST_STEPS):
        chances = expit(matrix @ coefficients)
        gradient = target - matrix.T @ (weights * chances) - penalty * coefficients
        curvature = (matrix.T * (weights * chances * (1 - chances))) @ matrix + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        coefficients = coefficients + step
        if np.abs(coefficients).max() > _FARTHEST:
            break
        if np.abs(step).max() < _SMALL_STEP:
            return coefficients
    raise StatisticsError(
        "the covariates of the volunteers and of the reference do not overlap; merge categories"
    )
