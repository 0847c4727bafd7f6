"""Does the model hold? S-X² for each item, Q3 for each pair of items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.calibration import DEFAULT_NODES
from literacy_stats.irt.distributions import chi_squared_survival
from literacy_stats.irt.items import FloatArray, IntArray, ItemParameters, expected_scores, probability
from literacy_stats.irt.likelihoods import codes_for
from literacy_stats.irt.passes import normal_log_prior
from literacy_stats.irt.responses import CodeArray, ResponsesError


@dataclass(frozen=True, slots=True)
class ItemFit:
    """(J,) S-X² with its degrees of freedom and p-values (NaN without degrees), and the persons who answered all items."""

    statistics: FloatArray
    degrees_of_freedom: IntArray
    p_values: FloatArray
    persons: int


def s_x2(
    responses: npt.ArrayLike,
    *,
    items: ItemParameters,
    parameters_per_item: int,
    nodes: FloatArray = DEFAULT_NODES,
    smallest_expected: float = 1.0,
) -> ItemFit:
    """Observed against expected shares right at each raw score, integrated over N(0, 1).

    Only persons who answered every item count. parameters_per_item: estimated per item, 1 to 3. Score groups where
    fewer than `smallest_expected` are expected right, or wrong, join the neighbour with fewer persons. Raises
    ResponsesError for graded items or where nobody answered all items. Orlando & Thissen 2000, APM 24:50.
    """
    codes = codes_for(responses, items=items)
    if not items.are_dichotomous or len(items) < 3:
        raise ResponsesError("S-X² takes three or more items scored 0 and 1")
    complete = codes[(codes >= 0).all(axis=1)]
    if not len(complete):
        raise ResponsesError("S-X² needs persons who answered all items")
    expected = _expected_shares(items, nodes=nodes)
    observed, sizes = _observed_shares(complete)
    results = [
        _statistic(observed[item], expected[item], sizes, smallest=smallest_expected)
        for item in range(len(items))
    ]
    statistics = np.array([statistic for statistic, _ in results])
    degrees = np.array([cells - parameters_per_item for _, cells in results], dtype=np.int64)
    p_values = chi_squared_survival(statistics, degrees_of_freedom=degrees)
    return ItemFit(statistics, degrees, p_values, len(complete))


def yen_q3(responses: npt.ArrayLike, *, items: ItemParameters, theta: npt.ArrayLike) -> FloatArray:
    """(J, J) correlations of residuals x − E(x | θ̂) over the persons who answered both items; 1 on the diagonal.

    theta: (n,) scores such as EAP. Without local dependence they are about −1/(J − 1), not 0; pairs more than 0.2
    above the mean deserve a look. NaN for pairs that fewer than three persons share. Yen 1984, APM 8:125.
    """
    codes = codes_for(responses, items=items)
    places = np.asarray(theta, dtype=np.float64)
    if places.shape != (len(codes),) or not np.isfinite(places).all():
        raise ResponsesError("give one finite θ per person")
    answered = (codes >= 0).astype(np.float64)
    residuals = np.where(codes >= 0, codes - expected_scores(items, theta=places).T, 0.0)
    pairs = answered.T @ answered
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (residuals.T @ answered) / pairs
        covariance = residuals.T @ residuals / pairs - mean * mean.T
        variance = (residuals**2).T @ answered / pairs - mean**2
        correlation = covariance / np.sqrt(variance * variance.T)
    return np.where(pairs >= 3, correlation, np.nan)


def _expected_shares(items: ItemParameters, *, nodes: FloatArray) -> FloatArray:
    """(J, J − 1) P(right | raw score k) for k = 1 … J − 1."""
    chances = probability(items, theta=nodes)
    population = np.exp(normal_log_prior(nodes, mean=0.0, standard_deviation=1.0)[0])
    scores = _raw_score_distribution(chances) @ population
    shares = np.empty((len(items), len(items) - 1))
    for item in range(len(items)):
        others = _raw_score_distribution(np.delete(chances, item, axis=0))
        shares[item] = (others[:-1] * chances[item]) @ population / scores[1:-1]
    return shares


def _raw_score_distribution(chances: FloatArray) -> FloatArray:
    """(J + 1, Q) P(raw score | θ_q) by the Lord–Wingersky recursion from (J, Q) chances."""
    distribution = np.zeros((len(chances) + 1, chances.shape[1]))
    distribution[0] = 1.0
    for item, chance in enumerate(chances):
        distribution[1 : item + 2] = (
            distribution[1 : item + 2] * (1 - chance) + distribution[: item + 1] * chance
        )
        distribution[0] *= 1 - chance
    return distribution


def _observed_shares(codes: CodeArray) -> tuple[FloatArray, FloatArray]:
    """(J, J − 1) shares right and (J − 1,) persons at each raw score 1 … J − 1."""
    count = codes.shape[1]
    scores = codes.sum(axis=1, dtype=np.int64)
    sizes = np.bincount(scores, minlength=count + 1)[1:count].astype(np.float64)
    right = np.zeros((count + 1, count))
    np.add.at(right, scores, codes)
    return np.asarray(right[1:count].T / np.maximum(sizes, 1.0)), sizes


def _statistic(
    observed: FloatArray, expected: FloatArray, sizes: FloatArray, *, smallest: float
) -> tuple[float, int]:
    kept = sizes > 0
    rows = np.stack([(sizes * observed)[kept], (sizes * expected)[kept], sizes[kept]], axis=1)
    rows = _merged(rows, smallest=smallest)
    right, hoped, persons = rows.T
    share = hoped / persons
    return float(((right - hoped) ** 2 / (persons * share * (1 - share))).sum()), len(rows)


def _merged(rows: FloatArray, *, smallest: float) -> FloatArray:
    """Rows (right, expected right, persons) of neighbouring scores joined until none expects too few."""
    while len(rows) > 1:
        sparse = np.flatnonzero(np.minimum(rows[:, 1], rows[:, 2] - rows[:, 1]) < smallest)
        if not len(sparse):
            break
        here = int(sparse[0])
        neighbours = [place for place in (here - 1, here + 1) if 0 <= place < len(rows)]
        other = min(neighbours, key=lambda place: float(rows[place, 2]))
        rows[other] += rows[here]
        rows = np.delete(rows, here, axis=0)
    return rows
