"""Person scores: expected a posteriori, maximum a posteriori, maximum likelihood and Warm's weighted likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.calibration import DEFAULT_NODES
from literacy_stats.irt.items import FloatArray, ItemParameters
from literacy_stats.irt.likelihoods import (
    by_category,
    category_derivatives,
    codes_for,
    indicator_blocks,
    log_likelihood_blocks,
)
from literacy_stats.irt.passes import log_category_probabilities
from literacy_stats.irt.responses import CodeArray
from literacy_stats.irt.roots import falling_root

# Wider than any sensible estimate, fine enough that a root lies alone in its cell.
_SEARCH_NODES: FloatArray = np.linspace(-12.0, 12.0, 97)


@dataclass(frozen=True, slots=True)
class PersonScores:
    """values: (n,) θ; standard_errors: (n,), posterior standard deviations for EAP. Units of the item scale."""

    values: FloatArray
    standard_errors: FloatArray


def expected_a_posteriori(
    responses: npt.ArrayLike,
    *,
    items: ItemParameters,
    mean: npt.ArrayLike = 0.0,
    standard_deviation: float = 1.0,
    nodes: FloatArray = DEFAULT_NODES,
) -> PersonScores:
    """Posterior mean and standard deviation of θ under a normal population (Bock & Mislevy 1982).

    responses: (n, J) as for `calibrate`; mean: scalar or (n,), one population mean per person. A person without
    answers gets the population's. Raises ResponsesError for answers that do not belong to the items.
    """
    codes = codes_for(responses, items=items)
    centre = np.broadcast_to(np.asarray(mean, dtype=np.float64), len(codes))
    powers = np.stack([np.ones_like(nodes), nodes, nodes**2], axis=1)
    moments = np.empty((len(codes), 3))
    for rows, block in log_likelihood_blocks(codes, items=items, nodes=nodes):
        if np.ndim(mean):
            block -= 0.5 * ((nodes - centre[rows, None]) / standard_deviation) ** 2
        else:
            block -= 0.5 * ((nodes - centre[0]) / standard_deviation) ** 2
        block -= block.max(axis=1, keepdims=True)
        moments[rows] = np.exp(block, out=block) @ powers
    values = moments[:, 1] / moments[:, 0]
    return PersonScores(values, np.sqrt(np.maximum(moments[:, 2] / moments[:, 0] - values**2, 0.0)))


def maximum_a_posteriori(
    responses: npt.ArrayLike, *, items: ItemParameters, mean: float = 0.0, standard_deviation: float = 1.0
) -> PersonScores:
    """Posterior mode under a normal population; standard errors from the expected information plus 1/σ²."""
    precision = standard_deviation**-2
    search = _Search(codes_for(responses, items=items), items, mean, precision, bias_weight=0.0)
    values = search.roots()
    return PersonScores(values, 1.0 / np.sqrt(search.information(values) + precision))


def maximum_likelihood(responses: npt.ArrayLike, *, items: ItemParameters) -> PersonScores:
    """Likelihood maximum; ±∞ with infinite error where the likelihood has none, as for all right or all wrong.

    NaN for persons without answers. Where a 3PL likelihood has several maxima, the highest is taken.
    """
    search = _Search(codes_for(responses, items=items), items, 0.0, 0.0, bias_weight=0.0)
    return search.scores()


def weighted_likelihood(responses: npt.ArrayLike, *, items: ItemParameters) -> PersonScores:
    """Warm's estimate: likelihood corrected for its first-order bias, finite also for all right or all wrong.

    Solves s(θ) + J(θ)/(2 I(θ)) = 0 with J = Σ P'P''/P over items and categories (Warm 1989, Psychometrika 54:427);
    standard errors 1/√I. NaN for persons without answers.
    """
    search = _Search(codes_for(responses, items=items), items, 0.0, 0.0, bias_weight=0.5)
    return search.scores()


@dataclass(frozen=True, slots=True)
class _Search:
    codes: CodeArray
    items: ItemParameters
    mean: float
    precision: float
    bias_weight: float

    def scores(self) -> PersonScores:
        values = self.roots()
        with np.errstate(divide="ignore"):
            errors = 1.0 / np.sqrt(self.information(values))
        nobody = (self.codes < 0).all(axis=1)
        return PersonScores(np.where(nobody, np.nan, values), np.where(nobody, np.nan, errors))

    def roots(self) -> FloatArray:
        """Where the estimating function falls through zero, in the cell with the highest objective."""
        low, high = self._brackets()
        inside = np.isfinite(low) & np.isfinite(high)
        values = np.where(np.isfinite(high), low, high)
        if inside.any():
            chosen = _Search(
                self.codes[inside], self.items, self.mean, self.precision, bias_weight=self.bias_weight
            )
            values[inside] = falling_root(chosen.estimating_function, low=low[inside], high=high[inside])
        return values

    def information(self, theta: FloatArray) -> FloatArray:
        """(n,) Fisher information of the items each person answered, at that person's θ."""
        total = np.zeros(len(self.codes))
        at = np.clip(theta, -1e3, 1e3)
        for item in range(len(self.items)):
            _, parts = self._item_terms(item, at)
            total += np.where(self.codes[:, item] >= 0, parts[0], 0.0)
        return np.where(np.isfinite(theta), total, 0.0)

    def estimating_function(self, theta: FloatArray) -> FloatArray:
        score = -self.precision * (theta - self.mean)
        information, curvature = np.full(len(theta), 1e-300), np.zeros(len(theta))
        for item in range(len(self.items)):
            codes = self.codes[:, item]
            scores, (info, bend) = self._item_terms(item, theta)
            answered = codes >= 0
            score += np.where(
                answered, np.take_along_axis(scores, np.maximum(codes, 0)[None], axis=0)[0], 0.0
            )
            if self.bias_weight:
                information += np.where(answered, info, 0.0)
                curvature += np.where(answered, bend, 0.0)
        return np.asarray(score + self.bias_weight * curvature / information)

    def _item_terms(self, item: int, theta: FloatArray) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
        """P'/P by category (K + 1, n), and ΣP'²/P and ΣP'P''/P (n,)."""
        chance, first, second = (
            values[0] for values in category_derivatives(self.items.take([item]), theta=theta)
        )
        ratio = first / chance
        return ratio, ((ratio * first).sum(axis=0), (ratio * second).sum(axis=0))

    def _brackets(self) -> tuple[FloatArray, FloatArray]:
        nodes, categories = _SEARCH_NODES, self.items.step_intercepts.shape[1] + 1
        chance, first, second = category_derivatives(self.items, theta=nodes)
        everyone = np.ones((1, categories, 1))
        likelihood = by_category(log_category_probabilities(self.items, nodes=nodes, categories=categories))
        score = by_category(first / chance)
        information = by_category((first**2 / chance).sum(axis=1, keepdims=True) * everyone)
        curvature = by_category((first * second / chance).sum(axis=1, keepdims=True) * everyone)
        low, high = np.empty(len(self.codes)), np.empty(len(self.codes))
        pull = self.precision * (nodes - self.mean)
        for rows, answers in indicator_blocks(self.codes, categories=categories):
            total = answers @ information + 1e-300
            slope = answers @ score - pull + self.bias_weight * (answers @ curvature) / total
            objective = (
                answers @ likelihood - 0.5 * pull * (nodes - self.mean) + self.bias_weight * np.log(total)
            )
            low[rows], high[rows] = _cells(slope, objective)
        return low, high


def _cells(slope: FloatArray, objective: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The best cell where the slope turns from rising to falling; (edge, ∞) or (−∞, edge) where there is none."""
    turns = (slope[:, :-1] > 0) & (slope[:, 1:] <= 0)
    heights = np.where(turns, np.maximum(objective[:, :-1], objective[:, 1:]), -np.inf)
    best = heights.argmax(axis=1)
    # A 3PL likelihood may be higher at its left end than at any inner maximum.
    ends = np.maximum(objective[:, 0], objective[:, -1])
    inner = turns.any(axis=1) & (heights.max(axis=1) >= ends)
    rising = objective[:, -1] > objective[:, 0]
    low = np.where(inner, _SEARCH_NODES[best], np.where(rising, np.inf, -np.inf))
    high = np.where(inner, _SEARCH_NODES[best + 1], np.where(rising, np.inf, -np.inf))
    return low, high
