"""Item parameters and the two functions everything rests on: probability and Fisher information.

The metric is logistic with D = 1 and items are kept in slope–intercept form, because a slope near zero or below it has
a sound intercept but no sound difficulty. Dichotomous items: P(θ) = c + (1 − c) / (1 + exp(−(aθ + d))). Graded items
(Samejima 1969, Psychometrika Monograph 17): P(X ≥ k | θ) = 1 / (1 + exp(−(aθ + d_k))) with d_1 > d_2 > … > d_m.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


class ItemParametersError(StatisticsError):
    """Item parameters that describe no item response function."""


@dataclass(frozen=True, slots=True)
class ItemParameters:
    """J items; build them with `dichotomous` or `graded`.

    slopes: (J,) discrimination a, negative ones are allowed.
    step_intercepts: (J, K) the d of each step, NaN after the last step of an item with fewer steps than K.
    guessing: (J,) lower asymptote c in [0, 1); 0 for graded items.
    Raises ItemParametersError for shapes that disagree, guessing outside [0, 1), steps out of order, or a guessing
    parameter on a graded item.
    """

    slopes: FloatArray
    step_intercepts: FloatArray
    guessing: FloatArray

    def __post_init__(self) -> None:
        for name in ("slopes", "step_intercepts", "guessing"):
            values = np.array(getattr(self, name), dtype=np.float64)
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        self._refuse_wrong_shapes()
        self._refuse_wrong_values()

    def _refuse_wrong_shapes(self) -> None:
        count = len(self.slopes)
        if self.slopes.shape != (count,) or self.guessing.shape != (count,):
            raise ItemParametersError("slopes and guessing must be vectors of one value per item")
        if self.step_intercepts.ndim != 2 or len(self.step_intercepts) != count:
            raise ItemParametersError("step_intercepts must have one row per item")
        if not count or not self.step_intercepts.shape[1]:
            raise ItemParametersError("there must be at least one item with one step")

    def _refuse_wrong_values(self) -> None:
        steps = self.step_intercepts
        if not (np.isfinite(self.slopes).all() and np.isfinite(steps[:, 0]).all()):
            raise ItemParametersError("slopes and first intercepts must be finite")
        if not ((self.guessing >= 0) & (self.guessing < 1)).all():
            raise ItemParametersError("guessing must lie in [0, 1)")
        missing = np.isnan(steps)
        if (missing[:, :-1] & ~missing[:, 1:]).any():
            raise ItemParametersError("missing steps must follow the last step of an item")
        if (np.diff(steps, axis=1) >= 0).any():
            raise ItemParametersError("the intercepts of a graded item must fall from step to step")
        if (self.guessing[self.step_counts > 1] > 0).any():
            raise ItemParametersError("a graded item has no guessing parameter")

    @classmethod
    def dichotomous(
        cls,
        *,
        slopes: npt.ArrayLike,
        intercepts: npt.ArrayLike | None = None,
        difficulties: npt.ArrayLike | None = None,
        guessing: npt.ArrayLike = 0.0,
    ) -> ItemParameters:
        """Items scored 0 or 1 from intercepts d or difficulties b = −d/a; exactly one of the two is given."""
        a = np.atleast_1d(np.asarray(slopes, dtype=np.float64))
        if (intercepts is None) == (difficulties is None):
            raise ItemParametersError("give either intercepts or difficulties")
        d = (
            np.asarray(intercepts)
            if difficulties is None
            else -a * np.asarray(difficulties, dtype=np.float64)
        )
        rows = np.broadcast_to(np.asarray(d, dtype=np.float64), a.shape)
        return cls(a, rows[:, None], np.broadcast_to(np.asarray(guessing, dtype=np.float64), a.shape))

    @classmethod
    def graded(cls, *, slopes: npt.ArrayLike, thresholds: Sequence[npt.ArrayLike]) -> ItemParameters:
        """Items scored 0…m_j from one rising list of thresholds b_k = −d_k/a per item; slopes must be positive."""
        a = np.atleast_1d(np.asarray(slopes, dtype=np.float64))
        rows = [np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in thresholds]
        if len(rows) != len(a):
            raise ItemParametersError("give one list of thresholds per item")
        steps = np.full((len(rows), max(map(len, rows))), np.nan)
        for item, row in enumerate(rows):
            steps[item, : len(row)] = -a[item] * row
        return cls(a, steps, np.zeros(len(a)))

    def __len__(self) -> int:
        return len(self.slopes)

    @property
    def step_counts(self) -> IntArray:
        """(J,) highest score of each item: 1 for dichotomous items."""
        counts: IntArray = np.isfinite(self.step_intercepts).sum(axis=1, dtype=np.int64)
        return counts

    @property
    def are_dichotomous(self) -> bool:
        return self.step_intercepts.shape[1] == 1 or bool((self.step_counts == 1).all())

    @property
    def intercepts(self) -> FloatArray:
        """(J,) the first intercept, which for dichotomous items is the only one."""
        return self.step_intercepts[:, 0]

    @property
    def difficulties(self) -> FloatArray:
        """(J,) b = −d/a of the first step; infinite or NaN where the slope is zero."""
        return self.thresholds[:, 0]

    @property
    def thresholds(self) -> FloatArray:
        """(J, K) −d_k/a, NaN where an item has fewer steps."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(-self.step_intercepts / self.slopes[:, None])

    def take(self, chosen: npt.ArrayLike) -> ItemParameters:
        """The chosen items, by index or mask, in the order chosen."""
        index = np.asarray(chosen)
        return ItemParameters(self.slopes[index], self.step_intercepts[index], self.guessing[index])


