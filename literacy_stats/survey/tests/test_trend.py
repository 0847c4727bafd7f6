import numpy as np
import pytest

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.trend import (
    BrokenSeriesError,
    Link,
    Wave,
    change_between,
    jackknife_link_error,
    slope_of,
    unbroken_series,
)

PAPER = [
    Wave(2020, 0.120, 0.006, 60, "paper"),
    Wave(2022, 0.140, 0.006, 60, "paper", Link(0.004, 19)),
    Wave(2023, 0.150, 0.006, 60, "paper", Link(0.003, 19)),
]
ONLINE = Wave(2024, 0.190, 0.005, 80, "online")


def test_a_new_instrument_without_a_link_breaks_the_series():
    assert [[wave.year for wave in run] for run in unbroken_series([*PAPER, ONLINE])] == [
        [2020, 2022, 2023],
        [2024],
    ]


def test_a_bridge_keeps_the_series_whole():
    bridged = Wave(2024, 0.190, 0.005, 80, "online", Link(0.007, 15))
    assert len(unbroken_series([bridged, *PAPER])) == 1


def test_a_change_over_a_break_is_refused_and_says_what_changed():
    with pytest.raises(BrokenSeriesError, match="paper then online"):
        change_between([*PAPER, ONLINE], earlier=2023, later=2024)


def test_errors_of_a_change_add_up_with_every_link_on_the_way():
    found = change_between(PAPER, earlier=2020, later=2023)
    assert found.value == pytest.approx(0.03)
    assert found.sampling_error == pytest.approx(0.006 * 2**0.5)
    assert found.link_error == pytest.approx(0.005)
    assert found.standard_error == pytest.approx((2 * 0.006**2 + 0.005**2) ** 0.5)


def test_degrees_of_freedom_are_satterthwaites():
    found = change_between(PAPER, earlier=2022, later=2023)
    total = 2 * 0.006**2 + 0.003**2
    assert found.degrees_of_freedom == pytest.approx(total**2 / (2 * 0.006**4 / 60 + 0.003**4 / 19))


def test_waves_that_share_clusters_differ_less_by_chance():
    apart = change_between(PAPER, earlier=2022, later=2023)
    shared = change_between(PAPER, earlier=2022, later=2023, covariance=1e-5)
    assert shared.sampling_error**2 == pytest.approx(apart.sampling_error**2 - 2e-5)


def test_intervals_of_simulated_changes_hold_the_truth():
    rng = np.random.default_rng(3)
    held = []
    for _ in range(2000):
        link = rng.normal(0, 0.004)
        first, second = rng.normal(0.14, 0.006), rng.normal(0.15, 0.006) + link
        waves = [Wave(1, first, 0.006, 1000, "a"), Wave(2, second, 0.006, 1000, "a", Link(0.004))]
        change = change_between(waves, earlier=1, later=2)
        held.append(change.lower <= 0.01 <= change.upper)
    assert 0.935 < np.mean(held) < 0.965


def test_a_rise_of_two_errors_is_likely_but_not_sure():
    waves = [Wave(1, 0.14, 0.006, 60, "a"), Wave(2, 0.14 + 0.012 * 2**0.5, 0.006, 60, "a")]
    assert 0.95 < change_between(waves, earlier=1, later=2).probability_of_rise < 0.99


def test_without_links_the_slope_is_weighted_least_squares():
    waves = [
        Wave(year, 0.1 + 0.013 * year + bump, error, 60, "a")
        for year, bump, error in [(0, 0.001, 0.004), (1, -0.002, 0.008), (3, 0.003, 0.005), (4, 0.0, 0.004)]
    ]
    weights = np.array([1 / wave.standard_error for wave in waves])
    fitted, covariance = np.polyfit(
        [wave.year for wave in waves], [wave.value for wave in waves], 1, w=weights, cov="unscaled"
    )
    found = slope_of(waves)
    assert found.per_year == pytest.approx(fitted[0])
    assert found.standard_error == pytest.approx(covariance[0, 0] ** 0.5)
    assert found.lower < fitted[0] < found.upper


def test_the_slope_of_two_waves_is_their_change_by_the_years_between():
    change, slope = change_between(PAPER[:2], earlier=2020, later=2022), slope_of(PAPER[:2])
    assert slope.per_year == pytest.approx(change.value / 2)
    assert slope.standard_error == pytest.approx(change.standard_error / 2)


def test_a_broken_series_has_no_slope():
    with pytest.raises(BrokenSeriesError, match="before 2024"):
        slope_of([*PAPER, ONLINE])


def test_the_link_error_is_that_of_leaving_each_anchor_item_out():
    rng = np.random.default_rng(0)
    shifts = rng.normal(0, 0.02, 20)
    without = np.array([np.delete(shifts, item).mean() for item in range(20)])
    link = jackknife_link_error(without)
    assert link.standard_error == pytest.approx(shifts.std(ddof=1) / 20**0.5)
    assert link.degrees_of_freedom == 19


@pytest.mark.parametrize("years", [(2021, 2023), (2023, 2020), (2020, 2020)])
def test_years_without_a_wave_or_in_the_wrong_order_are_refused(years):
    with pytest.raises(StatisticsError, match="two waves"):
        change_between(PAPER, earlier=years[0], later=years[1])


def test_two_waves_of_one_year_are_refused():
    with pytest.raises(StatisticsError, match="same year"):
        unbroken_series([ONLINE, ONLINE])


def test_one_anchor_item_links_nothing():
    with pytest.raises(StatisticsError, match="two or more"):
        jackknife_link_error([0.1])


def test_a_covariance_larger_than_the_errors_is_refused():
    with pytest.raises(StatisticsError, match="covariance"):
        change_between(PAPER, earlier=2022, later=2023, covariance=1.0)
