"""Weighted marginal maximum likelihood for 1PL, 2PL, 3PL and graded response items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.acceleration import FixedPoint, fixed_point
from literacy_stats.irt.items import FloatArray, ItemParameters
from literacy_stats.irt.maximisation import maximise
from literacy_stats.irt.parameters import (
    Beta,
    FreeParameters,
    Model,
    Normal,
    Priors,
    log_prior_density,
)
from literacy_stats.irt.polishing import polish
from literacy_stats.irt.responses import CodeArray, ResponsesError, ResponseTable, response_codes, tabulate
from literacy_stats.irt.scores import Point
from literacy_stats.irt.starting import starting_point

DEFAULT_NODES: FloatArray = np.linspace(-6.0, 6.0, 61)
DEFAULT_NODES.setflags(write=False)
_START_ROWS = 4_000
_START_TOLERANCE = 1e-3
_OBJECTIVE_NOISE = 1e-12


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
        """Large tables start on a thinned one and finish by Newton steps; SQUAREM has the last word where those fail."""
        rows = len(self.table.codes)
        if rows < 4 * _START_ROWS:
            return self._settle(
                starting_point(self.table, free=self.free), settings.tolerance, settings.limit
            )
        thinned = self.table.thinned(every=rows // _START_ROWS)
        few = self._on(thinned)
        polished = polish(
            few._settle(starting_point(thinned, free=self.free), _START_TOLERANCE, settings.limit).point,
            table=self.table,
            thinned=thinned.thinned(every=2),
            free=self.free,
            nodes=self.nodes,
            priors=self.priors,
            tolerance=settings.tolerance,
        )
        if polished.converged:
            return polished
        rest = self._settle(polished.point, settings.tolerance, settings.limit)
        return FixedPoint(rest.point, rest.objective, rest.evaluations + polished.evaluations, rest.converged)

    def _on(self, table: ResponseTable) -> _Fit:
        """The same fit to fewer rows, with weak priors so that a rare answer cannot run away."""
        priors = Priors(
            slopes=self.priors.slopes or Normal(0.8, 2.0),
            intercepts=self.priors.intercepts or Normal(0.0, 4.0),
            guessing=self.priors.guessing or Beta(2.0, 5.0),
        )
        return _Fit(table, self.free, priors, self.nodes)

    def _settle(self, point: FloatArray, tolerance: float, limit: int) -> FixedPoint:
        return fixed_point(
            point,
            step=self._step,
            is_possible=self.free.are_possible,
            tolerance=tolerance,
            limit=limit,
            noise=_OBJECTIVE_NOISE,
        )

    def _step(self, vector: FloatArray) -> tuple[FloatArray, float]:
        point = Point(self.free.state(vector), self.free, self.nodes, self.table.categories)
        expected = point.expected(self.table, kind=np.float64)
        rounds = 2 if self.free.model in (Model.ONE_PARAMETER, Model.TWO_PARAMETER) else 4
        better = maximise(
            point.state,
            expected=expected,
            nodes=self.nodes,
            free=self.free,
            priors=self.priors,
            rounds=rounds,
        )
        objective = expected.log_likelihood + log_prior_density(
            self.free.items(point.state), free=self.free, priors=self.priors
        )
        return better.vector(), objective
