"""People by residence, sex, age and education, and how likely each kind is to be literate, from published figures."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PUBLISHED = Path(__file__).with_name("gradients_2023.json")
_SWEEPS = 500
_STEPS = 50


@dataclass(frozen=True)
class Gradients:
    """shares: (2, 2, 5, 5) of the population by urban, sex, age, education. log_odds: the same shape, in a usual village.

    published: the file it was made from.
    """

    shares: np.ndarray
    log_odds: np.ndarray
    published: dict


def published_gradients() -> Gradients:
    """A main-effects model whose margins are the published ones, averaged over townships and villages."""
    published = json.loads(PUBLISHED.read_text())
    shares = _shares(published)
    return Gradients(shares, _log_odds(published, shares=shares), published)


def _shares(published: dict) -> np.ndarray:
    """Kinds of people: associations of education with age and residence, raked to the shares of every variable."""
    urban, _, age, education = np.meshgrid(*(np.arange(size) for size in (2, 2, 5, 5)), indexing="ij")
    tie = published["association"]
    table = np.exp(
        tie["age by education"] * (age - 2) * (education - 2)
        + tie["urban by education"] * urban * (education - 2)
    )
    for _ in range(_SWEEPS):
        for axis, variable in enumerate(published["variables"].values()):
            others = tuple(other for other in range(4) if other != axis)
            factor = np.array(variable["shares"]) / table.sum(axis=others)
            table = table * np.expand_dims(factor, others)
    return table


def _log_odds(published: dict, *, shares: np.ndarray) -> np.ndarray:
    matrix, target = _margins(published, shape=shares.shape)
    people = shares.ravel()
    nodes, weights = np.polynomial.hermite_e.hermegauss(15)
    weights = weights / weights.sum()
    spread = np.hypot(*published["deviations"].values())
    coefficients = np.zeros(matrix.shape[1])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-(matrix @ coefficients)[:, None] - spread * nodes))
        slopes = (chances * (1 - chances)) @ weights
        gap = target - matrix.T @ (people * (chances @ weights))
        coefficients += np.linalg.solve((matrix.T * (people * slopes)) @ matrix, gap)
    if np.abs(gap).max() > 1e-10:
        raise ValueError("the published proportions cannot be met together")
    return (matrix @ coefficients).reshape(shares.shape)


def _margins(published: dict, *, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Intercept and every level but the first, and the share of all people who are of that level and literate."""
    codes = np.unravel_index(np.arange(np.prod(shape)), shape)
    columns, target = [np.ones(np.prod(shape))], [published["literate"]]
    for code, variable in zip(codes, published["variables"].values(), strict=True):
        literate = np.array(variable["shares"]) * np.array(variable["literate"])
        # Shares are known to a digit or two, so a variable's groups are made to add up to the whole.
        literate *= published["literate"] / literate.sum()
        for level in range(1, len(literate)):
            columns.append((code == level).astype(float))
            target.append(literate[level])
    return np.column_stack(columns), np.array(target)
