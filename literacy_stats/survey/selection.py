"""Draws of fixed size with unequal probabilities: systematic, and rejective with joint probabilities."""

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import DesignError
from literacy_stats.survey.design import FloatArray, IntArray

_CERTAIN = 1 - 1e-12
# Columns worked on at once: enough to be fast, few enough to stay in memory.
_BATCH = 64
# Two units left to chance answer a change of odds twice as much as many do: a full step would swing for ever.
_STEP = 0.75


def inclusion_probabilities(sizes: npt.ArrayLike, *, count: int) -> FloatArray:
    """(N,) probabilities in proportion to size that add up to count; units too large for that are certain.

    Raises DesignError for a count above the number of units with a size. Source: Särndal et al. (1992), section 3.6.
    """
    size = np.asarray(sizes, dtype=np.float64)
    if size.ndim != 1 or not np.all(np.isfinite(size)) or not np.all(size >= 0):
        raise DesignError("sizes are one finite figure per unit and not negative")
    if not 0 < count <= np.count_nonzero(size):
        raise DesignError(f"{count} of {np.count_nonzero(size)} units with a size cannot be drawn")
    certain = np.zeros(len(size), dtype=bool)
    while True:
        rest = size[~certain].sum()
        share = (count - certain.sum()) / rest if rest > 0 else 0.0
        probabilities: FloatArray = np.where(certain, 1.0, size * share)
        grown = probabilities >= _CERTAIN
        if np.array_equal(grown, certain):
            return probabilities
        certain = grown


def select_systematically(probabilities: npt.ArrayLike, *, generator: np.random.Generator) -> IntArray:
    """Indices of the units at equal steps through the cumulated probabilities (N,), in the order of the list.

    The list's order is a silent stratification: sort it by place before. Uses one random number. Some pairs can never
    be drawn together, so its variance is estimated as if with replacement, or with Hartley–Rao after a shuffle.
    Raises DesignError for probabilities that do not add up to a whole number.
    Source: Madow (1949), Annals of Mathematical Statistics 20:333.
    """
    single, count = _checked(probabilities)
    marks = generator.random() + np.arange(count)
    chosen = np.searchsorted(np.cumsum(single), marks, side="right")
    # The last sum may fall short of the whole number by a rounding error.
    last = int(np.flatnonzero(single)[-1])
    return np.minimum(chosen, last).astype(np.int64)


def select_rejectively(probabilities: npt.ArrayLike, *, generator: np.random.Generator) -> IntArray:
    """Indices of a conditional Poisson sample: the most random design with these probabilities (N,) and a fixed size.

    Uses one random number per unit that is not certain; no sample is ever rejected. Raises DesignError.
    Source: Hájek (1964), Annals of Mathematical Statistics 35:1491; Chen, Dempster & Liu (1994), Biometrika 81:457.
    """
    single, count = _checked(probabilities)
    open_units, left = _open_units(single, count=count)
    chosen = np.flatnonzero(single >= _CERTAIN).tolist()
    if left:
        odds = rejective_odds(single[open_units], count=left)
        take = _take_chances(odds[:, None], count=left)[:, :, 0]
        for unit, chances, uniform in zip(open_units, take, generator.random(len(odds)), strict=True):
            if uniform < chances[left]:
                chosen.append(int(unit))
                left -= 1
    return np.sort(np.array(chosen, dtype=np.int64))


def rejective_joint_probabilities(probabilities: npt.ArrayLike) -> FloatArray:
    """(N, N) joint inclusion probabilities of `select_rejectively`, the single ones in the diagonal.

    N² · n operations: meant for the strata of a frame, not for a nation's villages. Raises DesignError.
    Source: Chen, Dempster & Liu (1994): given one unit, the others are a conditional Poisson sample of one less.
    """
    single, count = _checked(probabilities)
    joint = np.outer(single, single)
    np.fill_diagonal(joint, single)
    open_units, left = _open_units(single, count=count)
    if left:
        odds = rejective_odds(single[open_units], count=left)
        together = single[open_units][:, None] * _given_each(odds, count=left - 1)
        together = (together + together.T) / 2
        np.fill_diagonal(together, single[open_units])
        joint[np.ix_(open_units, open_units)] = together
    return joint


