"""Differential item functioning: does an item favour one group among people of equal ability?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.irt.distributions import chi_squared_survival
from literacy_stats.irt.items import FloatArray, IntArray
from literacy_stats.irt.responses import CodeArray, ResponsesError, checked_weights, response_codes

_NOTABLE_DELTA, _LARGE_DELTA = 1.0, 1.5


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """(J,) per item. odds_ratios: common odds of reference over focal group; deltas: −2.35 log odds ratio, negative when
    the item is harder for the focal group; standard_errors: of the deltas; statistics: χ² with one degree of freedom
    and continuity correction; categories: A negligible, B notable, C large, by the rules of the ETS.
    """

    odds_ratios: FloatArray
    deltas: FloatArray
    standard_errors: FloatArray
    statistics: FloatArray
    p_values: FloatArray
    categories: tuple[str, ...]


def mantel_haenszel(
    responses: npt.ArrayLike, *, focal: npt.ArrayLike, strata: npt.ArrayLike
) -> MantelHaenszel:
    """Uniform DIF over strata of equal ability.

    responses: (n, J) scored 0/1; focal: (n,) booleans; strata: (n,) codes from 0 of the matching score, which
    should include the studied item (Holland & Thayer 1988). NaN where no stratum has both groups and both answers.
    Robins, Breslow & Greenland 1986 for the standard error; Zwick 2012 for the categories.
    """
    codes, member, stratum = _checked(responses, focal=focal, strata=strata)
    tables = np.stack(
        [
            _counts(codes, chosen=~member, score=1, strata=stratum),
            _counts(codes, chosen=~member, score=0, strata=stratum),
            _counts(codes, chosen=member, score=1, strata=stratum),
            _counts(codes, chosen=member, score=0, strata=stratum),
        ]
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        odds, errors, statistics = _pooled(tables)
        deltas = -2.35 * np.log(odds)
    p_values = chi_squared_survival(statistics, degrees_of_freedom=np.ones(len(statistics)))
    errors = 2.35 * errors
    return MantelHaenszel(odds, deltas, errors, statistics, p_values, _categories(deltas, errors, p_values))


def _pooled(tables: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Odds ratio, standard error of its logarithm, and χ² from the cells (4, strata, J)."""
    right, wrong, focal_right, focal_wrong = tables
    size = np.maximum(tables.sum(axis=0), 1.0)
    agree, oppose = right * focal_wrong / size, wrong * focal_right / size
    p, q = (right + focal_wrong) / size, (wrong + focal_right) / size
    r, s = agree.sum(axis=0), oppose.sum(axis=0)
    variance = (
        (p * agree).sum(axis=0) / (2 * r**2)
        + (p * oppose + q * agree).sum(axis=0) / (2 * r * s)
        + (q * oppose).sum(axis=0) / (2 * s**2)
    )
    reference, all_right = right + wrong, right + focal_right
    expected = reference * all_right / size
    spread = reference * (size - reference) * all_right * (size - all_right)
    spread = np.where(size > 1, spread / (size**2 * np.maximum(size - 1, 1.0)), 0.0)
    distance = np.maximum(np.abs((right - expected).sum(axis=0)) - 0.5, 0.0)
    return r / s, np.sqrt(variance), distance**2 / spread.sum(axis=0)


def _categories(deltas: FloatArray, errors: FloatArray, p_values: FloatArray) -> tuple[str, ...]:
    size = np.abs(deltas)
    negligible = ~((size >= _NOTABLE_DELTA) & (p_values < 0.05))
    large = (size >= _LARGE_DELTA) & (size - 1.645 * errors > _NOTABLE_DELTA)
    names = np.where(negligible, "A", np.where(large, "C", "B"))
    return tuple(names.tolist())


@dataclass(frozen=True, slots=True)
class LogisticFunctioning:
    """(J,) likelihood-ratio tests with one degree each and the gain in Nagelkerke's R² of both together.

    uniform: group added to the matching score; nonuniform: their product added to that.
    """

    uniform: FloatArray
    uniform_p_values: FloatArray
    nonuniform: FloatArray
    nonuniform_p_values: FloatArray
    r_squared_gain: FloatArray


