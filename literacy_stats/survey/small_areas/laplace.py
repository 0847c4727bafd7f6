"""Laplace's approximation of a multilevel logistic model at given standard deviations, with its gradient.

Every cell has one level per term, so X'WX and the leverages are sums over pairs of terms by code and no design matrix
is built: a Newton step costs a few passes over the cells. Source: Breslow & Clayton 1993, JASA 88:9; Bates et al. 2015,
Journal of Statistical Software 67(1), for the approximation.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import numpy as np

from literacy_stats.survey.small_areas.model import (
    FloatArray,
    IntArray,
    ModelError,
    MultilevelModel,
    OutcomeCells,
)

_MOST_STEPS = 60


@dataclass(frozen=True, slots=True)
class CellDesign:
    """fixed: (C, p) intercept and slopes. places: (T, C) where each term's effect stands among all P coefficients.

    pairs: (T(T + 1)/2, C) places of the pairs of terms in the flattened P × P matrix, pair_counts how often each counts;
    crossings: those of two different terms. term_of: (P − p,) term of each effect.
    """

    fixed: FloatArray
    places: IntArray
    pairs: IntArray
    pair_counts: FloatArray
    crossings: IntArray
    term_of: IntArray
    size: int


@dataclass(frozen=True, slots=True)
class Laplace:
    """value: approximate log marginal likelihood. mode: (P,) coefficients. precision: (P, P) of their normal approximation.

    ridge: (P,) precision of the prior of each coefficient. mean: (C,) probability of each cell. integrated_from: as asked for.
    """

    value: float
    mode: FloatArray
    precision: FloatArray
    ridge: FloatArray
    mean: FloatArray
    integrated_from: int


def cell_design(model: MultilevelModel, *, cells: OutcomeCells) -> CellDesign:
    """Where each cell's effects stand. Raises ModelError for slopes that depend on each other."""
    fixed = fixed_columns(model, codes=cells.codes, count=len(cells.trials))
    if np.linalg.matrix_rank(fixed) < fixed.shape[1]:
        raise ModelError("the slopes depend on each other or on the intercept")
    places = np.stack(
        [place for place in term_places(model, codes=cells.codes) if place is not None], dtype=np.int64
    )
    size = model.fixed_count + sum(model.term_sizes)
    first, second = np.triu_indices(len(places))
    pairs = places[first] * size + places[second]
    return CellDesign(
        fixed=fixed,
        places=places,
        pairs=pairs,
        pair_counts=np.where(first == second, 1.0, 2.0),
        crossings=np.ascontiguousarray(pairs[first != second]),
        term_of=np.repeat(np.arange(len(places)), model.term_sizes),
        size=size,
    )


def fixed_columns(model: MultilevelModel, *, codes: object, count: int) -> FloatArray:
    """(C, p) the intercept and the number of each slope."""
    named: dict[str, IntArray] = dict(codes)  # type: ignore[call-overload]
    slopes = [np.asarray(slope.values, dtype=np.float64)[named[slope.column]] for slope in model.slopes]
    return np.column_stack([np.ones(count), *slopes])


def term_places(model: MultilevelModel, *, codes: object) -> list[IntArray | None]:
    """For each varying term the place of its effect, None where a column of it is missing."""
    named: dict[str, IntArray] = dict(codes)  # type: ignore[call-overload]
    offset, found = model.fixed_count, list[IntArray | None]()
    for term, size in zip(model.varying, model.term_sizes, strict=True):
        if all(name in named for name in term):
            place = np.ravel_multi_index(
                [named[name] for name in term], [model.levels[name] for name in term]
            )
            found.append(np.asarray(place + offset, dtype=np.int64))
        else:
            found.append(None)
        offset += size
    return found


def laplace(
    design: CellDesign,
    *,
    cells: OutcomeCells,
    log_deviations: FloatArray,
    start: FloatArray,
    integrated_from: int,
    tolerance: float = 1e-7,
    free_from: int = 0,
) -> Laplace:
    """The approximation with the standard deviations exp(log_deviations) (T,), coefficients sought from `start` (P,).

    integrated_from: 0 to integrate over all coefficients, p to integrate over the varying ones only (maximum likelihood).
    tolerance: how far from the mode the precision may be taken. free_from: p to hold the fixed coefficients at `start`.
    """
    p = design.fixed.shape[1]
    ridge = np.concatenate([np.zeros(p), np.exp(-2 * log_deviations)[design.term_of]])
    search = _Search(design, cells, ridge, tolerance, free_from)
    mode, precision, mean = _mode(search, start=start)
    levels = np.bincount(design.term_of)
    value = _penalised(search, mode=mode, line=_linear(design, mode)) - float(levels @ log_deviations)
    value -= 0.5 * float(np.linalg.slogdet(precision[integrated_from:, integrated_from:])[1])
    return Laplace(value, mode, precision, ridge, mean, integrated_from)


def deviation_gradient(found: Laplace, *, design: CellDesign, cells: OutcomeCells) -> FloatArray:
    """(T,) the derivative of the value by each log standard deviation."""
    p = design.fixed.shape[1]
    inverse = _integrated_inverse(found)
    penalty = found.ridge * found.mode**2
    pull = _transposed(design, _skewness(found, cells=cells) * _leverages(design, inverse=inverse))
    moved = np.linalg.solve(found.precision, pull) * 2 * found.ridge * found.mode
    by_effect = penalty[p:] - 0.5 * (moved[p:] - 2 * (found.ridge * np.diag(inverse))[p:])
    counted = np.bincount(design.term_of, weights=by_effect) - np.bincount(design.term_of)
    return np.asarray(counted, dtype=np.float64)


