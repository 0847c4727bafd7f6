"""The free parameters of a model as one vector, and the derivatives of the category probabilities with respect to them.

An item has the parameters (a, d_1 … d_K, logit c); a group has (mean, log standard deviation). What a model fixes or
ties is written once in `FreeParameters`, so that all models share one M-step and one set of standard errors.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.items import FloatArray, IntArray, ItemParameters, category_probabilities, logistic

_TINY = 1e-300
_LOGIT_BOUND = 12.0


class Model(StrEnum):
    """The response model of a calibration: one slope for all, own slopes, guessing too, or several ordered steps."""

    ONE_PARAMETER = "1PL"
    TWO_PARAMETER = "2PL"
    THREE_PARAMETER = "3PL"
    GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal prior density."""

    mean: float
    standard_deviation: float


@dataclass(frozen=True, slots=True)
class Beta:
    """A beta prior density on the guessing parameter; Beta(5, 17) has its mode at 0.2."""

    alpha: float
    beta: float


@dataclass(frozen=True, slots=True)
class Priors:
    """Prior densities on slopes, intercepts and guessing; None means flat."""

    slopes: Normal | None = None
    intercepts: Normal | None = None
    guessing: Beta | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where the calibration stands; `steps` is padded with 0, `logits` is 0 where guessing is not free."""

    slopes: FloatArray
    steps: FloatArray
    logits: FloatArray
    means: FloatArray
    log_spreads: FloatArray

    def vector(self) -> FloatArray:
        return np.concatenate([self.item_rows().ravel(), self.means, self.log_spreads])

    def item_rows(self) -> FloatArray:
        """(J, K + 2): one row (a, d_1 … d_K, logit c) per item."""
        return np.concatenate([self.slopes[:, None], self.steps, self.logits[:, None]], axis=1)


@dataclass(frozen=True, slots=True)
class FreeParameters:
    """What the model estimates. step_counts: (J,); guessing: (J,) which items have a free c; group_count: G."""

    model: Model
    step_counts: IntArray
    guessing: npt.NDArray[np.bool_]
    group_count: int

    @property
    def item_count(self) -> int:
        return len(self.step_counts)

    @property
    def width(self) -> int:
        return int(self.step_counts.max()) + 2

    @property
    def item_mask(self) -> npt.NDArray[np.bool_]:
        """(J, K + 2) which item parameters are free, tied slopes counted for each item."""
        free = np.ones((self.item_count, self.width), dtype=bool)
        free[:, 1:-1] = np.arange(self.width - 2) < self.step_counts[:, None]
        free[:, -1] = self.guessing
        return free

    @property
    def owners(self) -> IntArray:
        """For each place of the full vector the number of its free parameter, −1 where it is fixed."""
        free = np.concatenate([self.item_mask.ravel(), np.tile(np.arange(self.group_count) > 0, 2)])
        owner = np.where(free, np.cumsum(free) - 1, -1)
        if self.model is Model.ONE_PARAMETER:
            slopes = np.arange(self.item_count) * self.width
            owner[slopes] = owner[slopes[0]]
            owner[free] = np.unique(owner[free], return_inverse=True)[1]
        return owner.astype(np.int64)

    def state(self, vector: FloatArray) -> State:
        size, groups = self.item_count * self.width, self.group_count
        rows = vector[:size].reshape(self.item_count, self.width)
        return State(
            rows[:, 0], rows[:, 1:-1], rows[:, -1], vector[size : size + groups], vector[size + groups :]
        )

    def items(self, state: State) -> ItemParameters:
        steps = np.where(self.item_mask[:, 1:-1], state.steps, np.nan)
        return ItemParameters(state.slopes, steps, self.guessing_values(state))

    def guessing_values(self, state: State) -> FloatArray:
        return np.asarray(np.where(self.guessing, logistic(state.logits), 0.0))

    def are_possible(self, vector: FloatArray) -> bool:
        """Whether a vector describes items at all; extrapolated steps may not."""
        if not np.isfinite(vector).all():
            return False
        state = self.state(vector)
        ordered = (np.diff(state.steps, axis=1) < 0) | ~self.item_mask[:, 2:-1]
        sensible = np.abs(state.slopes).max() < 50 and np.abs(state.logits).max() <= _LOGIT_BOUND
        return bool(ordered.all() and sensible and np.abs(state.log_spreads).max() < 4)


def probability_derivatives(items: ItemParameters, *, theta: FloatArray) -> FloatArray:
    """∂P(X = k | θ)/∂(a, d_1 … d_K, logit c) as (J, K + 2, K + 1, Q); 0 for parameters an item does not have."""
    count, step_count = items.step_intercepts.shape
    lines = np.where(np.isnan(items.step_intercepts), -np.inf, items.step_intercepts)
    known = logistic(items.slopes[:, None, None] * theta + lines[:, :, None])
    guessing = items.guessing[:, None, None]
    density = (1.0 - guessing) * known * (1.0 - known)
    out = np.zeros((count, step_count + 2, step_count + 1, len(theta)))
    for step in range(step_count):
        out[:, step + 1, step + 1] = density[:, step]
        out[:, step + 1, step] = -density[:, step]
    out[:, 0] = out[:, 1:-1].sum(axis=1) * theta
    lucky = (guessing * (1.0 - guessing) * (1.0 - known))[:, 0]
    out[:, -1, 1] = lucky
    out[:, -1, 0] = -lucky
    return out


@dataclass(frozen=True, slots=True)
class ItemScores:
    """Gradient (J, K + 2) and expected information (J, K + 2, K + 2) of the complete-data log-posterior."""

    gradient: FloatArray
    information: FloatArray


def item_scores(
    items: ItemParameters, *, counts: FloatArray, nodes: FloatArray, free: FreeParameters, priors: Priors
) -> ItemScores:
    """Scores of all items from expected counts (J, K + 1, Q); fixed parameters have score 0 and information 1."""
    chances = np.maximum(category_probabilities(items, theta=nodes), _TINY)
    slopes = probability_derivatives(items, theta=nodes)
    ratio = counts / chances
    gradient = np.einsum("jpkq,jkq->jp", slopes, ratio)
    scaled = slopes * np.sqrt(counts.sum(axis=1)[:, None, :] / chances)[:, None]
    flat = scaled.reshape(*scaled.shape[:2], -1)
    result = ItemScores(gradient, flat @ flat.transpose(0, 2, 1))
    _add_priors(result, items=items, priors=priors)
    _fix(result, free=free.item_mask)
    return result


def _add_priors(scores: ItemScores, *, items: ItemParameters, priors: Priors) -> None:
    values = np.concatenate([items.slopes[:, None], np.nan_to_num(items.step_intercepts)], axis=1)
    for prior, places in ((priors.slopes, [0]), (priors.intercepts, range(1, values.shape[1]))):
        for place in places if prior else ():
            precision = prior.standard_deviation**-2  # type: ignore[union-attr]
            scores.gradient[:, place] -= (values[:, place] - prior.mean) * precision  # type: ignore[union-attr]
            scores.information[:, place, place] += precision
    if priors.guessing:
        chance, (alpha, beta) = items.guessing, (priors.guessing.alpha - 1, priors.guessing.beta - 1)
        scores.gradient[:, -1] += alpha * (1 - chance) - beta * chance
        scores.information[:, -1, -1] += (alpha + beta) * chance * (1 - chance)


def _fix(scores: ItemScores, *, free: npt.NDArray[np.bool_]) -> None:
    scores.gradient[~free] = 0.0
    scores.information[~(free[:, :, None] & free[:, None, :])] = 0.0
    diagonal = np.einsum("jpp->jp", scores.information)
    diagonal[~free] = 1.0


def log_prior_density(items: ItemParameters, *, free: FreeParameters, priors: Priors) -> float:
    """The log prior densities, without the constants of the normal ones; the density of c is taken in c."""
    total = 0.0
    if priors.slopes:
        total -= 0.5 * float(
            np.sum(((items.slopes - priors.slopes.mean) / priors.slopes.standard_deviation) ** 2)
        )
    if priors.intercepts:
        steps = items.step_intercepts[free.item_mask[:, 1:-1]]
        deviations = (steps - priors.intercepts.mean) / priors.intercepts.standard_deviation
        total -= 0.5 * float(np.sum(deviations**2))
    if priors.guessing and free.guessing.any():
        chance = items.guessing[free.guessing]
        total += float(np.sum((priors.guessing.alpha - 1) * np.log(chance)))
        total += float(np.sum((priors.guessing.beta - 1) * np.log1p(-chance)))
    return total