def logistic(x: FloatArray) -> FloatArray:
    """1 / (1 + exp(−x)) without overflow and with full relative precision in both tails."""
    falling = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, falling) / (1.0 + falling))


def probability(items: ItemParameters, *, theta: npt.ArrayLike) -> FloatArray:
    """P(X ≥ 1 | θ): for dichotomous items the probability of a right answer.

    theta: scalar or (Q,). Returns (J, Q), one row per item.
    """
    return _step_probabilities(items, theta=theta)[:, 0]


def category_probabilities(items: ItemParameters, *, theta: npt.ArrayLike) -> FloatArray:
    """P(X = k | θ) as (J, K + 1, Q); rows add up to one over k and are 0 beyond an item's highest score."""
    line = _linear(items, theta=theta)
    edge = np.full((line.shape[0], 1, line.shape[2]), np.inf)
    line = np.concatenate([edge, line, -edge], axis=1)
    reached, missed = logistic(line), logistic(-line)
    # Above the step the chances to miss are the small numbers, so their difference is the exact one.
    chances = np.where(line[:, :-1] > 0, missed[:, 1:] - missed[:, :-1], reached[:, :-1] - reached[:, 1:])
    guessing = items.guessing[:, None]
    chances *= (1.0 - guessing)[:, None]
    chances[:, 1] += guessing
    return np.asarray(chances)


def expected_scores(items: ItemParameters, *, theta: npt.ArrayLike) -> FloatArray:
    """E(X | θ) of each item as (J, Q), in the item's own points 0…m_j."""
    return np.asarray(_step_probabilities(items, theta=theta).sum(axis=1))


def information(items: ItemParameters, *, theta: npt.ArrayLike) -> FloatArray:
    """Fisher information Σ_k P_k'(θ)² / P_k(θ) of each item as (J, Q), in units of 1/θ², never negative.

    Lord 1980, Applications of Item Response Theory, §5.4; Samejima 1969 for graded items.
    """
    if items.are_dichotomous:
        return _dichotomous_information(items, theta=theta)
    steps = _step_probabilities(items, theta=theta)
    edge = np.zeros((steps.shape[0], 1, steps.shape[2]))
    slopes = items.slopes[:, None, None] * steps * (1.0 - steps)
    derivatives = -np.diff(np.concatenate([edge, slopes, edge], axis=1), axis=1)
    chances = -np.diff(np.concatenate([edge + 1.0, steps, edge], axis=1), axis=1)
    parts = np.divide(derivatives**2, chances, out=np.zeros_like(chances), where=chances > 0)
    return np.asarray(parts.sum(axis=1))


def _dichotomous_information(items: ItemParameters, *, theta: npt.ArrayLike) -> FloatArray:
    guessing = items.guessing[:, None]
    known = logistic(_linear(items, theta=theta)[:, 0])
    right = guessing + (1.0 - guessing) * known
    # (1 − c) P*² Q* / P: written so that it neither overflows nor divides by zero where c = 0.
    share = np.divide(known, right, out=np.ones_like(known), where=right > 0)
    return np.asarray(items.slopes[:, None] ** 2 * (1.0 - guessing) * known * (1.0 - known) * share)


def _step_probabilities(items: ItemParameters, *, theta: npt.ArrayLike) -> FloatArray:
    guessing = items.guessing[:, None, None]
    known = logistic(_linear(items, theta=theta))
    return np.asarray(guessing + (1.0 - guessing) * known)


def _linear(items: ItemParameters, *, theta: npt.ArrayLike) -> FloatArray:
    """aθ + d_k as (J, K, Q); −∞ for steps an item does not have, so that they have probability 0."""
    nodes = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    steps = np.where(np.isnan(items.step_intercepts), -np.inf, items.step_intercepts)
    return np.asarray(items.slopes[:, None, None] * nodes + steps[:, :, None])