def mode_response(found: Laplace, *, design: CellDesign) -> FloatArray:
    """(P, T) how the mode moves with each log standard deviation: where to begin the search at other ones."""
    p = design.fixed.shape[1]
    pushes = np.zeros((len(found.mode), int(design.term_of.max()) + 1))
    pushes[np.arange(p, len(found.mode)), design.term_of] = (2 * found.ridge * found.mode)[p:]
    return np.asarray(np.linalg.solve(found.precision, pushes))


def fixed_gradient(found: Laplace, *, design: CellDesign, cells: OutcomeCells) -> FloatArray:
    """(p,) the derivative of the value by each fixed coefficient, the varying ones following to their mode."""
    p = design.fixed.shape[1]
    weighted = _skewness(found, cells=cells) * _leverages(design, inverse=_integrated_inverse(found))
    pull = _transposed(design, weighted)
    followed = np.linalg.solve(found.precision[p:, p:], pull[p:]) @ found.precision[p:, :p]
    straight = _transposed(design, cells.successes - cells.trials * found.mean)[:p]
    return np.asarray(straight - 0.5 * (pull[:p] - followed))


def binomial_constant(cells: OutcomeCells) -> float:
    """Σ log of the binomial coefficients, which other programs count in."""
    gammaln = importlib.import_module("scipy.special").gammaln
    n, y = cells.trials, cells.successes
    return float((gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1)).sum())


@dataclass(frozen=True, slots=True)
class _Search:
    design: CellDesign
    cells: OutcomeCells
    ridge: FloatArray
    tolerance: float
    free_from: int


def _mode(search: _Search, *, start: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    mode, height = start, -np.inf
    step = np.zeros_like(start)
    for _ in range(_MOST_STEPS):
        tried = mode + step
        line = _linear(search.design, tried)
        found = _penalised(search, mode=tried, line=line)
        if found < height - 1e-9 * abs(height):
            step = step / 2
            continue
        mode, height = tried, found
        step, precision, mean = _newton_step(search, mode=mode, line=line)
        if np.abs(step).max() < search.tolerance:
            return mode + step, precision, mean
    raise ModelError("the coefficients did not settle: is an outcome always yes or always no along a slope?")


def _newton_step(
    search: _Search, *, mode: FloatArray, line: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    cells, free = search.cells, search.free_from
    mean = 1 / (1 + np.exp(-line))
    expected = cells.trials * mean
    precision = _information(search.design, weights=expected * (1 - mean))
    precision[np.diag_indices_from(precision)] += search.ridge
    gradient = _transposed(search.design, cells.successes - expected) - search.ridge * mode
    step = np.zeros_like(mode)
    step[free:] = np.linalg.solve(precision[free:, free:], gradient[free:])
    return step, precision, mean


def _penalised(search: _Search, *, mode: FloatArray, line: FloatArray) -> float:
    """Log-likelihood and log prior of the coefficients, without their constants."""
    soft = np.maximum(line, 0) + np.log1p(np.exp(-np.abs(line)))
    fit = float(search.cells.successes @ line - search.cells.trials @ soft)
    return fit - 0.5 * float(search.ridge @ mode**2)


def _integrated_inverse(found: Laplace) -> FloatArray:
    first = found.integrated_from
    inverse = np.zeros_like(found.precision)
    inverse[first:, first:] = np.linalg.inv(found.precision[first:, first:])
    return inverse


def _skewness(found: Laplace, *, cells: OutcomeCells) -> FloatArray:
    """(C,) how fast the weight of a cell grows with its log odds."""
    return np.asarray(cells.trials * found.mean * (1 - found.mean) * (1 - 2 * found.mean))


def _linear(design: CellDesign, mode: FloatArray) -> FloatArray:
    return np.asarray(design.fixed @ mode[: design.fixed.shape[1]] + mode[design.places].sum(axis=0))


def _transposed(design: CellDesign, values: FloatArray) -> FloatArray:
    """X'v."""
    repeated = values[None, :].repeat(len(design.places), axis=0)
    sums = np.bincount(design.places.ravel(), weights=repeated.ravel(), minlength=design.size)
    found = sums.astype(np.float64, copy=False)
    found[: design.fixed.shape[1]] = design.fixed.T @ values
    return found


def _information(design: CellDesign, *, weights: FloatArray) -> FloatArray:
    """X'WX."""
    size, p = design.size, design.fixed.shape[1]
    repeated = weights[None, :].repeat(len(design.crossings), axis=0)
    counted = np.bincount(design.crossings.ravel(), weights=repeated.ravel(), minlength=size * size)
    upper = counted.astype(np.float64, copy=False).reshape(size, size)
    full = upper + upper.T
    sums = _transposed(design, weights)
    # Levels of one term never meet in a cell, so within a term there is only the diagonal.
    full[np.diag_indices(size)] = sums
    full[0] = full[:, 0] = sums
    for column in range(1, p):
        full[column] = full[:, column] = _transposed(design, weights * design.fixed[:, column])
    return full


def _leverages(design: CellDesign, *, inverse: FloatArray) -> FloatArray:
    """x_c' inverse x_c of every cell."""
    p = design.fixed.shape[1]
    varying = design.pair_counts @ inverse.ravel()[design.pairs]
    across = inverse[:, :p][design.places].sum(axis=0)
    return np.asarray(varying + ((design.fixed @ inverse[:p, :p] + 2 * across) * design.fixed).sum(axis=1))