def rejective_probabilities(odds: npt.ArrayLike, *, count: int) -> FloatArray:
    """(N,) inclusion probabilities of conditional Poisson samples of the size with these odds (N,)."""
    column = np.asarray(odds, dtype=np.float64)[:, None]
    return _probabilities_from(_take_chances(column, count=count))[:, 0]


def rejective_odds(probabilities: npt.ArrayLike, *, count: int) -> FloatArray:
    """Odds (N,) whose conditional Poisson samples have these inclusion probabilities, all between 0 and 1.

    Raises DesignError where none are found.
    """
    single = np.asarray(probabilities, dtype=np.float64)
    wanted: FloatArray = single / (1 - single)
    odds = wanted
    for _ in range(1000):
        reached = rejective_probabilities(odds, count=count)
        if np.abs(reached - single).max() < 1e-13:
            break
        odds = odds * (wanted * (1 - reached) / reached) ** _STEP
    if np.abs(rejective_probabilities(odds, count=count) - single).max() > 1e-9:
        raise DesignError("no odds give these inclusion probabilities")
    return odds


def _given_each(odds: FloatArray, *, count: int) -> FloatArray:
    """(N, N) row k: inclusion probabilities of samples of the size from all units but k."""
    rows = []
    for first in range(0, len(odds), _BATCH):
        units = np.arange(first, min(first + _BATCH, len(odds)))
        columns = np.repeat(odds[:, None], len(units), axis=1)
        columns[units, units - first] = 0.0
        rows.append(_probabilities_from(_take_chances(columns, count=count)).T)
    return np.concatenate(rows)


def _take_chances(odds: FloatArray, *, count: int) -> FloatArray:
    """(N, count+1, B) the chance to take unit i of the list where r are still to be taken, for B columns of odds (N, B).

    Built from the end of the list, as the chance that independent draws with these odds give r from there on: sums of
    products of chances only, so that nothing cancels.
    """
    chances = odds / (1 + odds)
    number, batch = odds.shape
    ways = np.zeros((count + 1, batch))
    ways[0] = 1.0
    take = np.zeros((number, count + 1, batch))
    for at in range(number - 1, -1, -1):
        taken = chances[at] * ways[:-1]
        ways = ways * (1 - chances[at])
        ways[1:] += taken
        np.divide(taken, ways[1:], out=take[at, 1:], where=ways[1:] > 0)
    return take


def _probabilities_from(take: FloatArray) -> FloatArray:
    """(N, B) how often each unit is taken when the list is gone through from its beginning."""
    number, states, batch = take.shape
    waiting = np.zeros((states, batch))
    waiting[-1] = 1.0
    reached = np.empty((number, batch))
    for at in range(number):
        moved = waiting * take[at]
        reached[at] = moved.sum(axis=0)
        waiting = waiting - moved
        waiting[:-1] += moved[1:]
    return reached


def _open_units(single: FloatArray, *, count: int) -> tuple[IntArray, int]:
    """The units left to chance, and how many of them are to be drawn."""
    certain = single >= _CERTAIN
    return np.flatnonzero((single > 0) & ~certain), count - int(certain.sum())


def _checked(probabilities: npt.ArrayLike) -> tuple[FloatArray, int]:
    single = np.asarray(probabilities, dtype=np.float64)
    if single.ndim != 1 or not np.all((single >= 0) & (single <= 1 + 1e-12)):
        raise DesignError("inclusion probabilities are one per unit, from 0 to 1")
    count = round(float(single.sum()))
    if count < 1 or abs(single.sum() - count) > 1e-6:
        raise DesignError("inclusion probabilities add up to the number of units to draw")
    return single, count
