"""Whether a proportion is good enough to be published, by the rules of the American health statistics."""

from dataclasses import dataclass
from enum import StrEnum

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.estimates import Estimate
from literacy_stats.survey.intervals import Interval, effective_size, korn_graubard_interval


class PublicationVerdict(StrEnum):
    """PUBLISH it, FLAG it for a statistician and the reader, or SUPPRESS it."""

    PUBLISH = "publish"
    FLAG = "flag"
    SUPPRESS = "suppress"


class PublicationReason(StrEnum):
    """What stands against publishing."""

    FEW_PEOPLE = "few_people"
    SMALL_EFFECTIVE_SIZE = "small_effective_size"
    WIDE_INTERVAL = "wide_interval"
    WIDE_RELATIVE_INTERVAL = "wide_relative_interval"
    WIDE_RELATIVE_INTERVAL_OF_COMPLEMENT = "wide_relative_interval_of_complement"
    FEW_DEGREES_OF_FREEDOM = "few_degrees_of_freedom"
    NOBODY_OR_EVERYBODY = "nobody_or_everybody"


_SUPPRESSING = {
    PublicationReason.FEW_PEOPLE,
    PublicationReason.SMALL_EFFECTIVE_SIZE,
    PublicationReason.WIDE_INTERVAL,
    PublicationReason.WIDE_RELATIVE_INTERVAL,
}


@dataclass(frozen=True, slots=True)
class PublicationStandards:
    """The limits. sizes: people. widths: of the 95 % interval, in units of the proportion or as a share of it."""

    least_size: int = 30
    always_narrow: float = 0.05
    always_wide: float = 0.30
    greatest_relative_width: float = 1.30
    least_degrees_of_freedom: int = 8


@dataclass(frozen=True, slots=True)
class Publication:
    """The verdict on an estimate, with all reasons and the interval that they rest on."""

    verdict: PublicationVerdict
    reasons: tuple[PublicationReason, ...]
    estimate: Estimate
    interval: Interval

    @property
    def shown(self) -> Estimate:
        """The estimate. Raises StatisticsError where it is suppressed, so that it cannot slip onto a page."""
        if self.verdict is PublicationVerdict.SUPPRESS:
            raise StatisticsError(f"suppressed: {', '.join(self.reasons)}")
        return self.estimate


NCHS_2017 = PublicationStandards()


def assess_proportion(estimate: Estimate, *, standards: PublicationStandards = NCHS_2017) -> Publication:
    """Weigh a proportion by its size, its effective size, its Korn–Graubard interval and its degrees of freedom.

    Raises StatisticsError for a value that is no proportion.
    Source: Parker et al. (2017), National Center for Health Statistics, series 2 no. 175.
    """
    interval = korn_graubard_interval(estimate)
    reasons = (
        *_size_reasons(estimate, standards=standards),
        *_width_reasons(estimate, interval=interval, standards=standards),
        *_review_reasons(estimate, standards=standards),
    )
    return Publication(_verdict(reasons), reasons, estimate, interval)


def _verdict(reasons: tuple[PublicationReason, ...]) -> PublicationVerdict:
    if _SUPPRESSING & set(reasons):
        return PublicationVerdict.SUPPRESS
    return PublicationVerdict.FLAG if reasons else PublicationVerdict.PUBLISH


def _size_reasons(estimate: Estimate, *, standards: PublicationStandards) -> tuple[PublicationReason, ...]:
    if estimate.n < standards.least_size:
        return (PublicationReason.FEW_PEOPLE,)
    if min(effective_size(estimate), estimate.n) < standards.least_size:
        return (PublicationReason.SMALL_EFFECTIVE_SIZE,)
    return ()


def _width_reasons(
    estimate: Estimate, *, interval: Interval, standards: PublicationStandards
) -> tuple[PublicationReason, ...]:
    if interval.width >= standards.always_wide:
        return (PublicationReason.WIDE_INTERVAL,)
    if interval.width <= standards.always_narrow:
        return ()
    limit = standards.greatest_relative_width
    if interval.width > limit * estimate.value:
        return (PublicationReason.WIDE_RELATIVE_INTERVAL,)
    if interval.width > limit * (1 - estimate.value):
        return (PublicationReason.WIDE_RELATIVE_INTERVAL_OF_COMPLEMENT,)
    return ()


def _review_reasons(estimate: Estimate, *, standards: PublicationStandards) -> tuple[PublicationReason, ...]:
    reasons = []
    if estimate.degrees_of_freedom < standards.least_degrees_of_freedom:
        reasons.append(PublicationReason.FEW_DEGREES_OF_FREEDOM)
    if not 0 < estimate.value < 1:
        reasons.append(PublicationReason.NOBODY_OR_EVERYBODY)
    return tuple(reasons)
