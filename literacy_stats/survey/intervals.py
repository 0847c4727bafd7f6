"""Confidence intervals from an estimate, its standard error and its degrees of freedom, one method a function."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import asin, exp, log, pi, sin, sqrt

from literacy_stats.distributions import beta_quantile, normal_quantile, student_quantile
from literacy_stats.errors import StatisticsError
from literacy_stats.survey.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Interval:
    """From lower to upper, in the estimate's unit, holding the truth in `confidence` of all samples."""

    lower: float
    upper: float
    confidence: float
    method: str

    @property
    def width(self) -> float:
        """Upper less lower."""
        return self.upper - self.lower


def korn_graubard_interval(estimate: Estimate, *, confidence: float = 0.95) -> Interval:
    """The default for a proportion: Clopper–Pearson on the effective sample size, reduced for few degrees of freedom.

    The effective size is never above n, and n itself where the sample shows 0 or 1; without degrees of freedom the
    interval says nothing, 0 to 1. Raises StatisticsError for a value that is no proportion.
    Source: Korn & Graubard (1998), Survey Methodology 24:193; Parker et al. (2017), NCHS series 2 no. 175.
    """
    _check_proportion(estimate, confidence=confidence)
    if estimate.degrees_of_freedom < 1:
        return Interval(0.0, 1.0, confidence, "korn_graubard")
    size = adjusted_effective_size(estimate, confidence=confidence)
    lower, upper = _clopper_pearson(estimate.value, size=size, confidence=confidence)
    return Interval(lower, upper, confidence, "korn_graubard")


def beta_interval(estimate: Estimate, *, confidence: float = 0.95) -> Interval:
    """Clopper–Pearson on an effective size that may exceed n: what R calls "beta".

    Use `korn_graubard_interval`; this one is there to compare. Raises StatisticsError for 0 and 1 and without
    degrees of freedom. Source: Korn & Graubard (1998); Lumley (2010), section 2.3.
    """
    _check_inside(estimate, confidence=confidence)
    size = effective_size(estimate) * _student_shrinkage(estimate, confidence=confidence)
    lower, upper = _clopper_pearson(estimate.value, size=size, confidence=confidence)
    return Interval(lower, upper, confidence, "beta")


def logit_interval(estimate: Estimate, *, confidence: float = 0.95) -> Interval:
    """Student's t on the scale of log odds: shorter than the default where degrees are many and 0.1 < value < 0.9.

    Raises StatisticsError for 0 and 1 and without degrees of freedom. Source: Korn & Graubard (1999), section 3.2.
    """
    _check_inside(estimate, confidence=confidence)
    value = estimate.value
    centre = log(value / (1 - value))
    reach = _student(estimate, confidence=confidence) * estimate.standard_error / (value * (1 - value))
    return Interval(_expit(centre - reach), _expit(centre + reach), confidence, "logit")


def student_interval(estimate: Estimate, *, confidence: float = 0.95) -> Interval:
    """The value ± Student's t times its standard error: for totals, means and differences, not for small proportions.

    Raises StatisticsError without degrees of freedom. Source: Cochran (1977), section 2.8.
    """
    _check_degrees(estimate, confidence=confidence)
    reach = _student(estimate, confidence=confidence) * estimate.standard_error
    return Interval(estimate.value - reach, estimate.value + reach, confidence, "student")


def wilson_interval(estimate: Estimate, *, confidence: float = 0.95) -> Interval:
    """Wilson's score interval on the same effective size as the default: short and smooth, for charts.

    Raises StatisticsError for no proportion and without degrees of freedom.
    Source: Wilson (1927), JASA 22:209; Franco, Little, Louis & Slud (2019), JSSAM 7:334.
    """
    _check_proportion(estimate, confidence=confidence)
    _check_degrees(estimate, confidence=confidence)
    size = adjusted_effective_size(estimate, confidence=confidence)
    deviate = normal_quantile((1 + confidence) / 2)
    pull = deviate**2 / size
    centre = (estimate.value + pull / 2) / (1 + pull)
    reach = sqrt(pull * estimate.value * (1 - estimate.value) + pull**2 / 4) / (1 + pull)
    return Interval(max(centre - reach, 0.0), min(centre + reach, 1.0), confidence, "wilson")


def arcsine_interval(estimate: Estimate, *, confidence: float = 0.95) -> Interval:
    """Student's t on the scale of the arc sine of the root. Raises StatisticsError as `logit_interval` does.

    Source: Anscombe (1948), Biometrika 35:246.
    """
    _check_inside(estimate, confidence=confidence)
    value = estimate.value
    spread = estimate.standard_error / (2 * sqrt(value * (1 - value)))
    reach = _student(estimate, confidence=confidence) * spread
    lower, upper = max(asin(sqrt(value)) - reach, 0.0), min(asin(sqrt(value)) + reach, pi / 2)
    return Interval(sin(lower) ** 2, sin(upper) ** 2, confidence, "arcsine")


