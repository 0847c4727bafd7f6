"""Answers from known items, so that something real is tested without any file."""

from __future__ import annotations

import numpy as np

from literacy_stats.irt import ItemParameters, category_probabilities


def bank(generator, *, count, guessing=0.0):
    return ItemParameters.dichotomous(
        slopes=generator.lognormal(0.1, 0.3, count),
        difficulties=generator.normal(0, 1, count),
        guessing=guessing,
    )


def answered(generator, *, items, theta, missing=0.0):
    """(n, J) int8 scores; −1 with probability `missing`."""
    reached = category_probabilities(items, theta=theta).cumsum(axis=1)
    draws = generator.random((len(items), 1, len(theta)))
    codes = (draws > reached).sum(axis=1).T.astype(np.int8)
    codes[generator.random(codes.shape) < missing] = -1
    return codes
