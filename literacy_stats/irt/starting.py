"""Where a calibration starts: classical item statistics, with the sign of the item–rest correlation kept."""

from __future__ import annotations

import numpy as np

from literacy_stats.irt.items import FloatArray
from literacy_stats.irt.parameters import FreeParameters, Model, State
from literacy_stats.irt.responses import ResponseTable

_STARTING_GUESS = 0.15
_SMALLEST = 1e-12


def starting_point(table: ResponseTable, *, free: FreeParameters) -> FloatArray:
    """Slopes from item–rest correlations, intercepts from the share of persons at or above each step."""
    slopes = _slopes(table)
    if free.model is Model.ONE_PARAMETER:
        slopes = np.full_like(slopes, max(float(slopes.mean()), 0.3))
    guesses = np.where(free.guessing, np.log(_STARTING_GUESS / (1 - _STARTING_GUESS)), 0.0)
    groups = np.zeros(free.group_count)
    return State(slopes, _steps(table, slopes=slopes, free=free), guesses, groups, groups.copy()).vector()


def _steps(table: ResponseTable, *, slopes: FloatArray, free: FreeParameters) -> FloatArray:
    weights, steps = table.weights, np.arange(free.width - 2)
    mass = np.maximum(weights @ (table.codes >= 0), _SMALLEST)
    shares = np.stack([weights @ (table.codes > step) / mass for step in steps], axis=1)
    shares = np.clip(shares, 0.01, 0.99)
    # θ spreads the answers, so the logit at θ = 0 lies further out; the last term keeps equal shares in order.
    logits = np.log(shares / (1 - shares)) * np.sqrt(1 + slopes[:, None] ** 2 / 3) - 1e-3 * steps
    return np.asarray(np.where(free.item_mask[:, 1:-1], logits, 0.0))


def _slopes(table: ResponseTable) -> FloatArray:
    weights, answered = table.weights, table.codes >= 0
    mass = np.maximum(weights @ answered, _SMALLEST)
    means = weights @ np.where(answered, table.codes, 0) / mass
    deviations = np.where(answered, table.codes - means, 0.0)
    deviations /= np.sqrt(np.maximum(weights @ deviations**2 / mass, _SMALLEST))
    others = np.sqrt(np.maximum(answered.sum(axis=1, keepdims=True) - 1, 1))
    rest = (deviations.sum(axis=1, keepdims=True) - deviations) / others
    spread = np.sqrt(np.maximum(weights @ (rest**2 * answered) / mass, _SMALLEST))
    correlation = weights @ (deviations * rest) / mass / spread
    biserial = np.clip(correlation * 1.3, -0.8, 0.8)
    return np.asarray(1.7 * biserial / np.sqrt(1 - biserial**2))
