"""Many roots at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from literacy_stats.irt.items import FloatArray


def falling_root(
    function: Callable[[FloatArray], FloatArray],
    *,
    low: FloatArray,
    high: FloatArray,
    tolerance: float = 1e-10,
) -> FloatArray:
    """(n,) zeros of n functions that are positive at `low` and not positive at `high`, by the Illinois method.

    A bracket without a change of sign gives one of its ends. Dowell & Jarratt 1971, BIT 11:168.
    """
    left, right = low.copy(), high.copy()
    at_left, at_right = function(left), function(right)
    kept = np.zeros(len(left), dtype=np.int64)
    for _ in range(100):
        gap = at_left - at_right
        share = np.divide(at_left, gap, out=np.full_like(gap, 0.5), where=gap > 0)
        middle = left + np.clip(share, 0.0, 1.0) * (right - left)
        value = function(middle)
        above = value > 0
        moved = np.where(above, middle - left, right - middle)
        left, at_left = np.where(above, middle, left), np.where(above, value, at_left)
        right, at_right = np.where(above, right, middle), np.where(above, at_right, value)
        # An end that stays twice is pulled: half its value keeps the secant from creeping in from one side.
        kept = np.where(above, np.maximum(kept, 0) + 1, np.minimum(kept, 0) - 1)
        at_right = np.where(kept > 1, at_right / 2, at_right)
        at_left = np.where(kept < -1, at_left / 2, at_left)
        done = (np.abs(value) < tolerance) | (moved < tolerance / 10) | (right - left < tolerance)
        if done.all():
            break
    return np.asarray(middle)
