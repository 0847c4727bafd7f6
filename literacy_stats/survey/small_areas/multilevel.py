"""Fit a multilevel model: at the likeliest standard deviations, or integrated over what they might be."""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from literacy_stats.survey.small_areas.laplace import (
    CellDesign,
    Laplace,
    binomial_constant,
    cell_design,
    deviation_gradient,
    fixed_gradient,
    laplace,
    mode_response,
)
from literacy_stats.survey.small_areas.model import FloatArray, ModelError, MultilevelModel, OutcomeCells

# Log standard deviations outside this range are no different from the ends: no effect at all, or no pooling at all.
_LEAST, _MOST = -7.0, 3.0
_SPHERE = 1.1
_MOST_MOVES, _SMALL_MOVE = 20, 1e-7
_DROP_AT = np.sqrt(2.0)
_POINT_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class FitPoint:
    """The model at one set of standard deviations (T,): its weight, coefficients (P,) and their precision (P, P)."""

    weight: float
    deviations: FloatArray
    coefficients: FloatArray
    precision: FloatArray


@dataclass(frozen=True, slots=True)
class MultilevelFit:
    """points: one for a fit at the mode, several that stand for the posterior of the standard deviations otherwise.

    log_likelihood: the approximate marginal one at the mode, with the binomial constant.
    """

    model: MultilevelModel
    points: tuple[FitPoint, ...]
    log_likelihood: float

    @property
    def fixed(self) -> FloatArray:
        """(p,) intercept and slopes, averaged over the points."""
        weights = np.array([point.weight for point in self.points])
        return np.asarray(weights @ self._coefficients[:, : self.model.fixed_count])

    @property
    def deviations(self) -> FloatArray:
        """(T,) standard deviation of each varying term, averaged over the points."""
        return np.asarray(sum(point.weight * point.deviations for point in self.points))

    @property
    def _coefficients(self) -> FloatArray:
        return np.stack([point.coefficients for point in self.points])


@dataclass(frozen=True, slots=True)
class _Surface:
    """The log posterior of the log standard deviations; a search starts every Newton run where the last one ended."""

    design: CellDesign
    cells: OutcomeCells
    integrated_from: int
    prior_scale: float | None
    tolerance: float

    def at(self, log_deviations: FloatArray, *, start: FloatArray) -> Laplace:
        return laplace(
            self.design,
            cells=self.cells,
            log_deviations=np.clip(log_deviations, _LEAST, _MOST),
            start=start,
            integrated_from=self.integrated_from,
            tolerance=self.tolerance,
        )

    def height(self, found: Laplace, log_deviations: FloatArray) -> float:
        if self.prior_scale is None:
            return found.value
        return found.value + float(np.sum(log_deviations - 0.5 * self._squares(log_deviations)))

    def slope(self, found: Laplace, log_deviations: FloatArray) -> FloatArray:
        gradient = deviation_gradient(found, design=self.design, cells=self.cells)
        if self.prior_scale is None:
            return gradient
        return np.asarray(gradient + 1 - self._squares(log_deviations))

    def _squares(self, log_deviations: FloatArray) -> FloatArray:
        return np.asarray(np.exp(2 * log_deviations) / (self.prior_scale or 1.0) ** 2)


def fit_at_mode(model: MultilevelModel, *, cells: OutcomeCells) -> MultilevelFit:
    """Maximum likelihood: the standard deviations are taken as known, so intervals come out too short.

    Use it to compare with other programs; `fit_integrated` is for figures. Raises ModelError if nothing settles.
    """
    design = cell_design(model, cells=cells)
    surface = _Surface(design, cells, integrated_from=model.fixed_count, prior_scale=None, tolerance=1e-7)
    peak, found = _highest(surface, start=_start(design, cells=cells), precision=1e-5)
    found = _with_likeliest_slopes(found, surface=surface, log_deviations=peak)
    return _fitted(model, points=[(1.0, peak, found)], cells=cells, value=found.value)


def fit_integrated(model: MultilevelModel, *, cells: OutcomeCells, prior_scale: float = 1.0) -> MultilevelFit:
    """The posterior over the standard deviations, each half-normal with `prior_scale` on the scale of log odds.

    Laplace's approximation at every point of a central composite design around the mode (a grid for one or two terms),
    stretched on each side as the posterior falls. Raises ModelError if nothing settles.
    Source: Rue, Martino & Chopin 2009, JRSS B 71:319, section 6.5.
    """
    if not prior_scale > 0:
        raise ModelError("the prior of the standard deviations needs a scale above 0")
    design = cell_design(model, cells=cells)
    surface = _Surface(design, cells, integrated_from=0, prior_scale=prior_scale, tolerance=1e-4)
    peak, found = _highest(surface, start=_start(design, cells=cells), precision=1e-2)
    points = _integration_points(surface, peak=peak, found=found)
    return _fitted(model, points=points, cells=cells, value=found.value)


def _fitted(
    model: MultilevelModel,
    *,
    points: list[tuple[float, FloatArray, Laplace]],
    cells: OutcomeCells,
    value: float,
) -> MultilevelFit:
    kept = tuple(
        FitPoint(weight, np.exp(np.clip(place, _LEAST, _MOST)), found.mode, found.precision)
        for weight, place, found in points
    )
    return MultilevelFit(model, kept, value + binomial_constant(cells))


def _start(design: CellDesign, *, cells: OutcomeCells) -> FloatArray:
    successes, trials = float(cells.successes.sum()), float(cells.trials.sum())
    if not 0 < successes < trials:
        raise ModelError("every outcome is the same")
    start = np.zeros(design.size)
    start[0] = np.log(successes / (trials - successes))
    return start


