"""Standard errors of a calibration: observed information, cross-product, and the robust sandwich by cluster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.calibration import Calibration
from literacy_stats.irt.items import FloatArray
from literacy_stats.irt.parameters import FreeParameters, Model, State
from literacy_stats.irt.passes import FloatKind
from literacy_stats.irt.responses import ResponsesError, ResponseTable, response_codes, tabulate
from literacy_stats.irt.scores import Point, gradient, person_scores

_DIFFERENCE = 1e-4
_SINGLE_PRECISION_CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class CalibrationErrors:
    """covariance: (p, p) of the free parameters, items first: a, d_1 … d_K, logit c of each item, then group means and
    log standard deviations. The standard errors are NaN for what the model fixes; guessing is in units of c.
    """

    covariance: FloatArray
    slopes: FloatArray
    step_intercepts: FloatArray
    guessing: FloatArray
    group_means: FloatArray
    group_standard_deviations: FloatArray


def observed_information_errors(
    responses: npt.ArrayLike,
    *,
    calibration: Calibration,
    weights: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
) -> CalibrationErrors:
    """From the inverse negative Hessian of the log-posterior; two passes over the answers per parameter.

    Right when the model holds and weights are counts; with survey weights use `sandwich_errors`. The Hessian is the
    central difference of the exact gradient (Oakes 1999, JRSS B 61:479, gives the same matrix in closed form).
    Raises ResponsesError where the information is singular, which means the answers do not identify the model.
    """
    point, table = _prepared(responses, calibration=calibration, weights=weights, groups=groups)
    return _errors(_inverse(_observed_information(point, table, calibration)), point)


def cross_product_errors(
    responses: npt.ArrayLike,
    *,
    calibration: Calibration,
    weights: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
) -> CalibrationErrors:
    """From the inverse of Σ w s sᵀ over persons: one pass, hence for large tables; needs n well above p.

    Berndt, Hall, Hall & Hausman 1974. Priors do not enter. Raises ResponsesError as above.
    """
    point, table = _prepared(responses, calibration=calibration, weights=weights, groups=groups)
    total = 0.0
    for rows, scores in person_scores(table, point=point, kind=_kind(table)):
        scaled = scores * np.sqrt(table.weights[rows]).astype(scores.dtype)[:, None]
        total = total + (scaled.T @ scaled).astype(np.float64)
    return _errors(_inverse(np.asarray(total)), point)


def sandwich_errors(
    responses: npt.ArrayLike,
    *,
    calibration: Calibration,
    weights: npt.ArrayLike | None = None,
    groups: npt.ArrayLike | None = None,
    clusters: npt.ArrayLike | None = None,
) -> CalibrationErrors:
    """Robust errors H⁻¹ B H⁻¹ for survey weights, clustered persons and models that hold only about.

    clusters: (n,) codes 0…C−1 of the primary sampling units, None for each person alone. B sums the products of
    cluster totals of w·s, times C/(C−1). Binder 1983, International Statistical Review 51:279; White 1982.
    Raises ResponsesError for fewer than two clusters and where H is singular.
    """
    point, table = _prepared(responses, calibration=calibration, weights=weights, groups=groups)
    bread = _inverse(_observed_information(point, table, calibration))
    persons = np.empty((len(table.codes), len(bread)))
    for rows, scores in person_scores(table, point=point, kind=np.float64):
        persons[rows] = scores
    mass = np.ones(len(table.pattern)) if weights is None else np.asarray(weights, dtype=np.float64)
    totals = _cluster_totals(persons[table.pattern] * mass[:, None], clusters=clusters)
    meat = totals.T @ totals * (len(totals) / (len(totals) - 1))
    return _errors(bread @ meat @ bread, point)


def _cluster_totals(scores: FloatArray, *, clusters: npt.ArrayLike | None) -> FloatArray:
    if clusters is None:
        return scores
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    if codes.shape != (len(scores),) or codes.max() < 1:
        raise ResponsesError("give one cluster per person, and at least two clusters")
    totals = np.zeros((int(codes.max()) + 1, scores.shape[1]))
    np.add.at(totals, codes, scores)
    return totals


def _prepared(
    responses: npt.ArrayLike,
    *,
    calibration: Calibration,
    weights: npt.ArrayLike | None,
    groups: npt.ArrayLike | None,
) -> tuple[Point, ResponseTable]:
    items = calibration.items
    codes = response_codes(responses)
    if codes.shape[1] != len(items) or (codes.max(axis=0) > items.step_counts).any():
        raise ResponsesError("the answers do not belong to these items")
    table = tabulate(codes, weights=weights, groups=groups)
    if len(table.bounds) != len(calibration.group_means) + 1:
        raise ResponsesError("the groups differ from those of the calibration")
    free, state = parameters_of(calibration)
    return Point(state, free, calibration.nodes, table.categories), table


def parameters_of(calibration: Calibration) -> tuple[FreeParameters, State]:
    """What was estimated, and where it ended."""
    items = calibration.items
    guessing = np.full(len(items), calibration.model is Model.THREE_PARAMETER)
    chance = np.clip(items.guessing, 1e-12, 1.0)
    state = State(
        items.slopes,
        np.nan_to_num(items.step_intercepts),
        np.where(guessing, np.log(chance / (1 - items.guessing)), 0.0),
        calibration.group_means,
        np.log(calibration.group_standard_deviations),
    )
    return FreeParameters(calibration.model, items.step_counts, guessing, len(calibration.group_means)), state


def _observed_information(point: Point, table: ResponseTable, calibration: Calibration) -> FloatArray:
    owners, start = point.free.owners, point.state.vector()
    information = np.empty((int(owners.max()) + 1,) * 2)
    for number in range(len(information)):
        direction = np.where(owners == number, _DIFFERENCE, 0.0)
        ends = []
        for vector in (start + direction, start - direction):
            moved = Point(point.free.state(vector), point.free, point.nodes, point.categories)
            expected = moved.expected(table, kind=np.float64)
            ends.append(gradient(moved, expected=expected, priors=calibration.priors))
        information[number] = (ends[1] - ends[0]) / (2 * _DIFFERENCE)
    return (information + information.T) / 2


def _inverse(information: FloatArray) -> FloatArray:
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError as error:
        raise ResponsesError(
            "the answers do not identify all parameters: the information is singular"
        ) from error
    return np.asarray(np.linalg.inv(information))


def _kind(table: ResponseTable) -> FloatKind:
    return np.float32 if table.codes.size > _SINGLE_PRECISION_CELLS else np.float64


def _errors(covariance: FloatArray, point: Point) -> CalibrationErrors:
    owners, free = point.free.owners, point.free
    errors = np.where(owners >= 0, np.sqrt(np.diagonal(covariance))[owners], np.nan)
    of = free.state(errors)
    chance = free.guessing_values(point.state)
    return CalibrationErrors(
        covariance=covariance,
        slopes=of.slopes,
        step_intercepts=of.steps,
        guessing=of.logits * chance * (1 - chance),
        group_means=of.means,
        group_standard_deviations=of.log_spreads * np.exp(point.state.log_spreads),
    )
