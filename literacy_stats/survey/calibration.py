"""Calibration: the weights nearest to the start that reproduce known population totals.

Weights are start * F(x'λ); λ solves Σ start F(x'λ) x = totals. That is the minimum of a convex function with as many
unknowns as totals, found by Newton's method on cells, for one sample or for many replicates at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from literacy_stats.errors import MarginError, WeightingError
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.distances import Distance, Linear
from literacy_stats.survey.margins import Margin, refuse_different_populations, refuse_empty_category
from literacy_stats.survey.weights import CellWeights, Weighting

# Replicates solved together: their K × C products stay in the processor's cache.
_TOGETHER = 8_000_000
_HALVINGS = 30
# Curvature that is added where all weights of a direction lie on their bounds, relative to the mean curvature.
_RIDGE = 1e-10
# A multiplier is a relative change of weights; one that grows like this grows forever.
_ENDLESS = 1e8


@dataclass(frozen=True, slots=True)
class NumericTotal:
    """A known population total of a number. values: (n,), NaN only for rows that have no weight when it is applied."""

    name: str
    values: FloatArray
    total: float

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64)
        if values.ndim != 1 or np.isinf(values).any() or not np.isfinite(self.total):
            raise WeightingError(f"{self.name!r} needs one finite number per row and a finite total")
        values.setflags(write=False)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True, slots=True)
class CalibrationStep:
    """The step that meets margins and numeric totals with weights as near to the start as `distance` measures it.

    tolerance: largest relative distance from a total. What follows from the other totals is left out after it has been
    found to agree. Raises WeightingError, and MarginError where the totals cannot be met within the distance's bounds.
    Source: Deville & Särndal (1992), Journal of the American Statistical Association 87.
    """

    margins: tuple[Margin, ...]
    numeric: tuple[NumericTotal, ...] = ()
    distance: Distance = field(default_factory=Linear)
    tolerance: float = 1e-10
    maximum_iterations: int = 200
    name: str = "calibration"

    def __post_init__(self) -> None:
        if not self.margins and not self.numeric:
            raise WeightingError("calibration needs a margin or a numeric total")
        refuse_different_populations(self.margins)

    def columns(self, base: FloatArray) -> tuple[IntArray, ...]:
        """What the factors depend on."""
        numbers = (np.unique(one.values, return_inverse=True)[1].astype(np.int64) for one in self.numeric)
        return (*(margin.codes for margin in self.margins), *numbers)

    def factors(self, weights: CellWeights) -> FloatArray:
        """(C, B) factors of cells. Raises MarginError."""
        given = _auxiliaries(self, rows=weights.rows)
        carried = (weights.totals > 0).any(axis=1, keepdims=True)
        matrix = np.where(carried, given.matrix, 0.0)
        if not np.isfinite(matrix).all():
            raise WeightingError("rows that carry weight have an auxiliary that is not known")
        _refuse_empty(weights.totals, matrix=matrix, given=given)
        problem = _reduced(replace(given, matrix=matrix))
        together = max(1, _TOGETHER // matrix.size)
        found = [
            _solved(weights.totals[:, start : start + together], problem=problem, step=self)
            for start in range(0, weights.totals.shape[1], together)
        ]
        return np.concatenate(found, axis=1)


def calibrate(
    weights: npt.ArrayLike,
    *,
    margins: Sequence[Margin],
    numeric: Sequence[NumericTotal] = (),
    distance: Distance | None = None,
    tolerance: float = 1e-10,
) -> FloatArray:
    """(n,) weights nearest to weights (n,) that meet the margins and the totals of numeric columns.

    distance: Linear (the default), Exponential, Logit or TruncatedLinear.
    Raises WeightingError, MarginError (it names the margin and category that cannot be met).
    """
    step = CalibrationStep(
        tuple(margins), numeric=tuple(numeric), distance=distance or Linear(), tolerance=tolerance
    )
    return Weighting(base=np.asarray(weights, dtype=np.float64), steps=(step,)).final_weights()


@dataclass(frozen=True, slots=True)
class _Problem:
    """Auxiliaries (C, K) with their totals (K,) and the margin and category of each."""

    matrix: FloatArray
    totals: FloatArray
    names: tuple[tuple[str, str], ...]


def _auxiliaries(step: CalibrationStep, *, rows: IntArray) -> _Problem:
    """Indicators of all categories and the numbers, on cells; NaN where a category is not known."""
    columns, totals, names = [], [], []
    for margin in (margin.at(rows) for margin in step.margins):
        for code, category in enumerate(margin.categories):
            columns.append(np.where(margin.codes < 0, np.nan, margin.codes == code))
            totals.append(margin.totals[code])
            names.append((margin.name, category))
    for one in step.numeric:
        columns.append(one.values[rows])
        totals.append(np.float64(one.total))
        names.append((one.name, "total"))
    return _Problem(np.column_stack(columns), np.array(totals), tuple(names))


def _refuse_empty(totals: FloatArray, *, matrix: FloatArray, given: _Problem) -> None:
    carried = np.abs(matrix).T @ totals
    for place, (margin, category) in enumerate(given.names):
        here = slice(place, place + 1)
        refuse_empty_category(carried[here], name=margin, totals=given.totals[here], categories=(category,))


def _reduced(given: _Problem) -> _Problem:
    """The auxiliaries that are not combinations of those before them, scaled to largest size 1."""
    sizes = np.abs(given.matrix).max(axis=0)
    sizes[sizes == 0] = 1.0
    scaled, totals = given.matrix / sizes, given.totals / sizes
    kept = _independent(scaled)
    _refuse_contradiction(scaled, totals=totals, kept=kept, names=given.names)
    names = tuple(given.names[place] for place in kept)
    return _Problem(np.ascontiguousarray(scaled[:, kept]), totals[kept], names)


def _independent(matrix: FloatArray) -> list[int]:
    """Gram-Schmidt from left to right: the first column of a dependent set stays."""
    basis: list[FloatArray] = []
    kept: list[int] = []
    for place, column in enumerate(matrix.T):
        rest = column.copy()
        for direction in basis * 2:  # twice, or rounding leaves a rest of earlier directions
            rest -= direction * (direction @ rest)
        length = float(np.linalg.norm(rest))
        if length > 1e-8 * float(np.linalg.norm(column)):
            basis.append(rest / length)
            kept.append(place)
    return kept


def _refuse_contradiction(
    scaled: FloatArray, *, totals: FloatArray, kept: list[int], names: tuple[tuple[str, str], ...]
) -> None:
    if len(kept) == len(totals):
        return
    mixture = np.linalg.lstsq(scaled[:, kept], scaled, rcond=None)[0]
    implied = totals[kept] @ mixture
    distance = np.abs(implied - totals) / np.maximum(np.abs(totals), np.abs(totals).max() * 1e-3)
    worst = int(distance.argmax())
    if distance[worst] > 1e-6:
        margin, category = names[worst]
        raise MarginError("the total contradicts the totals of the others", margin=margin, category=category)


def _solved(start: FloatArray, *, problem: _Problem, step: CalibrationStep) -> FloatArray:
    """(C, B) factors F(x'λ) for start weights (C, B)."""
    multipliers = np.zeros((len(problem.totals), start.shape[1]))
    scale = np.maximum(np.abs(problem.totals), 1e-3 * np.abs(problem.totals).max())[:, None]
    for _ in range(step.maximum_iterations):
        u = problem.matrix @ multipliers
        missing = problem.matrix.T @ (start * step.distance.factors(u)) - problem.totals[:, None]
        if (np.abs(missing) <= step.tolerance * scale).all():
            return step.distance.factors(u)
        direction = _newton_direction(start * step.distance.slopes(u), missing=missing, problem=problem)
        if not (np.abs(direction) < _ENDLESS).all():
            break
        multipliers = _descended(
            multipliers, direction, missing=missing, start=start, problem=problem, distance=step.distance
        )
    _refuse_unmet(missing / scale, problem=problem)
    raise AssertionError("a refusal names the margin")


def _newton_direction(curved: FloatArray, *, missing: FloatArray, problem: _Problem) -> FloatArray:
    matrix = problem.matrix
    curvature = np.matmul(matrix.T[None] * curved.T[:, None, :], matrix)
    mean = np.trace(curvature, axis1=1, axis2=2) / len(problem.totals)
    ridge = _RIDGE * np.where(mean > 0, mean, 1.0)
    curvature += ridge[:, None, None] * np.eye(len(problem.totals))
    return np.asarray(-np.linalg.solve(curvature, missing.T[:, :, None])[:, :, 0].T)


def _descended(
    multipliers: FloatArray,
    direction: FloatArray,
    *,
    missing: FloatArray,
    start: FloatArray,
    problem: _Problem,
    distance: Distance,
) -> FloatArray:
    """The multipliers after a step that does not raise the dual function, halved in the replicates that need it."""

    def height(at: FloatArray) -> FloatArray:
        values = (start * distance.potential(problem.matrix @ at)).sum(axis=0) - problem.totals @ at
        return np.asarray(values)

    before = height(multipliers)
    expected = (missing * direction).sum(axis=0)
    length = np.ones(multipliers.shape[1])
    allowance = 1e-12 * np.abs(before)
    for _ in range(_HALVINGS):
        moved = multipliers + length * direction
        high = height(moved) > before + 1e-4 * length * expected + allowance
        if not high.any():
            return moved
        length = np.where(high, length / 2, length)
    return multipliers + length * direction


def _refuse_unmet(distance: FloatArray, *, problem: _Problem) -> None:
    worst = int(np.abs(distance).max(axis=1).argmax())
    margin, category = problem.names[worst]
    raise MarginError(
        f"still {np.abs(distance[worst]).max():.2g} (relative) from its total; the bounds are too narrow or the"
        " totals contradict each other in this sample",
        margin=margin,
        category=category,
    )