def _highest(surface: _Surface, *, start: FloatArray, precision: float) -> tuple[FloatArray, Laplace]:
    """The log standard deviations where the surface is highest, by a quasi-Newton search with the exact gradient."""
    seen = [surface.at(np.full(surface.design.places.shape[0], np.log(0.5)), start=start)]

    def fall(place: FloatArray) -> tuple[float, FloatArray]:
        found = surface.at(place, start=seen[-1].mode)
        seen.append(found)
        return -surface.height(found, place), -surface.slope(found, place)

    minimize: Callable[..., object] = importlib.import_module("scipy.optimize").minimize
    terms = surface.design.places.shape[0]
    ended = minimize(
        fall,
        np.full(terms, np.log(0.5)),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_LEAST, _MOST)] * terms,
        options={"gtol": precision, "ftol": precision * 1e-6},
    )
    peak = np.asarray(ended.x, dtype=np.float64)  # type: ignore[attr-defined]
    return peak, surface.at(peak, start=seen[-1].mode)


def _with_likeliest_slopes(found: Laplace, *, surface: _Surface, log_deviations: FloatArray) -> Laplace:
    """Move the fixed coefficients from where all coefficients together are likeliest to where the integral is highest."""
    p = surface.design.fixed.shape[1]
    spread = np.linalg.inv(found.precision)[:p, :p]
    for _ in range(_MOST_MOVES):
        move = spread @ fixed_gradient(found, design=surface.design, cells=surface.cells)
        start = found.mode.copy()
        start[:p] += move
        found = laplace(
            surface.design,
            cells=surface.cells,
            log_deviations=np.clip(log_deviations, _LEAST, _MOST),
            start=start,
            integrated_from=surface.integrated_from,
            free_from=p,
        )
        if np.abs(move).max() < _SMALL_MOVE:
            break
    return found


def _integration_points(
    surface: _Surface, *, peak: FloatArray, found: Laplace
) -> list[tuple[float, FloatArray, Laplace]]:
    axes = _axes(surface, peak=peak, found=found)
    top = surface.height(found, peak)
    # From here on heights alone are needed, and the mode is nearly known from how it moves at the peak.
    surface = replace(surface, tolerance=_POINT_TOLERANCE)
    response = mode_response(found, design=surface.design) @ axes
    stretches = _stretches(surface, peak=peak, found=found, axes=axes, response=response)
    points = [(0.0, peak, found)]
    weights = [np.log(_centre_weight(len(peak))) + _log_volume(np.zeros(len(peak)), stretches)]
    for corner, weight in _design_points(len(peak)):
        step = corner * np.where(corner > 0, stretches[0], stretches[1])
        place = peak + axes @ step
        here = surface.at(place, start=found.mode + response @ step)
        points.append((0.0, place, here))
        weights.append(np.log(weight) + surface.height(here, place) - top + _log_volume(corner, stretches))
    shares = np.exp(np.array(weights) - max(weights))
    shares /= shares.sum()
    return [(float(share), place, here) for share, (_, place, here) in zip(shares, points, strict=True)]


def _axes(surface: _Surface, *, peak: FloatArray, found: Laplace) -> FloatArray:
    """Columns: the directions in which the posterior of the log standard deviations is independent, of unit deviation."""
    width, count = 0.1, len(peak)
    curvature = np.empty((count, count))
    level = surface.slope(found, peak)
    for term in range(count):
        aside = peak + width * np.eye(count)[term]
        here = surface.at(aside, start=found.mode)
        slope = surface.slope(here, aside) - level
        curvature[term] = -slope / width
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    return np.asarray(vectors / np.sqrt(np.maximum(values, 0.05)))


def _stretches(
    surface: _Surface, *, peak: FloatArray, found: Laplace, axes: FloatArray, response: FloatArray
) -> FloatArray:
    """(2, T) how much wider than the curvature says the posterior is on the upper and lower side of each axis."""
    stretches = np.ones((2, len(peak)))
    top = surface.height(found, peak)
    for (side, sign), axis in itertools.product(enumerate((1.0, -1.0)), range(len(peak))):
        step = sign * _DROP_AT
        place = peak + step * axes[:, axis]
        here = surface.at(place, start=found.mode + step * response[:, axis])
        drop = top - surface.height(here, place)
        stretches[side, axis] = 1 / np.sqrt(np.clip(drop, 0.1, 10.0))
    return stretches


def _design_points(count: int) -> list[tuple[FloatArray, float]]:
    """Points beside the centre and their weights for a standard normal: a grid for one or two terms, else a sphere."""
    if count <= 2:
        line = np.arange(-3.0, 3.01, 0.75)
        return [(np.array(z), 1.0) for z in itertools.product(line, repeat=count) if any(z)]
    radius = _SPHERE * np.sqrt(count)
    corners = np.array(list(itertools.product((-1.0, 1.0), repeat=count))) * _SPHERE
    stars = np.concatenate([np.eye(count), -np.eye(count)]) * radius
    sphere = np.concatenate([corners, stars])
    weight = np.exp(radius**2 / 2) / (len(sphere) * _SPHERE**2)
    return [(point, weight) for point in sphere]


def _centre_weight(count: int) -> float:
    return 1.0 if count <= 2 else 1 - 1 / _SPHERE**2


def _log_volume(corner: FloatArray, stretches: FloatArray) -> float:
    up, down = stretches
    return float(np.log(np.where(corner > 0, up, np.where(corner < 0, down, (up + down) / 2))).sum())
