"""A proportion is published, flagged or suppressed by the limits, one at a time."""

import pytest

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.estimates import Estimate
from literacy_stats.survey.gates import (
    PublicationReason,
    PublicationStandards,
    PublicationVerdict,
    assess_proportion,
)


def estimate(value, *, error, df=40, n=2000):
    return Estimate(value, error, df, n)


GOOD = estimate(0.185, error=0.010)


def judged(one):
    found = assess_proportion(one)
    return found.verdict, found.reasons


def test_a_district_headline_is_published():
    assert judged(GOOD) == (PublicationVerdict.PUBLISH, ())
    assert assess_proportion(GOOD).shown == GOOD


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (estimate(0.4, error=0.02, n=29), PublicationReason.FEW_PEOPLE),
        (estimate(0.5, error=0.0929, n=100), PublicationReason.SMALL_EFFECTIVE_SIZE),
        (estimate(0.5, error=0.075), PublicationReason.WIDE_INTERVAL),
        (estimate(0.05, error=0.02), PublicationReason.WIDE_RELATIVE_INTERVAL),
    ],
)
def test_what_says_too_little_is_suppressed_and_says_why(one, reason):
    verdict, reasons = judged(one)
    assert verdict is PublicationVerdict.SUPPRESS
    assert reason in reasons


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (estimate(0.185, error=0.010, df=7), PublicationReason.FEW_DEGREES_OF_FREEDOM),
        (estimate(0.0, error=0.0), PublicationReason.NOBODY_OR_EVERYBODY),
        (estimate(1.0, error=0.0), PublicationReason.NOBODY_OR_EVERYBODY),
        (estimate(0.95, error=0.02), PublicationReason.WIDE_RELATIVE_INTERVAL_OF_COMPLEMENT),
    ],
)
def test_what_needs_a_second_look_is_flagged_and_says_why(one, reason):
    assert judged(one) == (PublicationVerdict.FLAG, (reason,))


def test_a_narrow_interval_passes_however_wide_it_is_beside_a_tiny_share():
    assert judged(estimate(0.005, error=0.004))[0] is PublicationVerdict.PUBLISH


def test_a_suppressed_figure_cannot_be_read_by_accident():
    with pytest.raises(StatisticsError, match="few_people"):
        _ = assess_proportion(estimate(0.4, error=0.05, n=29)).shown


def test_without_degrees_of_freedom_the_interval_is_everything_and_the_figure_suppressed():
    found = assess_proportion(estimate(0.2, error=0.01, df=0))
    assert (found.interval.lower, found.interval.upper) == (0, 1)
    assert found.verdict is PublicationVerdict.SUPPRESS


def test_an_office_may_set_limits_of_its_own():
    assert (
        assess_proportion(GOOD, standards=PublicationStandards(least_size=5000)).verdict
        is PublicationVerdict.SUPPRESS
    )
