"""The step of a test compiled by numba: the same results as `literacy_stats.adaptive.steps`, some ten times sooner.

Import this module only where numba is installed (the extra `fast`); nothing else here needs it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from literacy_stats.adaptive.bank import BoolArray, FloatArray, IntArray

Ranking = npt.NDArray[np.int32]
_GRID_PER_UNIT = 30.0
_GRID_LAST = 240


@njit(cache=True, nogil=True)
def advance_compiled(  # noqa: PLR0913 - compiled code takes arrays, not objects
    likelihoods: FloatArray,
    moments: FloatArray,
    ranking: Ranking,
    enemies: IntArray,
    chances: FloatArray,
    choices: int,
    posterior: FloatArray,
    blocked: BoolArray,
    item: int,
    answer: int,
    start: int,
    stop: int,
    needed: int,
    uniform: float,
) -> tuple[float, float, float, int]:
    """The step in place: `posterior` and `blocked` are the caller's own copies, as handing over new arrays costs more."""
    if item >= 0:
        for node in range(posterior.size):
            posterior[node] *= likelihoods[item, answer, node]
    theta, deviation, above = summarise(posterior, moments)
    chosen = -1
    if stop > start:
        chosen = choose(ranking, enemies, chances, blocked, choices, start, stop, needed, theta, uniform)
    return theta, deviation, above, chosen


@njit(cache=True, nogil=True)
def summarise(posterior: FloatArray, moments: FloatArray) -> tuple[float, float, float]:
    total = first = second = above = 0.0
    for node in range(posterior.size):
        weight = posterior[node]
        total += weight
        first += weight * moments[1, node]
        second += weight * moments[2, node]
        above += weight * moments[3, node]
    for node in range(posterior.size):
        posterior[node] /= total
    theta = first / total
    return theta, max(second / total - theta * theta, 0.0) ** 0.5, above / total


@njit(cache=True, nogil=True)
def choose(  # noqa: PLR0913 - compiled code takes arrays, not objects
    ranking: Ranking,
    enemies: IntArray,
    chances: FloatArray,
    blocked: BoolArray,
    choices: int,
    start: int,
    stop: int,
    needed: int,
    theta: float,
    uniform: float,
) -> int:
    row = min(max(int((theta + 4.0) * _GRID_PER_UNIT + 0.5), 0), _GRID_LAST)
    if choices > 0:
        chosen = _one_of_the_best(ranking, blocked, choices, row, start, stop, uniform)
    else:
        chosen = _first_that_passes(ranking, chances, blocked, row, start, stop, needed, uniform)
    if chosen >= 0:
        blocked[chosen] = True
        for place in range(enemies[chosen], enemies[chosen + 1]):
            blocked[enemies[place]] = True
    return chosen


@njit(cache=True, nogil=True)
def _one_of_the_best(
    ranking: Ranking,
    blocked: BoolArray,
    choices: int,
    row: int,
    start: int,
    stop: int,
    uniform: float,
) -> int:
    found = 0
    for column in range(start, stop):
        if not blocked[ranking[row, column]]:
            found += 1
            if found == choices:
                break
    wanted = int(uniform * found)
    for column in range(start, stop):
        item = ranking[row, column]
        if not blocked[item]:
            if wanted == 0:
                return int(item)
            wanted -= 1
    return -1


@njit(cache=True, nogil=True)
def _first_that_passes(
    ranking: Ranking,
    chances: FloatArray,
    blocked: BoolArray,
    row: int,
    start: int,
    stop: int,
    needed: int,
    uniform: float,
) -> int:
    spare = -needed
    for column in range(start, stop):
        spare += not blocked[ranking[row, column]]
    past = 1.0
    for column in range(start, stop):
        item = ranking[row, column]
        if blocked[item]:
            continue
        past *= 1.0 - chances[item]
        if past <= 1.0 - uniform or spare <= 0:
            return int(item)
        blocked[item] = True
        spare -= 1
    return -1
