"""How many interviews a survey needs, and what a number of interviews can and cannot show."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil, sqrt

from literacy_stats.distributions import normal_probability, normal_quantile
from literacy_stats.errors import DesignError

# Sizes are rounded up, but not for the last digit of a product that is whole.
_WHOLE = 1e-9


class PlanFinding(StrEnum):
    """What a plan must tell its reader before fieldwork begins."""

    DETECTABLE = "change_is_detectable"
    NOT_DETECTABLE = "change_is_not_detectable"
    DETECTABLE_LATER = "change_is_detectable_only_after_more_years"
    TOSS_UP = "truth_is_too_near_the_target_to_decide"


@dataclass(frozen=True, slots=True)
class ChangeOutlook:
    """What two waves of so many interviews can show of a yearly change, all shares between 0 and 1.

    power: the chance to find the change of one year. interviews_needed: per wave for the wanted power.
    smallest_change: the rise that is found with the wanted power. years_needed: until the yearly change adds up to it,
    None where it never does.
    """

    interviews_per_wave: int
    yearly_change: float
    power: float
    interviews_needed: int
    smallest_change: float
    years_needed: int | None
    findings: tuple[PlanFinding, ...]


def design_effect_of_plan(
    *, weight_variation: float = 0.0, cluster_size: float = 1.0, intraclass_correlation: float = 0.0
) -> float:
    """What unequal weights (coefficient of variation) and interviews in clusters (mean number) do to the variance.

    Raises DesignError. Source: Kish (1965), Survey Sampling, sections 5.4 and 11.7.
    """
    if weight_variation < 0 or cluster_size < 1 or not 0 <= intraclass_correlation <= 1:
        raise DesignError("a variation is not negative, a cluster holds one or more, a correlation is 0 to 1")
    return (1 + weight_variation**2) * (1 + (cluster_size - 1) * intraclass_correlation)


def interviews_for_margin(
    proportion: float,
    *,
    half_width: float,
    design_effect: float = 1.0,
    confidence: float = 0.95,
    population: int | None = None,
) -> int:
    """Interviews for an interval of the proportion ± half_width, both shares.

    The size of a simple random sample is rounded up, then multiplied by the design effect and rounded up again.
    population: people, for the finite population correction. Raises DesignError.
    Source: Cochran (1977), Sampling Techniques, sections 4.4 and 5.9.
    """
    _check_share(proportion)
    _check_positive(half_width, design_effect)
    deviate = _two_sided(confidence)
    size = deviate**2 * proportion * (1 - proportion) / half_width**2
    if population is not None:
        size = size / (1 + (size - 1) / population)
    return _up(_up(size) * design_effect)


def margin_of_interviews(
    interviews: int, *, proportion: float, design_effect: float = 1.0, confidence: float = 0.95
) -> float:
    """The half width, a share, that so many interviews give. Raises DesignError."""
    _check_share(proportion)
    _check_positive(interviews, design_effect)
    return _two_sided(confidence) * sqrt(design_effect * proportion * (1 - proportion) / interviews)


def power_against_target(
    truth: float, *, target: float, interviews: int, design_effect: float = 1.0, confidence: float = 0.95
) -> float:
    """The chance that a one-sided test shows the truth to lie above the target, both shares.

    A truth at the target gives 1 − confidence. Raises DesignError. Source: Cochran (1977), section 4.5; Lachin (1981).
    """
    _check_share(truth)
    _check_share(target)
    _check_positive(interviews, design_effect)
    under_target = sqrt(design_effect * target * (1 - target) / interviews)
    under_truth = sqrt(design_effect * truth * (1 - truth) / interviews)
    critical = target + normal_quantile(confidence) * under_target
    return normal_probability((truth - critical) / under_truth)


def interviews_against_target(
    truth: float, *, target: float, power: float = 0.8, design_effect: float = 1.0, confidence: float = 0.95
) -> int:
    """Interviews that show with the wanted power that the truth lies above the target. Raises DesignError."""
    _check_share(truth)
    _check_share(target)
    _check_share(power)
    if truth <= target:
        raise DesignError("no number of interviews shows a truth above the target that is not above it")
    spread = normal_quantile(confidence) * sqrt(target * (1 - target))
    spread += normal_quantile(power) * sqrt(truth * (1 - truth))
    return _up(design_effect * (spread / (truth - target)) ** 2)


def power_to_detect_change(
    change: float,
    *,
    baseline: float,
    interviews: int,
    design_effect: float = 1.0,
    confidence: float = 0.95,
    correlation: float = 0.0,
) -> float:
    """The chance that two waves of so many interviews each show a change, a share, from the baseline.

    correlation: of the two estimates, above zero where clusters are kept. Raises DesignError.
    Source: Kish (1965), section 12.4.
    """
    unit = _unit_variance_of_change(change, baseline=baseline, correlation=correlation)
    _check_positive(interviews, design_effect)
    error = sqrt(design_effect * unit / interviews)
    return normal_probability(abs(change) / error - _two_sided(confidence))


def interviews_to_detect_change(
    change: float,
    *,
    baseline: float,
    power: float = 0.8,
    design_effect: float = 1.0,
    confidence: float = 0.95,
    correlation: float = 0.0,
) -> int:
    """Interviews in each of two waves that show a change from the baseline with the wanted power. Raises DesignError."""
    unit = _unit_variance_of_change(change, baseline=baseline, correlation=correlation)
    _check_share(power)
    deviates = _two_sided(confidence) + normal_quantile(power)
    return _up(design_effect * unit * (deviates / change) ** 2)


def outlook_for_change(
    yearly_change: float,
    *,
    baseline: float,
    interviews: int,
    power: float = 0.8,
    design_effect: float = 1.0,
    confidence: float = 0.95,
) -> ChangeOutlook:
    """What two waves of so many interviews can say about a yearly rise, for the reader of a plan.

    Raises DesignError for a rise that is not positive.
    """
    _check_positive(yearly_change)
    reached = power_to_detect_change(
        yearly_change,
        baseline=baseline,
        interviews=interviews,
        design_effect=design_effect,
        confidence=confidence,
    )
    needed = interviews_to_detect_change(
        yearly_change, baseline=baseline, power=power, design_effect=design_effect, confidence=confidence
    )
    deviates = _two_sided(confidence) + normal_quantile(power)
    smallest = _smallest_rise(deviates * sqrt(design_effect / interviews), baseline=baseline)
    years = _years_until(smallest, yearly_change=yearly_change, baseline=baseline)
    return ChangeOutlook(
        interviews_per_wave=interviews,
        yearly_change=yearly_change,
        power=reached,
        interviews_needed=needed,
        smallest_change=smallest,
        years_needed=years,
        findings=_change_findings(interviews, needed=needed, years=years),
    )


def target_findings(
    truth: float, *, target: float, interviews: int, power: float = 0.8, design_effect: float = 1.0
) -> tuple[PlanFinding, ...]:
    """TOSS_UP where so many interviews would neither show the truth above the target nor below it. Raises DesignError."""
    above = power_against_target(truth, target=target, interviews=interviews, design_effect=design_effect)
    below = power_against_target(
        1 - truth, target=1 - target, interviews=interviews, design_effect=design_effect
    )
    return (PlanFinding.TOSS_UP,) if max(above, below) < power else ()


def invitations_for(interviews: int, *, response_rate: float, eligibility_rate: float = 1.0) -> int:
    """Addresses to draw so that so many interviews remain after those who do not belong and those who do not answer.

    Raises DesignError for rates outside 0..1. Source: Valliant, Dever & Kreuter (2018), section 6.5.
    """
    _check_positive(interviews, response_rate, eligibility_rate)
    if response_rate > 1 or eligibility_rate > 1:
        raise DesignError("a rate is at most 1")
    return _up(interviews / (response_rate * eligibility_rate))


def best_cluster_size(
    *, cost_per_cluster: float, cost_per_interview: float, intraclass_correlation: float
) -> float:
    """Interviews per cluster that give the smallest variance for the money; round to what fieldwork can do.

    Raises DesignError. Source: Cochran (1977), section 10.6; Hansen, Hurwitz & Madow (1953).
    """
    _check_positive(cost_per_cluster, cost_per_interview, intraclass_correlation)
    _check_share(intraclass_correlation)
    between = (1 - intraclass_correlation) / intraclass_correlation
    return max(1.0, sqrt(cost_per_cluster / cost_per_interview * between))


def _unit_variance_of_change(change: float, *, baseline: float, correlation: float) -> float:
    """The variance of the difference of two waves of one interview each."""
    later = baseline + change
    _check_share(baseline)
    _check_share(later)
    if change == 0 or not 0 <= correlation < 1:
        raise DesignError("a change is not zero and the correlation of two waves 0 up to 1")
    first, second = baseline * (1 - baseline), later * (1 - later)
    return first + second - 2 * correlation * sqrt(first * second)


def _smallest_rise(reach: float, *, baseline: float) -> float:
    """The rise d with d² = reach² · (p q + (p + d)(q − d)), a quadratic equation in d."""
    both = 2 * baseline * (1 - baseline)
    tilt = 1 - 2 * baseline
    half = reach**2 * tilt / (2 * (1 + reach**2))
    return half + sqrt(half**2 + reach**2 * both / (1 + reach**2))


def _years_until(rise: float, *, yearly_change: float, baseline: float) -> int | None:
    years = ceil(rise / yearly_change - _WHOLE)
    return years if baseline + years * yearly_change < 1 else None


def _change_findings(interviews: int, *, needed: int, years: int | None) -> tuple[PlanFinding, ...]:
    if interviews >= needed:
        return (PlanFinding.DETECTABLE,)
    return (
        (PlanFinding.NOT_DETECTABLE,)
        if years is None
        else (PlanFinding.NOT_DETECTABLE, PlanFinding.DETECTABLE_LATER)
    )


def _two_sided(confidence: float) -> float:
    _check_share(confidence)
    return normal_quantile((1 + confidence) / 2)


def _up(size: float) -> int:
    return ceil(size - _WHOLE)


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        raise DesignError(f"{share} does not lie between 0 and 1")


def _check_positive(*figures: float) -> None:
    if not all(figure > 0 for figure in figures):
        raise DesignError("sizes, widths, costs and effects are above zero")