def likelihood_interval(estimate: Estimate, *, confidence: float = 0.95) -> Interval:
    """All proportions whose binomial likelihood, scaled to the effective size, is close enough to the best.

    As in R, the scale is estimated with n − 1, which makes the interval wider by a hair. Raises StatisticsError as `logit_interval` does. Source: Rao & Scott (1984), Annals of Statistics 12:46.
    """
    _check_inside(estimate, confidence=confidence)
    size = effective_size(estimate) * (1 - 1 / estimate.n)
    allowed = _student(estimate, confidence=confidence) ** 2 / (2 * size)
    lower = _divergence_reaches(allowed, value=estimate.value, edge=0.0)
    upper = _divergence_reaches(allowed, value=estimate.value, edge=1.0)
    return Interval(lower, upper, confidence, "likelihood")


PROPORTION_INTERVALS: dict[str, Callable[..., Interval]] = {
    "korn_graubard": korn_graubard_interval,
    "beta": beta_interval,
    "logit": logit_interval,
    "student": student_interval,
    "wilson": wilson_interval,
    "arcsine": arcsine_interval,
    "likelihood": likelihood_interval,
}


def effective_size(estimate: Estimate) -> float:
    """The simple random sample with replacement that would give the same error of a proportion; n at 0 and at 1."""
    value = estimate.value
    if not 0 < value < 1 or estimate.standard_error == 0:
        return float(estimate.n)
    return value * (1 - value) / estimate.standard_error**2


def adjusted_effective_size(estimate: Estimate, *, confidence: float = 0.95) -> float:
    """The effective size reduced for few degrees of freedom and never above n."""
    shrinkage = _student_shrinkage(estimate, confidence=confidence)
    return min(effective_size(estimate) * shrinkage, float(estimate.n))


def without_finite_degrees(estimate: Estimate) -> Estimate:
    """The estimate as if its variance were known, so that intervals use the normal distribution."""
    return replace(estimate, degrees_of_freedom=10**9)


def _student(estimate: Estimate, *, confidence: float) -> float:
    return student_quantile((1 + confidence) / 2, degrees_of_freedom=estimate.degrees_of_freedom)


def _student_shrinkage(estimate: Estimate, *, confidence: float) -> float:
    if estimate.n < 2:
        return 1.0
    rows = student_quantile((1 + confidence) / 2, degrees_of_freedom=estimate.n - 1)
    return (rows / _student(estimate, confidence=confidence)) ** 2


def _clopper_pearson(value: float, *, size: float, confidence: float) -> tuple[float, float]:
    cases, others = size * value, size * (1 - value)
    tail = (1 - confidence) / 2
    lower = beta_quantile(tail, alpha=cases, beta=others + 1) if cases > 0 else 0.0
    upper = beta_quantile(1 - tail, alpha=cases + 1, beta=others) if others > 0 else 1.0
    return lower, upper


def _divergence_reaches(allowed: float, *, value: float, edge: float) -> float:
    """Where between the value and the edge the Kullback–Leibler divergence is as large as allowed, by bisection."""
    near, far = value, edge
    for _ in range(200):
        middle = (near + far) / 2
        if middle in (near, far):
            break
        near, far = (middle, far) if _divergence(value, from_=middle) < allowed else (near, middle)
    return near


def _divergence(value: float, *, from_: float) -> float:
    return value * log(value / from_) + (1 - value) * log((1 - value) / (1 - from_))


def _expit(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds)) if log_odds >= 0 else exp(log_odds) / (1 + exp(log_odds))


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise StatisticsError("a confidence lies between 0 and 1")


def _check_degrees(estimate: Estimate, *, confidence: float) -> None:
    _check_confidence(confidence)
    if estimate.degrees_of_freedom < 1:
        raise StatisticsError("no degrees of freedom: each stratum of the domain has a single cluster in it")


def _check_proportion(estimate: Estimate, *, confidence: float) -> None:
    _check_confidence(confidence)
    if not -1e-12 <= estimate.value <= 1 + 1e-12:
        raise StatisticsError("this interval is for a proportion")


def _check_inside(estimate: Estimate, *, confidence: float) -> None:
    _check_proportion(estimate, confidence=confidence)
    _check_degrees(estimate, confidence=confidence)
    if not 0 < estimate.value < 1 or estimate.standard_error == 0:
        raise StatisticsError(
            "without an error between 0 and 1 only Korn–Graubard and Wilson give an interval"
        )
