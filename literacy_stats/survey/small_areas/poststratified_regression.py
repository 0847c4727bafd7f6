"""Post-stratification: what a fitted model says of each cell, added up by the people who live there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.small_areas.laplace import fixed_columns, term_places
from literacy_stats.survey.small_areas.model import (
    FloatArray,
    ModelError,
    MultilevelModel,
    PopulationCells,
)
from literacy_stats.survey.small_areas.multilevel import FitPoint, MultilevelFit

# To average a probability over an effect nobody has observed; nine points are exact to 1e-4 for deviations up to 1.5.
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
_NODE_WEIGHTS = _NODE_WEIGHTS / _NODE_WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class AreaPosterior:
    """draws: (A, D) joint draws of the proportions of A areas. sizes: (A,) people."""

    draws: FloatArray
    sizes: FloatArray

    @property
    def estimates(self) -> FloatArray:
        return np.asarray(self.draws.mean(axis=1))

    @property
    def standard_errors(self) -> FloatArray:
        return np.asarray(self.draws.std(axis=1, ddof=1))

    @property
    def whole(self) -> FloatArray:
        """(D,) draws of the proportion of all areas together."""
        return np.asarray(self.sizes @ self.draws / self.sizes.sum())

    def intervals(self, confidence: float = 0.95) -> FloatArray:
        """(2, A) quantiles of the draws. Raises StatisticsError for a confidence outside (0, 1)."""
        if not 0 < confidence < 1:
            raise StatisticsError("a confidence lies between 0 and 1")
        tail = (1 - confidence) / 2
        return np.asarray(np.quantile(self.draws, [tail, 1 - tail], axis=1))


def poststratify(fit: MultilevelFit, *, population: PopulationCells) -> FloatArray:
    """(A,) proportions at the coefficients of the heaviest point: for `fit_at_mode`. Raises ModelError."""
    point = max(fit.points, key=lambda point: point.weight)
    found = _proportions(
        fit.model,
        coefficients=point.coefficients[:, None],
        deviations=point.deviations[:, None],
        population=population,
    )
    return found[:, 0]


def poststratify_draws(
    fit: MultilevelFit, *, population: PopulationCells, generator: np.random.Generator, count: int = 1000
) -> AreaPosterior:
    """Joint draws of the proportions: standard deviations, then coefficients, then cells added up by their sizes.

    Raises ModelError where the population lacks a column of a slope. Source: Park, Gelman & Bafumi 2004; Gao et al. 2021,
    Bayesian Analysis 16:719.
    """
    if count < 2:
        raise ModelError("a posterior needs at least two draws")
    weights = np.array([point.weight for point in fit.points])
    # Systematic shares: every point gets its weight's number of draws, but for one more or less.
    edges = np.floor(np.cumsum(weights) / weights.sum() * count + generator.random()).astype(int)
    shares = np.diff(np.concatenate([[0], np.minimum(edges[:-1], count), [count]]))
    drawn = [
        _drawn(point, generator=generator, count=share)
        for point, share in zip(fit.points, shares.tolist(), strict=True)
    ]
    deviations = np.repeat([point.deviations for point in fit.points], shares, axis=0).T
    sizes = np.bincount(population.areas, weights=population.sizes).astype(np.float64)
    draws = _proportions(
        fit.model,
        coefficients=np.concatenate(drawn, axis=1),
        deviations=deviations,
        population=population,
    )
    return AreaPosterior(draws, sizes)


def _drawn(point: FitPoint, *, generator: np.random.Generator, count: int) -> FloatArray:
    """(P, count) coefficients from their normal approximation."""
    factor = np.linalg.cholesky(point.precision)
    noise = generator.standard_normal((len(point.coefficients), count))
    return np.asarray(point.coefficients[:, None] + np.linalg.solve(factor.T, noise))


def _proportions(
    model: MultilevelModel, *, coefficients: FloatArray, deviations: FloatArray, population: PopulationCells
) -> FloatArray:
    """(A, D) from coefficients (P, D) and the standard deviations (T, D) they were drawn with."""
    fixed = fixed_columns(model, codes=population.codes, count=len(population.sizes))
    places = term_places(model, codes=population.codes)
    unknown = [place is None for place in places]
    spread = np.sqrt(np.sum(deviations[unknown] ** 2, axis=0))
    known = [place for place in places if place is not None]
    order = np.argsort(population.areas, kind="stable")
    bounds = np.searchsorted(population.areas[order], np.arange(population.area_count + 1))
    found = np.empty((population.area_count, coefficients.shape[1]))
    for area in range(population.area_count):
        # One area at a time, so that its cells by draws stay in the cache.
        rows = order[bounds[area] : bounds[area + 1]]
        line = fixed[rows] @ coefficients[: fixed.shape[1]]
        for place in known:
            line += coefficients[place[rows]]
        chances = _averaged(line, spread=spread) if any(unknown) else _expit(line)
        found[area] = population.sizes[rows] @ chances / population.sizes[rows].sum()
    return found


def _averaged(line: FloatArray, *, spread: FloatArray) -> FloatArray:
    total = np.zeros_like(line)
    for node, weight in zip(_NODES, _NODE_WEIGHTS, strict=True):
        total += weight * _expit(line + node * spread)
    return total


def _expit(line: FloatArray) -> FloatArray:
    """In place, as the arrays are large."""
    np.negative(line, out=line)
    np.exp(line, out=line)
    line += 1
    return np.reciprocal(line, out=line)
