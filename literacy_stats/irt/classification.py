"""How sure a classification at cuts is: expected accuracy and consistency, overall and by cut."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.irt.distributions import normal_distribution
from literacy_stats.irt.items import FloatArray


class ClassificationError(StatisticsError):
    """Estimates and cuts that cannot be classified."""


@dataclass(frozen=True, slots=True)
class Classification:
    """table: (K + 1, K + 1) expected shares, rows true class, columns assigned class.

    accuracy: share assigned to the true class; consistency: share that two parallel sittings would assign alike;
    kappa: consistency beyond chance; false_positive and false_negative: shares assigned too high and too low.
    """

    table: FloatArray
    accuracy: float
    consistency: float
    kappa: float
    false_positive: float
    false_negative: float


def rudner_classification(
    estimates: npt.ArrayLike,
    *,
    standard_errors: npt.ArrayLike,
    cuts: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> Classification:
    """Expected classification when θ given the estimate is N(θ̂, se²) (Rudner 2001, 2005, PARE 10:13).

    estimates, standard_errors: (n,) of ML, WLE or MAP scores; cuts: (K,) rising θ; weights: (n,). For posteriors on a
    grid use `posterior_classification`. Raises ClassificationError for errors that are not positive and finite.
    """
    values, errors = np.asarray(estimates, dtype=np.float64), np.asarray(standard_errors, dtype=np.float64)
    if values.ndim != 1 or values.shape != errors.shape or not np.isfinite(values).all():
        raise ClassificationError("give one finite estimate and one standard error per person")
    if not (np.isfinite(errors) & (errors > 0)).all():
        raise ClassificationError("standard errors must be positive and finite")
    edges = _edges(cuts)
    below = normal_distribution((edges - values[:, None]) / errors[:, None])
    shares = np.diff(np.concatenate([np.zeros((len(values), 1)), below, np.ones((len(values), 1))], axis=1))
    assigned = np.searchsorted(edges, values, side="right")
    return _summary(shares, assigned=assigned.astype(np.intp), weights=weights)


def posterior_classification(
    shares: npt.ArrayLike, *, weights: npt.ArrayLike | None = None
) -> Classification:
    """Expected classification from posterior class probabilities (n, K + 1), each person put in the likeliest class.

    Consistency treats a second sitting as a draw from the same class probabilities, which is a lower bound.
    """
    chances = np.asarray(shares, dtype=np.float64)
    if chances.ndim != 2 or chances.shape[1] < 2 or not np.allclose(chances.sum(axis=1), 1.0, atol=1e-6):
        raise ClassificationError("give class probabilities that add up to one per person")
    return _summary(chances, assigned=chances.argmax(axis=1), weights=weights)


def _edges(cuts: npt.ArrayLike) -> FloatArray:
    edges = np.atleast_1d(np.asarray(cuts, dtype=np.float64))
    if edges.ndim != 1 or not len(edges) or not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        raise ClassificationError("cuts must be finite and rise")
    return edges


def _summary(
    shares: FloatArray, *, assigned: npt.NDArray[np.intp], weights: npt.ArrayLike | None
) -> Classification:
    mass = np.ones(len(shares)) if weights is None else np.asarray(weights, dtype=np.float64)
    if mass.shape != (len(shares),) or (mass < 0).any() or mass.sum() <= 0:
        raise ClassificationError("give one weight of 0 or more per person")
    mass = mass / mass.sum()
    table = np.zeros((shares.shape[1], shares.shape[1]))
    np.add.at(table.T, assigned, mass[:, None] * shares)
    consistency = float(mass @ (shares**2).sum(axis=1))
    chance = float(((mass @ shares) ** 2).sum())
    return Classification(
        table=table,
        accuracy=float(np.trace(table)),
        consistency=consistency,
        kappa=(consistency - chance) / (1 - chance) if chance < 1 else 1.0,
        false_positive=float(np.triu(table, 1).sum()),
        false_negative=float(np.tril(table, -1).sum()),
    )
