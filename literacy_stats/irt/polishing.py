"""The last steps of a large calibration: Newton steps whose missing information comes from a thinned table.

The gradient is always that of the whole table, so the answer is exact; only the speed depends on the thinned one.
"""

from __future__ import annotations

import numpy as np

from literacy_stats.irt.acceleration import FixedPoint
from literacy_stats.irt.items import FloatArray
from literacy_stats.irt.parameters import FreeParameters, Priors, log_prior_density
from literacy_stats.irt.passes import FloatKind
from literacy_stats.irt.responses import ResponseTable
from literacy_stats.irt.scores import Point, complete_information, gradient, missing_information

_SINGLE_PRECISION_STEP = 3e-3
_LIMIT = 30


def polish(
    start: FloatArray,
    *,
    table: ResponseTable,
    thinned: ResponseTable,
    free: FreeParameters,
    nodes: FloatArray,
    priors: Priors,
    tolerance: float,
) -> FixedPoint:
    """Newton steps until the next one would be shorter than `tolerance`; in single precision while they are long.

    The steps shrink at a steady rate, so the length of the next one is known from the last two.
    """
    owners = free.owners
    vector, before = start, np.inf
    missing: FloatArray | None = None
    kind: FloatKind = np.float32
    for evaluations in range(1, _LIMIT):
        point = Point(free.state(vector), free, nodes, table.categories)
        expected = point.expected(table, kind=kind)
        if missing is None:
            missing = missing_information(thinned, point=point, kind=np.float32)
            missing *= table.weights.sum() / thinned.weights.sum()
        information = complete_information(point, expected=expected, priors=priors) - missing
        step = _solved(information, gradient(point, expected=expected, priors=priors))
        landed = vector + np.where(owners >= 0, step[owners], 0.0)
        size = float(np.abs(step).max())
        if not size < before or not free.are_possible(landed):
            break
        if kind is np.float64 and size * min(size / before, 1.0) <= tolerance:
            objective = expected.log_likelihood + log_prior_density(
                free.items(point.state), free=free, priors=priors
            )
            return FixedPoint(landed, objective, evaluations, converged=True)
        vector, before = landed, size
        kind = np.float64 if size < _SINGLE_PRECISION_STEP else kind
    return FixedPoint(vector, -np.inf, evaluations, converged=False)


def _solved(information: FloatArray, gradient_: FloatArray) -> FloatArray:
    """The Newton step; NaN where the information is not positive definite, which ends the polishing."""
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return np.full_like(gradient_, np.nan)
    return np.asarray(np.linalg.solve(information, gradient_))
