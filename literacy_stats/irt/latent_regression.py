"""The population model of one wave: θ ~ N(Xβ, σ²), fitted with survey weights while the items stay fixed.

Respondents with the same x share their prior, so for them the sums over the grid are one matrix product of their
likelihoods with a few columns. That makes a fit a matter of milliseconds and lets it run anew inside every replicate.
Mislevy 1984, Psychometrika 49:359; Mislevy, Beaton, Kaplan & Sheehan 1992; Cohen & Jiang 1999.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.irt.calibration import DEFAULT_NODES
from literacy_stats.irt.items import FloatArray, IntArray, ItemParameters
from literacy_stats.irt.likelihoods import log_likelihoods

_SMALLEST_SPREAD = 0.05
_RIDGE = 1e-9


class LatentRegressionError(StatisticsError):
    """A population model that the answers and covariates cannot determine."""


@dataclass(frozen=True, slots=True)
class LatentSample:
    """The respondents of a wave, prepared once. Build it with `latent_sample`.

    likelihoods: (n, Q) on the nodes, each row scaled to a maximum of 1, rows sorted by covariate cell; order: (n,) the
    respondent in each row; bounds: (C + 1,) rows of each cell; design: (C, p) the covariates of each cell;
    penalties: (p,) prior precision of each coefficient, 0 for a fixed effect, 1/τ² for a random one.
    """

    likelihoods: FloatArray
    order: IntArray
    bounds: IntArray
    design: FloatArray
    penalties: FloatArray
    nodes: FloatArray

    def __len__(self) -> int:
        return len(self.order)

    @property
    def cells(self) -> IntArray:
        """(n,) cell of each row."""
        return np.repeat(np.arange(len(self.design)), np.diff(self.bounds))


def latent_sample(
    responses: npt.ArrayLike,
    *,
    items: ItemParameters,
    covariates: npt.ArrayLike,
    penalties: npt.ArrayLike | None = None,
    nodes: FloatArray = DEFAULT_NODES,
) -> LatentSample:
    """Likelihoods and covariate cells of a wave.

    responses: (n, J) as for `calibrate`; covariates: (n, p) including the constant, with every variable by which
    results will be reported; penalties: (p,) prior precisions for random effects. Raises LatentRegressionError where
    the covariates have other lengths, are not finite or are linearly dependent without a penalty.
    """
    matrix = np.asarray(covariates, dtype=np.float64)
    logs = log_likelihoods(responses, items=items, nodes=nodes)
    if matrix.ndim != 2 or len(matrix) != len(logs) or not np.isfinite(matrix).all():
        raise LatentRegressionError("covariates must be a finite table with a row per respondent")
    precision = np.zeros(matrix.shape[1]) if penalties is None else np.asarray(penalties, dtype=np.float64)
    if precision.shape != (matrix.shape[1],) or (precision < 0).any():
        raise LatentRegressionError("give one penalty of 0 or more per covariate")
    design, cell = np.unique(matrix, axis=0, return_inverse=True)
    if np.linalg.matrix_rank(design.T @ design + np.diag(precision)) < matrix.shape[1]:
        raise LatentRegressionError("covariates are linearly dependent: drop one or give it a penalty")
    order = np.argsort(cell.ravel(), kind="stable")
    scaled = np.exp(logs[order] - logs[order].max(axis=1, keepdims=True))
    bounds = np.searchsorted(cell.ravel()[order], np.arange(len(design) + 1))
    return LatentSample(scaled, order, bounds.astype(np.int64), design, precision, np.asarray(nodes))


@dataclass(frozen=True, slots=True)
class LatentRegression:
    """One or more fits: coefficients (p, R), spreads σ (R,), the R being the columns of weights."""

    coefficients: FloatArray
    spreads: FloatArray
    iterations: int
    converged: bool


def fit_latent_regression(
    sample: LatentSample,
    *,
    weights: npt.ArrayLike,
    start: LatentRegression | None = None,
    tolerance: float = 1e-6,
    limit: int = 200,
) -> LatentRegression:
    """Weighted marginal maximum likelihood of β and σ, for one vector of weights (n,) or for R replicates (n, R) at once.

    start: a fit to begin from, such as the one with the full-sample weights. Newton steps on (β, log σ), EM steps
    where those would not climb. Raises LatentRegressionError for weights of other lengths or negative ones. A fit
    that does not settle within `limit` iterations has `converged` False.
    """
    mass = replicate_weights(weights, count=len(sample))[sample.order]
    coefficients, logs = _beginning(sample, start=start, columns=mass.shape[1])
    for iteration in range(1, limit + 1):
        sums = _cell_sums(sample, mass=mass, coefficients=coefficients, log_spreads=logs)
        change, turn = _steps(sample, sums, coefficients=coefficients, log_spreads=logs)
        coefficients = coefficients + change
        logs = np.maximum(logs + turn, np.log(_SMALLEST_SPREAD))
        if max(float(np.abs(change).max()), float(np.abs(turn).max())) <= tolerance:
            return LatentRegression(coefficients, np.exp(logs), iteration, converged=True)
    return LatentRegression(coefficients, np.exp(logs), limit, converged=False)


def replicate_weights(weights: npt.ArrayLike, *, count: int) -> FloatArray:
    """Weights (n,) or (n, R) as (n, R) columns that add up to n."""
    mass = np.asarray(weights, dtype=np.float64)
    mass = mass[:, None] if mass.ndim == 1 else mass
    if mass.ndim != 2 or len(mass) != count:
        raise LatentRegressionError("give one weight, or one row of replicate weights, per respondent")
    if not np.isfinite(mass).all() or (mass < 0).any() or (mass.sum(axis=0) <= 0).any():
        raise LatentRegressionError("weights must be finite, not negative and not all zero")
    # The scale of the weights must not matter against the penalties: they count respondents.
    return np.asarray(mass * (count / mass.sum(axis=0)))


def _beginning(
    sample: LatentSample, *, start: LatentRegression | None, columns: int
) -> tuple[FloatArray, FloatArray]:
    if start is None:
        return np.zeros((sample.design.shape[1], columns)), np.zeros(columns)
    coefficients = np.broadcast_to(start.coefficients, (sample.design.shape[1], columns))
    return coefficients, np.broadcast_to(np.log(start.spreads), columns)


def cells_of(sample: LatentSample) -> list[tuple[int, slice]]:
    """The cells with their rows."""
    bounds = sample.bounds.tolist()
    return [(cell, slice(bounds[cell], bounds[cell + 1])) for cell in range(len(sample.design))]


@dataclass(frozen=True, slots=True)
class _Sums:
    """(C, R) weighted sums over the respondents of each cell; z = (θ − xβ)/σ under the posterior.

    weight: Σw; mean: Σw E z; square: Σw E z²; spread: Σw Var z; skew: Σw Cov(z, z²); kurtosis: Σw Var z².
    """

    weight: FloatArray
    mean: FloatArray
    square: FloatArray
    spread: FloatArray
    skew: FloatArray
    kurtosis: FloatArray


def _cell_sums(
    sample: LatentSample, *, mass: FloatArray, coefficients: FloatArray, log_spreads: FloatArray
) -> _Sums:
    columns = mass.shape[1]
    sums = np.empty((6, len(sample.design), columns))
    spreads = np.exp(log_spreads)
    for cell, rows in cells_of(sample):
        z = (sample.nodes[:, None] - sample.design[cell] @ coefficients) / spreads
        powers = np.exp(-0.5 * z**2) * np.stack([z**0, z, z**2, z**3, z**4])
        moments = sample.likelihoods[rows] @ powers.transpose(1, 0, 2).reshape(len(z), -1)
        total, first, second, third, fourth = moments.reshape(-1, 5, columns).transpose(1, 0, 2)
        weight = mass[rows] / total
        mean, square = first / total, second / total
        sums[0, cell] = mass[rows].sum(axis=0)
        sums[1, cell] = (weight * first).sum(axis=0)
        sums[2, cell] = (weight * second).sum(axis=0)
        sums[3, cell] = sums[2, cell] - (weight * first * mean).sum(axis=0)
        sums[4, cell] = (weight * third).sum(axis=0) - (weight * first * square).sum(axis=0)
        sums[5, cell] = (weight * fourth).sum(axis=0) - (weight * second * square).sum(axis=0)
    return _Sums(*sums)


def _steps(
    sample: LatentSample, sums: _Sums, *, coefficients: FloatArray, log_spreads: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Newton steps of β (p, R) and log σ (R,), replaced by EM steps where they are long or would not climb."""
    design, spreads = sample.design, np.exp(log_spreads)
    gradient = design.T @ (sums.mean / spreads) - sample.penalties[:, None] * coefficients
    slope = (sums.square - sums.weight).sum(axis=0)
    products = design[:, :, None] * design[:, None, :]
    # A trace of ridge, for replicates in which nobody has one of the covariates.
    penalty = np.diag(sample.penalties + _RIDGE * len(sample))[:, :, None]
    known = np.einsum("cpq,cr->pqr", products, sums.weight / spreads**2) + penalty
    missing = np.einsum("cpq,cr->pqr", products, sums.spread / spreads**2)
    cross = design.T @ ((2 * sums.mean - sums.skew) / spreads)
    corner = (2 * sums.square - sums.kurtosis).sum(axis=0)
    whole = np.concatenate(
        [
            np.concatenate([known - missing, cross[:, None]], axis=1),
            np.concatenate([cross[None], corner[None, None]], axis=1),
        ]
    ).transpose(2, 0, 1)
    newton, is_good = _newton(whole, np.concatenate([gradient, slope[None]]).T)
    em = np.linalg.solve(known.transpose(2, 0, 1), gradient.T[:, :, None])[:, :, 0]
    turn = 0.5 * np.log(sums.square.sum(axis=0) / sums.weight.sum(axis=0))
    step = np.where(is_good[:, None], newton, np.concatenate([em, turn[:, None]], axis=1))
    return step[:, :-1].T, step[:, -1]


def _newton(information: FloatArray, gradient: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    values = np.linalg.eigvalsh(information)
    solvable = values[:, 0] > 1e-8 * values[:, -1]
    safe = np.where(solvable[:, None, None], information, np.eye(information.shape[1]))
    step = np.linalg.solve(safe, gradient[:, :, None])[:, :, 0]
    is_good: npt.NDArray[np.bool_] = solvable & (np.abs(step).max(axis=1) < 0.5)
    return np.asarray(step, dtype=np.float64), is_good
