"""Linking: put the items of a new calibration on the scale of an old one, θ_old = A θ_new + B.

Kolen & Brennan 2014, Test Equating, Scaling, and Linking, ch. 6. All functions take the anchor items in the same order
in both forms. On the old scale a becomes a/A, d becomes d − aB/A (hence b becomes Ab + B), c stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import StatisticsError
from literacy_stats.irt.items import FloatArray, ItemParameters, category_probabilities, expected_scores

LINKING_NODES: FloatArray = np.linspace(-4.0, 4.0, 81)
LINKING_NODES.setflags(write=False)


class LinkingError(StatisticsError):
    """Anchor items that fit no common scale."""


@dataclass(frozen=True, slots=True)
class Link:
    """θ_old = slope · θ_new + intercept (the A and B of the books)."""

    slope: float
    intercept: float

    def items(self, new: ItemParameters) -> ItemParameters:
        """The new items on the old scale."""
        slopes = new.slopes / self.slope
        return ItemParameters(slopes, new.step_intercepts - (slopes * self.intercept)[:, None], new.guessing)

    def theta(self, values: npt.ArrayLike) -> FloatArray:
        return np.asarray(self.slope * np.asarray(values, dtype=np.float64) + self.intercept)


def mean_mean(new: ItemParameters, *, old: ItemParameters) -> Link:
    """A from the mean slopes, B from the mean thresholds (Loyd & Hoover 1980)."""
    _refuse_unequal(new, old)
    slope = float(new.slopes.mean() / old.slopes.mean())
    return _through_means(slope, new=new, old=old)


def mean_sigma(new: ItemParameters, *, old: ItemParameters) -> Link:
    """A from the standard deviations of the thresholds, B from their means (Marco 1977)."""
    _refuse_unequal(new, old)
    if len(_thresholds(new)) < 2:
        raise LinkingError("the standard deviation of thresholds needs two of them")
    return _through_means(float(_thresholds(old).std() / _thresholds(new).std()), new=new, old=old)


def haebara(
    new: ItemParameters,
    *,
    old: ItemParameters,
    nodes: FloatArray = LINKING_NODES,
    node_weights: npt.ArrayLike | None = None,
) -> Link:
    """Least squares between the category curves of each item, on the old scale (Haebara 1980).

    nodes: (Q,) on the old scale; node_weights: (Q,), N(0, 1) densities by default. Raises LinkingError where the
    search does not settle at a positive A.
    """
    _refuse_unequal(new, old)
    target, weights = category_probabilities(old, theta=nodes)[:, 1:], _node_weights(nodes, node_weights)

    def residuals(link: Link) -> FloatArray:
        curves = category_probabilities(link.items(new), theta=nodes)[:, 1:]
        return np.asarray(((target - curves) * np.sqrt(weights)).ravel())

    return _least_squares(residuals, start=mean_mean(new, old=old))


def stocking_lord(
    new: ItemParameters,
    *,
    old: ItemParameters,
    nodes: FloatArray = LINKING_NODES,
    node_weights: npt.ArrayLike | None = None,
) -> Link:
    """Least squares between the expected scores of all anchors together (Stocking & Lord 1983, APM 7:201)."""
    _refuse_unequal(new, old)
    target, weights = expected_scores(old, theta=nodes).sum(axis=0), _node_weights(nodes, node_weights)

    def residuals(link: Link) -> FloatArray:
        curve = expected_scores(link.items(new), theta=nodes).sum(axis=0)
        return np.asarray((target - curve) * np.sqrt(weights))

    return _least_squares(residuals, start=mean_mean(new, old=old))


@dataclass(frozen=True, slots=True)
class LinkError:
    """Jackknife over anchors. intercept, slope: standard errors; at(θ) is the error of a linked θ."""

    slope: float
    intercept: float
    covariance: float

    def at(self, theta: npt.ArrayLike) -> FloatArray:
        values = np.asarray(theta, dtype=np.float64)
        variance = self.intercept**2 + values**2 * self.slope**2 + 2 * values * self.covariance
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def jackknife_link_error(
    new: ItemParameters,
    *,
    old: ItemParameters,
    method: Callable[[ItemParameters, ItemParameters], Link],
) -> LinkError:
    """Leave out one anchor at a time: how much the link depends on which anchors were chosen (Monseur & Berezner 2007).

    method: a function of (new, old), such as `lambda new, old: stocking_lord(new, old=old)`.
    """
    _refuse_unequal(new, old)
    count = len(new)
    if count < 3:
        raise LinkingError("a jackknife over anchors needs three of them")
    everyone = np.arange(count)
    links = [method(new.take(everyone != left), old.take(everyone != left)) for left in range(count)]
    deviations = np.array([(link.slope, link.intercept) for link in links])
    deviations -= deviations.mean(axis=0)
    products = (count - 1) / count * deviations.T @ deviations
    return LinkError(float(np.sqrt(products[0, 0])), float(np.sqrt(products[1, 1])), float(products[0, 1]))


@dataclass(frozen=True, slots=True)
class DriftScreen:
    """(J,) robust z of log slope ratios and of difficulty shifts, and the anchors that either one rejects."""

    slope_z: FloatArray
    difficulty_z: FloatArray
    drifted: npt.NDArray[np.bool_]


def robust_z_drift(new: ItemParameters, *, old: ItemParameters, limit: float = 2.7) -> DriftScreen:
    """Anchors that moved against the others between two calibrations: z = (x − median) / (0.74 · IQR).

    x is log(a_old / a_new) and then b_old − A·b_new with A from the anchors whose slopes held. Huynh & Meyer 2010,
    PARE 15:2. Raises LinkingError for graded items or anchors with slopes not above 0.
    """
    _refuse_unequal(new, old)
    if not (new.are_dichotomous and old.are_dichotomous) or min(new.slopes.min(), old.slopes.min()) <= 0:
        raise LinkingError("the drift screen takes dichotomous anchors with positive slopes")
    slope_z = _robust_z(np.log(old.slopes / new.slopes))
    held = np.abs(slope_z) <= limit
    scale = np.exp(np.log(new.slopes[held] / old.slopes[held]).mean())
    difficulty_z = _robust_z(old.difficulties - scale * new.difficulties)
    return DriftScreen(slope_z, difficulty_z, ~held | (np.abs(difficulty_z) > limit))


def _robust_z(values: FloatArray) -> FloatArray:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    spread = 0.74 * (high - low)
    return np.asarray((values - middle) / max(float(spread), 1e-12))


def _refuse_unequal(new: ItemParameters, old: ItemParameters) -> None:
    if not np.array_equal(new.step_counts, old.step_counts):
        raise LinkingError("the anchors must be the same items in the same order in both calibrations")


def _thresholds(items: ItemParameters) -> FloatArray:
    values = items.thresholds[~np.isnan(items.step_intercepts)]
    if not np.isfinite(values).all():
        raise LinkingError("an anchor with a slope of zero has no difficulty")
    return np.asarray(values)


def _through_means(slope: float, *, new: ItemParameters, old: ItemParameters) -> Link:
    if not slope > 0:
        raise LinkingError("the anchors' slopes give no positive A: look for mis-keyed items")
    return Link(slope, float(_thresholds(old).mean() - slope * _thresholds(new).mean()))


def _node_weights(nodes: FloatArray, given: npt.ArrayLike | None) -> FloatArray:
    weights = np.exp(-0.5 * nodes**2) if given is None else np.asarray(given, dtype=np.float64)
    if weights.shape != nodes.shape or (weights < 0).any() or weights.sum() <= 0:
        raise LinkingError("give one weight of 0 or more per node")
    return np.asarray(weights / weights.sum())


def _least_squares(residuals: Callable[[Link], FloatArray], *, start: Link) -> Link:
    """Levenberg–Marquardt on (log A, B), which keeps A positive."""
    at, damping = np.array([np.log(start.slope), start.intercept]), 1e-3
    errors = residuals(_link(at))
    for _ in range(200):
        jacobian = _differences(residuals, at)
        normal = jacobian.T @ jacobian
        step = -np.linalg.solve(normal + damping * np.diag(np.diag(normal)), jacobian.T @ errors)
        moved = residuals(_link(at + step))
        if moved @ moved > errors @ errors:
            if damping > 1e8:
                return _link(at)
            damping *= 10
            continue
        at, errors, damping = at + step, moved, damping / 10
        if np.abs(step).max() < 1e-12:
            return _link(at)
    raise LinkingError("the search for the link did not settle")


def _differences(residuals: Callable[[Link], FloatArray], at: FloatArray) -> FloatArray:
    size = 1e-6
    columns = [
        (residuals(_link(at + direction)) - residuals(_link(at - direction))) / (2 * size)
        for direction in np.eye(2) * size
    ]
    return np.stack(columns, axis=1)


def _link(at: FloatArray) -> Link:
    return Link(float(np.exp(at[0])), float(at[1]))
