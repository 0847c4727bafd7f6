"""How a number of interviews is shared out among strata or places. Every function gives (H,) whole numbers that add up to it.

sizes: (H,) people or units of each stratum. least: the smallest number, one for all or (H,); nobody gets more than exist.
"""

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import DesignError
from literacy_stats.survey.design import FloatArray, IntArray


def allocate_proportionally(total: int, *, sizes: npt.ArrayLike, least: npt.ArrayLike = 0) -> IntArray:
    """In proportion to size: best for the district as a whole where strata are much alike. Raises DesignError.

    Source: Cochran (1977), section 5.5; Bowley (1926).
    """
    size = _sizes(sizes)
    return allocate_by_score(total, scores=size, sizes=size, least=least)


def allocate_neyman(
    total: int,
    *,
    sizes: npt.ArrayLike,
    standard_deviations: npt.ArrayLike,
    costs: npt.ArrayLike | None = None,
    least: npt.ArrayLike = 0,
) -> IntArray:
    """In proportion to size times spread, over the root of the cost: the smallest variance of the district's mean.

    standard_deviations, costs: (H,). Raises DesignError. Source: Neyman (1934), JRSS 97:558; Cochran (1977), section 5.5.
    """
    size = _sizes(sizes)
    spread = _matching(standard_deviations, size=size, what="standard deviations")
    price = np.ones_like(size) if costs is None else _matching(costs, size=size, what="costs")
    if not np.all(price > 0):
        raise DesignError("costs are above zero")
    return allocate_by_score(total, scores=size * spread / np.sqrt(price), sizes=size, least=least)


def allocate_by_power(
    total: int,
    *,
    sizes: npt.ArrayLike,
    exponent: float = 0.5,
    variations: npt.ArrayLike | None = None,
    least: npt.ArrayLike = 0,
) -> IntArray:
    """In proportion to a power of size times the coefficient of variation (H,): between equal shares (0) and size (1).

    Raises DesignError for an exponent outside 0..1. Source: Bankier (1988), American Statistician 42:174.
    """
    if not 0 <= exponent <= 1:
        raise DesignError("the exponent lies between 0 and 1")
    size = _sizes(sizes)
    variation = (
        np.ones_like(size) if variations is None else _matching(variations, size=size, what="variations")
    )
    return allocate_by_score(total, scores=size**exponent * variation, sizes=size, least=least)


def allocate_by_compromise(
    total: int, *, sizes: npt.ArrayLike, proportional_share: float = 0.5, least: npt.ArrayLike = 0
) -> IntArray:
    """A share of the interviews in proportion to size and the rest equally. Raises DesignError.

    Source: Costa, Satorra & Ventura (2004), SORT 28:69.
    """
    if not 0 <= proportional_share <= 1:
        raise DesignError("a share lies between 0 and 1")
    size = _sizes(sizes)
    scores = proportional_share * size / size.sum() + (1 - proportional_share) / len(size)
    return allocate_by_score(total, scores=scores, sizes=size, least=least)


def allocate_by_score(
    total: int, *, scores: npt.ArrayLike, sizes: npt.ArrayLike, least: npt.ArrayLike = 0
) -> IntArray:
    """In proportion to scores (H,), as far as the smallest number and the sizes allow; largest remainders round up.

    Raises DesignError where the total is below the sum of the smallest numbers or above the sum of sizes.
    """
    size = _sizes(sizes)
    score = _matching(scores, size=size, what="scores")
    greatest = np.floor(size)
    smallest = _least(least, greatest=greatest)
    if not smallest.sum() <= total <= greatest.sum():
        raise DesignError(f"{total} cannot lie between {smallest.sum():.0f} and {greatest.sum():.0f}")
    shares = _shares_within(total, score=score, smallest=smallest, greatest=greatest)
    return _whole(shares, total=total)


def _shares_within(
    total: int, *, score: FloatArray, smallest: FloatArray, greatest: FloatArray
) -> FloatArray:
    """clip(c · score, smallest, greatest) with the c that makes the sum right; the sum rises with c, so it is bisected."""
    if not score.any():
        score = np.ones_like(score)
    low, high = 0.0, float(greatest.max() / score[score > 0].min())
    if np.clip(high * score, smallest, greatest).sum() < total:
        # Strata without a score get what the others have no room for.
        score = np.where(score > 0, score, 1 / high)
        high = high * float(greatest.max())
    for _ in range(200):
        middle = (low + high) / 2
        if np.clip(middle * score, smallest, greatest).sum() < total:
            low = middle
        else:
            high = middle
    return np.asarray(np.clip(high * score, smallest, greatest))


def _whole(shares: FloatArray, *, total: int) -> IntArray:
    """Shares that add up to the total, rounded so that they still do; a tie goes to the earlier stratum."""
    # A share that is whole but for the last digits of the bisection is whole.
    floors = np.floor(shares + 1e-7)
    missing = total - int(floors.sum())
    order = np.argsort(-(shares - floors), kind="stable")
    counts = floors.astype(np.int64)
    counts[order[:missing]] += 1
    return counts


def _least(least: npt.ArrayLike, *, greatest: FloatArray) -> FloatArray:
    smallest = np.asarray(least, dtype=np.float64)
    if smallest.shape not in ((), greatest.shape) or not np.all(smallest == np.floor(np.abs(smallest))):
        raise DesignError("the smallest number is whole and not negative, one for all or one per stratum")
    return np.asarray(np.minimum(smallest, greatest))


def _sizes(sizes: npt.ArrayLike) -> FloatArray:
    size = np.asarray(sizes, dtype=np.float64)
    if size.ndim != 1 or len(size) == 0 or not np.all(np.isfinite(size)) or not np.all(size > 0):
        raise DesignError("sizes are one figure above zero per stratum")
    return size


def _matching(figures: npt.ArrayLike, *, size: FloatArray, what: str) -> FloatArray:
    column = np.asarray(figures, dtype=np.float64)
    if column.shape != size.shape or not np.all(np.isfinite(column)) or not np.all(column >= 0):
        raise DesignError(f"{what} are one figure per stratum and not negative")
    return column
