"""The cut: what "at least 70 of 100 points" means on the scale of θ.

A reference form fixes the meaning once: items weighted to the published blueprint. The true-score reading asks where
the expected score of the form reaches the cut; the observed-score reading asks how likely a sitting of the form scores
at least the cut. They differ by design, since the second one contains the error of a sitting: say which is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, lcm

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.irt.items import (
    FloatArray,
    IntArray,
    ItemParameters,
    category_probabilities,
    expected_scores,
)

# Points of the national survey's four domains, and its cuts: shipped figures, passed in wherever they are used.
NATIONAL_BLUEPRINT: Mapping[str, int] = {"knowledge": 40, "methods": 20, "spirit": 20, "ability": 20}
NATIONAL_CUTS: Mapping[str, int] = {"basic": 55, "literate": 70, "advanced": 85}
_FINEST_LATTICE = 200_000


class CutError(StatisticsError):
    """A reference form or a cut without meaning on the scale."""


@dataclass(frozen=True, slots=True)
class ReferenceForm:
    """Items and the points a full answer to each one earns. Build it with `reference_form`.

    points: (J,) exact fractions, so that scores of exactly the cut are counted exactly.
    """

    items: ItemParameters
    points: tuple[Fraction, ...]

    @property
    def total(self) -> Fraction:
        return sum(self.points, Fraction(0))


def reference_form(
    items: ItemParameters, *, domains: npt.ArrayLike, blueprint: Mapping[str, int]
) -> ReferenceForm:
    """Spread each domain's points evenly over the raw points of its items.

    domains: (J,) a blueprint name per item. Raises CutError where a domain has no items or an item no domain.
    """
    names = [str(name) for name in np.asarray(domains).tolist()]
    if len(names) != len(items):
        raise CutError("give one domain per item")
    unknown = sorted(set(names) - set(blueprint))
    absent = sorted(set(blueprint) - set(names))
    if unknown or absent:
        raise CutError(f"the form does not follow the blueprint: unknown {unknown}, without items {absent}")
    raw = items.step_counts.tolist()
    sizes = {name: sum(raw[i] for i, own in enumerate(names) if own == name) for name in blueprint}
    points = tuple(Fraction(blueprint[own] * raw[i], sizes[own]) for i, own in enumerate(names))
    return ReferenceForm(items, points)


def true_score(form: ReferenceForm, *, theta: npt.ArrayLike) -> FloatArray:
    """(Q,) expected points of the form, its test characteristic curve."""
    per_step = np.array([float(point) for point in form.points]) / form.items.step_counts
    return np.asarray(per_step @ expected_scores(form.items, theta=theta))


def true_score_cut(form: ReferenceForm, *, points: float, bounds: tuple[float, float] = (-8.0, 8.0)) -> float:
    """θ at which the expected score is `points`, to 1e-12, by bisection.

    Raises CutError where the curve does not pass `points` within the bounds, or falls anywhere between them, as with
    a mis-keyed item: then no θ is the cut.
    """
    low, high = bounds
    curve = true_score(form, theta=np.linspace(low, high, 641))
    if (np.diff(curve) < 0).any():
        raise CutError("the expected score falls somewhere: take items with negative slopes out of the form")
    if not curve[0] < points <= curve[-1]:
        raise CutError(
            f"the form's expected score runs from {curve[0]:.1f} to {curve[-1]:.1f}: no cut at {points}"
        )
    while high - low > 1e-12:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        reached = true_score(form, theta=middle)[0] >= points
        low, high = (low, middle) if reached else (middle, high)
    return (low + high) / 2


def true_score_pass_probabilities(form: ReferenceForm, *, points: float, nodes: FloatArray) -> FloatArray:
    """(Q,) weights that integrate a density on the nodes from the true-score cut upwards: 0, then 1, see `weights_above`."""
    return weights_above(true_score_cut(form, points=points), nodes=nodes)


def weights_above(cut: float, *, nodes: FloatArray) -> FloatArray:
    """(Q,) weights for the part of a density at or above `cut`, on equally spaced nodes.

    The integral of the cubic convolution interpolant (Keys 1981), so that the error falls with the fourth power of the
    distance of nodes; whole or no cells alone would cost 0.1 points of a percentage. The two nodes on either side of
    the cut have weights between −0.042 and 1.042, all others 0 or 1.
    """
    distance = (nodes - cut) / (nodes[1] - nodes[0])
    reach = np.minimum(np.abs(distance), 2.0)
    near = reach - 5 / 6 * reach**3 + 3 / 8 * reach**4
    far = 2 * reach - 2 * reach**2 + 5 / 6 * reach**3 - reach**4 / 8 - 1 / 6
    half = np.select([reach <= 1, reach < 2], [near, far], 0.5)
    return np.asarray(0.5 + np.sign(distance) * half)


def observed_score_pass_probabilities(form: ReferenceForm, *, points: float, nodes: FloatArray) -> FloatArray:
    """(Q,) P(score of one sitting of the form ≥ `points` | θ_q)."""
    unit, distribution = score_distribution(form, theta=nodes)
    first = ceil(Fraction(points) / unit)
    return np.asarray(distribution[max(first, 0) :].sum(axis=0))


def score_distribution(form: ReferenceForm, *, theta: npt.ArrayLike) -> tuple[Fraction, FloatArray]:
    """The unit of points and (S + 1, Q) P(score = s units | θ), by the Lord–Wingersky recursion.

    Lord & Wingersky 1984, Applied Psychological Measurement 8:453; for several steps Thissen et al. 1995. Raises
    CutError where the points of the items have no common unit coarser than 1/200,000 of the total.
    """
    unit, steps = _lattice(form)
    chances = category_probabilities(form.items, theta=theta)
    counts = form.items.step_counts
    size = int((steps * counts).sum()) + 1
    distribution = np.zeros((size, chances.shape[2]))
    distribution[0], reach = 1.0, 0
    for item, (step, count) in enumerate(zip(steps.tolist(), counts.tolist(), strict=True)):
        before = distribution[: reach + 1].copy()
        distribution[: reach + 1] = before * chances[item, 0]
        for score in range(1, count + 1):
            distribution[score * step : score * step + reach + 1] += before * chances[item, score]
        reach += step * count
    return unit, distribution


def _lattice(form: ReferenceForm) -> tuple[Fraction, IntArray]:
    """The largest unit of which every step of every item is a whole multiple, and those multiples."""
    steps = [point / count for point, count in zip(form.points, form.items.step_counts.tolist(), strict=True)]
    fineness = lcm(*(step.denominator for step in steps))
    whole = np.array([int(step * fineness) for step in steps], dtype=np.int64)
    common = int(np.gcd.reduce(whole))
    if int((whole // common * form.items.step_counts).sum()) > _FINEST_LATTICE:
        raise CutError(
            "the items' points have no common unit: choose numbers of items that divide the points"
        )
    return Fraction(common, fineness), whole // common
