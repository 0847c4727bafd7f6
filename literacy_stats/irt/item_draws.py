"""Item parameters as uncertain as their calibration left them."""

from __future__ import annotations

import numpy as np

from literacy_stats.irt.calibration import Calibration
from literacy_stats.irt.items import ItemParameters
from literacy_stats.irt.responses import ResponsesError
from literacy_stats.irt.standard_errors import CalibrationErrors, parameters_of

_ATTEMPTS = 100


def draw_items(
    calibration: Calibration, *, errors: CalibrationErrors, count: int, generator: np.random.Generator
) -> tuple[ItemParameters, ...]:
    """`count` sets of items from the normal distribution around the estimates.

    Computing a headline once with each set and adding the variance between them puts the error of the calibration
    into it. Draws that describe no items, such as steps out of order, are drawn again. Raises ResponsesError where
    nearly all draws are such.
    """
    free, state = parameters_of(calibration)
    owners, start = free.owners, state.vector()
    factor = np.linalg.cholesky(errors.covariance)
    drawn: list[ItemParameters] = []
    for _ in range(count * _ATTEMPTS):
        step = factor @ generator.normal(size=len(factor))
        vector = start + np.where(owners >= 0, step[owners], 0.0)
        if free.are_possible(vector):
            drawn.append(free.items(free.state(vector)))
        if len(drawn) == count:
            return tuple(drawn)
    raise ResponsesError("the calibration is too uncertain to draw items from it")
