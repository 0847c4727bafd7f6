"""One step of a test with numpy: learn from the answer, then choose the next item.

`literacy_stats.adaptive.compiled` has the same two functions for numba; tests hold them equal.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from literacy_stats.adaptive.bank import BoolArray, FloatArray
from literacy_stats.adaptive.tables import GRID, GRID_PER_UNIT, Tables


class Step(NamedTuple):
    """What is known after an answer; both arrays are read-only.

    posterior: (61,) weights of ability at the nodes, adding up to one. blocked: (J,) items out of the question from now on.
    theta, standard_error, above: posterior mean and standard deviation, probability of θ ≥ cut. next_item: −1 for none.
    """

    posterior: FloatArray
    blocked: BoolArray
    theta: float
    standard_error: float
    above: float
    next_item: int


def advance(
    tables: Tables,
    *,
    posterior: FloatArray,
    blocked: BoolArray,
    item: int,
    answer: int,
    area: int,
    uniform: float,
) -> Step:
    """The step after `answer` (0 or 1) to `item`; item −1 begins a test, area −1 ends one (no next item)."""
    blocked = blocked.copy()
    if item >= 0:
        posterior = posterior * tables.likelihoods[item, answer]
    total, first, second, above = (tables.moments @ posterior).tolist()
    posterior = posterior / total
    theta = first / total
    deviation = max(second / total - theta * theta, 0.0) ** 0.5
    chosen = -1 if area < 0 else choose(tables, theta=theta, blocked=blocked, area=area, uniform=uniform)
    posterior.flags.writeable = blocked.flags.writeable = False
    return Step(posterior, blocked, theta, deviation, above / total, chosen)


def choose(tables: Tables, *, theta: float, blocked: BoolArray, area: int, uniform: float) -> int:
    """The next item of an area, or −1 if none is left; it, its enemies and items set aside are marked in `blocked`."""
    start, stop, needed = tables.spans[area]
    ranked = tables.ranking[grid_index(theta), start:stop]
    free = ranked[~blocked[ranked]]
    if not len(free):
        return -1
    place = _place(tables, free=free, needed=needed, uniform=uniform)
    chosen = int(free[place])
    if not tables.choices:
        blocked[free[:place]] = True
    blocked[chosen] = True
    blocked[tables.enemies[tables.enemies[chosen] : tables.enemies[chosen + 1]]] = True
    return chosen


def grid_index(theta: float) -> int:
    """The ability among the ranked ones nearest to θ."""
    return min(max(int((theta + 4.0) * GRID_PER_UNIT + 0.5), 0), len(GRID) - 1)


def _place(tables: Tables, *, free: npt.NDArray[np.int32], needed: int, uniform: float) -> int:
    if tables.choices:
        return int(uniform * min(tables.choices, len(free)))
    # One uniform number decides the whole walk: the chance to get past an item is the product of the refusals.
    past = np.cumprod(1.0 - tables.chances[free])
    passed = int(np.searchsorted(-past, -(1.0 - uniform), side="left"))
    # What the test needs of an area is never set aside, or it could run out of items.
    return min(passed, max(len(free) - needed, 0))