def logistic_functioning(
    responses: npt.ArrayLike,
    *,
    focal: npt.ArrayLike,
    matching: npt.ArrayLike,
    weights: npt.ArrayLike | None = None,
) -> LogisticFunctioning:
    """Uniform and non-uniform DIF by nested logistic regressions on ability and group.

    responses: (n, J) scored 0/1; matching: (n,) score or θ; weights: (n,), scaled to a mean of one. The tests take
    persons as independent. Swaminathan & Rogers 1990, JEM 27:361; Zumbo 1999 for the effect size.
    """
    codes, member, _ = _checked(responses, focal=focal, strata=None)
    ability = np.asarray(matching, dtype=np.float64)
    if ability.shape != (len(codes),) or not np.isfinite(ability).all():
        raise ResponsesError("give one finite matching score per person")
    mass = checked_weights(weights, count=len(codes))
    ability = (ability - ability.mean()) / max(float(ability.std()), 1e-12)
    whole = np.stack([np.ones(len(codes)), ability, member, ability * member], axis=1)
    rows = [_nested(codes[:, item], whole, weights=mass / mass.mean()) for item in range(codes.shape[1])]
    uniform, nonuniform, gain = np.array(rows).T
    one = np.ones(len(uniform))
    return LogisticFunctioning(
        uniform,
        chi_squared_survival(uniform, degrees_of_freedom=one),
        nonuniform,
        chi_squared_survival(nonuniform, degrees_of_freedom=one),
        gain,
    )


def _nested(
    codes: npt.NDArray[np.int8], whole: FloatArray, *, weights: FloatArray
) -> tuple[float, float, float]:
    answered = codes >= 0
    right, rows, mass = codes[answered].astype(np.float64), whole[answered], weights[answered]
    empty, matched, uniform, full = (
        _logistic_log_likelihood(right, rows[:, :width], weights=mass) for width in (1, 2, 3, 4)
    )
    persons = float(mass.sum())
    ceiling = 1 - np.exp(2 * empty / persons)
    gain = (np.exp(2 * (empty - matched) / persons) - np.exp(2 * (empty - full) / persons)) / ceiling
    return 2 * (uniform - matched), 2 * (full - uniform), float(gain)


def _logistic_log_likelihood(right: FloatArray, rows: FloatArray, *, weights: FloatArray) -> float:
    """The maximised log-likelihood by Newton steps, stopped where separation lets it rise no more."""
    coefficients = np.zeros(rows.shape[1])
    best = -np.inf
    for _ in range(50):
        line = np.clip(rows @ coefficients, -30, 30)
        reached = float(weights @ (right * line - np.logaddexp(0.0, line)))
        if reached - best < 1e-10:
            return reached
        best = reached
        chance = 1 / (1 + np.exp(-line))
        information = (rows * (weights * chance * (1 - chance))[:, None]).T @ rows
        ridge = 1e-10 * np.eye(len(information)) * np.trace(information)
        coefficients = coefficients + np.linalg.solve(
            information + ridge, rows.T @ (weights * (right - chance))
        )
    return best


def _checked(
    responses: npt.ArrayLike, *, focal: npt.ArrayLike, strata: npt.ArrayLike | None
) -> tuple[CodeArray, npt.NDArray[np.bool_], IntArray]:
    codes = response_codes(responses)
    member = np.asarray(focal)
    stratum = np.zeros(len(codes), dtype=np.int64) if strata is None else np.asarray(strata)
    if codes.max() > 1:
        raise ResponsesError("these tests take items scored 0 and 1")
    if member.shape != (len(codes),) or member.dtype.kind != "b" or member.all() or not member.any():
        raise ResponsesError("focal must be one boolean per person, with persons in both groups")
    if stratum.shape != (len(codes),) or stratum.dtype.kind not in "iu" or stratum.min() < 0:
        raise ResponsesError("strata must be one whole number from 0 per person")
    return codes, member, stratum.astype(np.int64)


def _counts(codes: CodeArray, *, chosen: npt.NDArray[np.bool_], score: int, strata: IntArray) -> FloatArray:
    """(strata, J) persons of one group with one score."""
    counts = np.zeros((int(strata.max()) + 1, codes.shape[1]))
    np.add.at(counts, strata[chosen], codes[chosen] == score)
    return counts
