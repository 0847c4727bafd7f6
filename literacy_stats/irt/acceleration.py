"""SQUAREM: squared extrapolation that makes an EM map converge in a tenth of the steps.

Varadhan & Roland 2008, Scandinavian Journal of Statistics 35:335, scheme S3, kept monotone by a fall-back to plain EM.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from literacy_stats.irt.items import FloatArray


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """Where the map came to rest: the point, the objective there, the evaluations of the map, and whether it did rest."""

    point: FloatArray
    objective: float
    evaluations: int
    converged: bool


def fixed_point(
    start: FloatArray,
    *,
    step: Callable[[FloatArray], tuple[FloatArray, float]],
    is_possible: Callable[[FloatArray], bool],
    tolerance: float,
    limit: int,
    noise: float,
) -> FixedPoint:
    """Repeat `step`, which returns the next point and the objective at the point it was given.

    Stops when no coordinate moves by more than `tolerance`. `noise` is the relative error of the objective: a smaller
    loss does not count as a loss.
    """
    point, evaluations, objective = start, 0, -np.inf
    while evaluations < limit:
        first, _ = step(point)
        second, objective = step(first)
        evaluations += 2
        if np.abs(second - first).max() <= tolerance:
            return FixedPoint(first, objective, evaluations, converged=True)
        leap = _extrapolated(point, first, second)
        if not is_possible(leap):
            point = second
            continue
        landed, reached = step(leap)
        evaluations += 1
        point = landed if reached >= objective - noise * abs(objective) else second
    return FixedPoint(point, objective, evaluations, converged=False)


def _extrapolated(point: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    move = first - point
    bend = second - first - move
    length = max(1.0, float(np.linalg.norm(move)) / max(float(np.linalg.norm(bend)), 1e-300))
    return np.asarray(point + 2.0 * length * move + length**2 * bend)
