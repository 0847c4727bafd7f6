"""Is a target met? Only where the survey leaves little doubt; otherwise the probability is the answer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log
from numbers import Real

from literacy_stats.distributions import student_probability, student_quantile
from literacy_stats.errors import StatisticsError

_LEAST_CONFIDENCE = 0.9


class Verdict(StrEnum):
    """What may be said about a target."""

    MET = "met"
    NOT_MET = "not met"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """probability: that the proportion of the population is the target or more.

    lower, upper: the one-sided bounds at `confidence`; the target is met where lower reaches it, and not met where upper
    stays below it.
    """

    verdict: Verdict
    probability: float
    lower: float
    upper: float
    target: float
    confidence: float


def target_verdict(
    estimate: float, standard_error: float, target: float, *, df: float, confidence: float = 0.95
) -> TargetVerdict:
    """Compare a proportion from a probability sample with its target, Student's t on the scale of log odds.

    estimate, standard_error, target: as proportions, 0.189, 0.01 and 0.185. df: design degrees of freedom.
    confidence: how sure "met" and "not met" must be, at least 0.9.
    Raises TypeError for anything but numbers, so for figures from volunteers; StatisticsError for proportions outside
    (0, 1), a standard error not above 0, less than one degree of freedom, a confidence outside [0.9, 1).
    Source: Korn & Graubard 1999, Analysis of Health Surveys, section 3.2; the three-way answer is that of a test with an
    indifference zone.
    """
    _refuse_what_is_no_number(estimate, standard_error, target)
    _refuse_wrong_values(estimate, standard_error, target, df=df, confidence=confidence)
    centre, spread = _log_odds(estimate), standard_error / (estimate * (1 - estimate))
    probability = student_probability((centre - _log_odds(target)) / spread, degrees_of_freedom=df)
    reach = student_quantile(confidence, degrees_of_freedom=df) * spread
    return TargetVerdict(
        verdict=_verdict(probability, confidence=confidence),
        probability=probability,
        lower=_proportion(centre - reach),
        upper=_proportion(centre + reach),
        target=float(target),
        confidence=confidence,
    )


def _verdict(probability: float, *, confidence: float) -> Verdict:
    if probability >= confidence:
        return Verdict.MET
    return Verdict.NOT_MET if probability <= 1 - confidence else Verdict.UNDECIDED


def _log_odds(proportion: float) -> float:
    return log(proportion / (1 - proportion))


def _proportion(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


def _refuse_what_is_no_number(*values: object) -> None:
    for value in values:
        if not isinstance(value, Real):
            raise TypeError(
                f"a target is judged by numbers from a probability sample, not by {type(value).__name__}"
            )


def _refuse_wrong_values(
    estimate: float, standard_error: float, target: float, *, df: float, confidence: float
) -> None:
    if not (0 < estimate < 1 and 0 < target < 1):
        raise StatisticsError("estimate and target are proportions between 0 and 1, without the ends")
    if not standard_error > 0:
        raise StatisticsError("a figure without a standard error above 0 says nothing about a target")
    if not df >= 1:
        raise StatisticsError("a verdict needs a degree of freedom")
    if not _LEAST_CONFIDENCE <= confidence < 1:
        raise StatisticsError("nothing is called met with a probability below 0.9")
