"""Weighted marginal maximum likelihood for 1PL, 2PL, 3PL and graded response items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.acceleration import FixedPoint, fixed_point
from literacy_stats.irt.items import FloatArray, ItemParameters
from literacy_stats.irt.maximisation import maximise
from literacy_stats.irt.parameters import FreeParameters, Model, Priors, State, log_prior_density
from literacy_stats.irt.passes import FloatKind, log_category_probabilities, normal_log_prior, pass_over
from literacy_stats.irt.responses import CodeArray, ResponsesError, ResponseTable, response_codes, tabulate

DEFAULT_NODES: FloatArray = np.linspace(-6.0, 6.0, 61)
DEFAULT_NODES.setflags(write=False)
_SINGLE_PRECISION_CELLS = 500_000
_START_ROWS = 4_000
_SINGLE_PRECISION_TOLERANCE = 1e-4
_DOUBLE_NOISE, _SINGLE_NOISE = 1e-12, 1e-7


@dataclass(frozen=True, slots=True)
class Calibration:
    """Estimated items on the scale where the first group is N(0, 1).

    log_likelihood is the weighted marginal one, without priors; group_means and group_standard_deviations are (G,);
    evaluations counts passes over the answers in whole tables.
    """

    items: ItemParameters
    model: Model
    group_means: FloatArray
    group_standard_deviations: FloatArray
    log_likelihood: float
    evaluations: int
    converged: bool
    priors: Priors
    nodes: FloatArray


@dataclass(frozen=True, slots=True)
class Settings:
    """tolerance: largest movement of a parameter at rest; limit: passes over the answers before giving up."""

    tolerance: float = 1e-6
    limit: int = 3000


def calibrate(
    responses: npt.ArrayLike,
    *,
    model: Model = Model.TWO_PARAMETER,
    weights: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    priors: Priors | None = None,
    nodes: npt.ArrayLike = DEFAULT_NODES,
    settings: Settings | None = None,
) -> Calibration:
    """Item parameters by marginal maximum likelihood, or its posterior mode where priors are given.

    responses: (n, J) scores, NaN, −1 or masked where an item was not answered or not presented; weights: (n,) survey
    weights, whose size matters only against priors; groups: (n,) codes 0…G−1, items are common to all groups and the
    first group is N(0, 1); nodes: (Q,) equally spaced grid. Discriminations are unbounded: a negative one means a
    mis-keyed item and stays visible (see `screen_discriminations`). Raises ResponsesError for answers that cannot be
    calibrated. A run that does not settle has `converged` False.

    Bock & Aitkin 1981, Psychometrika 46:443; Bock & Zimowski 1997 for groups; Varadhan & Roland 2008 for the speed.
    """
    codes = response_codes(responses)
    free = _free_parameters(codes, model=Model(model), groups=groups)
    fit = _Fit(tabulate(codes, weights=weights, groups=groups), free, priors or Priors(), _grid(nodes))
    rest = fit.rest(settings or Settings())
    state = free.state(rest.point)
    items = free.items(state)
    return Calibration(
        items=items,
        model=free.model,
        group_means=state.means.copy(),
        group_standard_deviations=np.exp(state.log_spreads),
        log_likelihood=rest.objective - log_prior_density(items, free=free, priors=fit.priors),
        evaluations=rest.evaluations,
        converged=rest.converged,
        priors=fit.priors,
        nodes=fit.nodes,
    )


@dataclass(frozen=True, slots=True)
class ItemScreen:
    """(J,) items whose slope is negative (often a wrong key) and items that hardly discriminate."""

    negative: npt.NDArray[np.bool_]
    weak: npt.NDArray[np.bool_]

    @property
    def is_clean(self) -> bool:
        return not (self.negative.any() or self.weak.any())


def screen_discriminations(items: ItemParameters, *, minimum: float = 0.3) -> ItemScreen:
    """Flag items to look at before use: negative slopes, and slopes from 0 to `minimum`."""
    return ItemScreen(items.slopes < 0, (items.slopes >= 0) & (items.slopes < minimum))


def _grid(nodes: npt.ArrayLike) -> FloatArray:
    grid = np.array(nodes, dtype=np.float64)
    if (
        grid.ndim != 1
        or len(grid) < 5
        or not np.allclose(np.diff(grid), grid[1] - grid[0])
        or grid[1] <= grid[0]
    ):
        raise ResponsesError("nodes must be at least five equally spaced, rising values")
    grid.setflags(write=False)
    return grid


def _free_parameters(codes: CodeArray, *, model: Model, groups: npt.ArrayLike | None) -> FreeParameters:
    highest = codes.max(axis=0)
    answered = codes >= 0
    if (highest < 1).any() or ((codes == highest) | ~answered).all(axis=0).any():
        items = np.flatnonzero((highest < 1) | ((codes == highest) | ~answered).all(axis=0))
        raise ResponsesError(f"everybody scored the same, or nobody answered, on items {items.tolist()}")
    if model is not Model.GRADED and highest.max() > 1:
        raise ResponsesError(f"the {model} model takes scores 0 and 1; several steps need the graded model")
    for score in range(1, int(highest.max())):
        empty = (highest > score) & ~(codes == score).any(axis=0)
        if empty.any():
            raise ResponsesError(
                f"nobody scored {score} on items {np.flatnonzero(empty).tolist()}: merge the steps"
            )
    guessing = np.full(len(highest), model is Model.THREE_PARAMETER)
    group_count = 1 if groups is None else int(np.max(np.asarray(groups))) + 1
    return FreeParameters(model, highest.astype(np.int64), guessing, group_count)


@dataclass(frozen=True, slots=True)
class _Fit:
    table: ResponseTable
    free: FreeParameters
    priors: Priors
    nodes: FloatArray

    def rest(self, settings: Settings) -> FixedPoint:
        """Large tables start on a thinned table and in single precision; the last steps are always exact."""
        point, evaluations, rows = self._start(), 0, len(self.table.codes)
        if rows >= 4 * _START_ROWS:
            every = rows // _START_ROWS
            few = _Fit(self.table.thinned(every=every), self.free, self.priors, self.nodes)
            point = few._settle(point, np.float32, _SINGLE_PRECISION_TOLERANCE * 10, settings.limit).point
        if self.table.codes.size >= _SINGLE_PRECISION_CELLS:
            coarse = max(_SINGLE_PRECISION_TOLERANCE, settings.tolerance)
            rest = self._settle(point, np.float32, coarse, settings.limit)
            point, evaluations = rest.point, rest.evaluations
        rest = self._settle(point, np.float64, settings.tolerance, settings.limit)
        return FixedPoint(rest.point, rest.objective, rest.evaluations + evaluations, rest.converged)

    def _settle(self, point: FloatArray, kind: FloatKind, tolerance: float, limit: int) -> FixedPoint:
        return fixed_point(
            point,
            step=lambda at: self._step(at, kind=kind),
            is_possible=self.free.are_possible,
            tolerance=tolerance,
            limit=limit,
            noise=_DOUBLE_NOISE if kind is np.float64 else _SINGLE_NOISE,
        )

    def _step(self, point: FloatArray, *, kind: FloatKind) -> tuple[FloatArray, float]:
        state = self.free.state(point)
        items = self.free.items(state)
        expected = pass_over(
            self.table,
            log_probabilities=log_category_probabilities(
                items, nodes=self.nodes, categories=self.table.categories
            ),
            log_prior=normal_log_prior(
                self.nodes, mean=state.means, standard_deviation=np.exp(state.log_spreads)
            ),
            kind=kind,
        )
        rounds = 2 if self.free.model in (Model.ONE_PARAMETER, Model.TWO_PARAMETER) else 4
        better = maximise(
            state, expected=expected, nodes=self.nodes, free=self.free, priors=self.priors, rounds=rounds
        )
        objective = expected.log_likelihood + log_prior_density(items, free=self.free, priors=self.priors)
        return better.vector(), objective

    def _start(self) -> FloatArray:
        """Slopes from item–rest correlations with their sign, intercepts from the share at or above each step."""
        codes, weights = self.table.codes, self.table.weights
        answered = codes >= 0
        mass = weights @ answered
        shares = np.stack(
            [weights @ (codes >= step) / mass for step in range(1, self.free.width - 1)], axis=1
        )
        shares = np.clip(shares, 0.01, 0.99)
        logits = np.log(shares / (1 - shares))
        slopes = _starting_slopes(codes, weights=weights, answered=answered)
        if self.free.model is Model.ONE_PARAMETER:
            slopes = np.full_like(slopes, max(float(slopes.mean()), 0.3))
        steps = np.where(self.free.item_mask[:, 1:-1], logits * np.sqrt(1 + slopes[:, None] ** 2 / 3), 0.0)
        steps = np.where(self.free.item_mask[:, 1:-1], steps - 1e-3 * np.arange(steps.shape[1]), 0.0)
        guesses = np.where(self.free.guessing, np.log(0.15 / 0.85), 0.0)
        groups = np.zeros(self.free.group_count)
        return State(slopes, steps, guesses, groups, groups.copy()).vector()


def _starting_slopes(codes: CodeArray, *, weights: FloatArray, answered: npt.NDArray[np.bool_]) -> FloatArray:
    every = max(1, len(codes) // _START_ROWS)
    codes, weights, answered = codes[::every], weights[::every], answered[::every]
    means = weights @ np.where(answered, codes, 0) / np.maximum(weights @ answered, 1e-12)
    deviations = np.where(answered, codes - means, 0.0)
    deviations /= np.sqrt(np.maximum(weights @ deviations**2 / np.maximum(weights @ answered, 1e-12), 1e-12))
    rest = (deviations.sum(axis=1, keepdims=True) - deviations) / np.sqrt(
        np.maximum(answered.sum(axis=1, keepdims=True) - 1, 1)
    )
    spread = np.sqrt(weights @ (rest**2 * answered) / np.maximum(weights @ answered, 1e-12))
    correlation = (
        weights @ (deviations * rest) / np.maximum(weights @ answered, 1e-12) / np.maximum(spread, 1e-12)
    )
    correlation = np.clip(correlation * 1.3, -0.8, 0.8)
    return np.asarray(1.7 * correlation / np.sqrt(1 - correlation**2))
