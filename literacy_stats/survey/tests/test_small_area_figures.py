import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.small_areas import (
    benchmark_by_difference,
    benchmark_by_ratio,
    benchmark_on_log_odds,
    disagreement,
    draws_from_errors,
    rank_intervals,
)

SHARES = np.array([0.5, 0.3, 0.2])
ESTIMATES = np.array([0.10, 0.20, 0.30])


@given(st.floats(0.02, 0.9), st.integers(0, 1000))
def test_every_way_meets_the_district(target, seed):
    rng = np.random.default_rng(seed)
    shares, estimates = rng.dirichlet(np.ones(21)), rng.uniform(0.05, 0.6, 21)
    errors = rng.uniform(0.001, 0.01, 21)
    for adjusted in (
        benchmark_by_ratio(estimates, shares=shares, target=target),
        benchmark_by_difference(estimates, shares=shares, target=target, mean_squared_errors=errors),
        benchmark_on_log_odds(estimates, shares=shares, target=target),
    ):
        assert shares @ adjusted == pytest.approx(target, abs=1e-12)


@pytest.mark.parametrize("benchmark", [benchmark_by_ratio, benchmark_on_log_odds])
def test_each_draw_meets_the_district(benchmark):
    draws = np.random.default_rng(0).uniform(0.1, 0.4, (3, 50))
    assert SHARES @ benchmark(draws, shares=SHARES, target=0.2) == pytest.approx(np.full(50, 0.2))
    assert benchmark(draws, shares=SHARES, target=0.2)[:, 7] == pytest.approx(
        benchmark(draws[:, 7], shares=SHARES, target=0.2)
    )


def test_a_ratio_multiplies():
    assert benchmark_by_ratio(ESTIMATES, shares=SHARES, target=0.34) == pytest.approx(ESTIMATES * 2)


def test_the_least_certain_area_moves_most():
    adjusted = benchmark_by_difference(
        ESTIMATES, shares=SHARES, target=0.18, mean_squared_errors=[0.001, 0.001, 0.004]
    )
    assert adjusted - ESTIMATES == pytest.approx([0.01, 0.006, 0.016])
    moved = adjusted - ESTIMATES
    assert moved[2] > moved[0] > moved[1]


def test_log_odds_keep_proportions_inside():
    adjusted = benchmark_on_log_odds([0.9, 0.8, 0.95], shares=SHARES, target=0.97)
    assert np.all(adjusted < 1)
    assert np.diff(np.log(adjusted / (1 - adjusted)) - np.log(np.array([9, 4, 19]))) == pytest.approx(
        [0, 0], abs=1e-9
    )


@pytest.mark.parametrize(
    ("shares", "message"),
    [([0.5, 0.3, 0.3], "add up to one"), ([0.5, 0.5], "one share"), ([1.2, -0.1, -0.1], "negative")],
)
def test_shares_that_are_no_shares_are_refused(shares, message):
    with pytest.raises(StatisticsError, match=message):
        benchmark_by_ratio(ESTIMATES, shares=shares, target=0.2)


def test_ranks_are_those_of_counting():
    draws = np.random.default_rng(2).normal(size=(6, 400)) + np.arange(6)[:, None]
    ranks = np.array(
        [[1 + sum(draws[j, d] > draws[i, d] for j in range(6)) for d in range(400)] for i in range(6)]
    )
    found = rank_intervals(draws, confidence=0.9)
    for area in range(6):
        ordered = sorted(ranks[area])
        assert (found.lower[area], found.median[area], found.upper[area]) == (
            ordered[19],
            ordered[199],
            ordered[379],
        )


def test_areas_that_differ_little_have_wide_ranks():
    draws = draws_from_errors(
        [0.18, 0.185, 0.4], standard_errors=[0.02] * 3, generator=np.random.default_rng(0)
    )
    found = rank_intervals(draws)
    assert (found.lower[2], found.upper[2]) == (1, 1)
    assert (found.lower[0], found.upper[0]) == (2, 3)


def test_a_handful_of_draws_makes_no_ranks():
    with pytest.raises(StatisticsError, match="100 draws"):
        rank_intervals(np.zeros((3, 99)))


def test_draws_have_the_errors_they_were_given():
    draws = draws_from_errors(
        [1.0, 2.0], standard_errors=[0.1, 0.5], generator=np.random.default_rng(0), count=50_000
    )
    assert draws.mean(axis=1) == pytest.approx([1, 2], abs=0.01)
    assert draws.std(axis=1) == pytest.approx([0.1, 0.5], rel=0.02)


def test_an_area_is_flagged_where_two_models_are_further_apart_than_two_errors():
    found = disagreement(
        [0.2, 0.2, 0.2],
        second=[0.239, 0.241, 0.159],
        first_errors=[0.02, 0.02, 0.01],
        second_errors=[0.01, 0.01, 0.02],
    )
    assert found.flagged.tolist() == [False, True, True]
    assert found.limits == pytest.approx([0.04, 0.04, 0.04])


def test_models_of_different_areas_are_not_compared():
    with pytest.raises(StatisticsError, match="area by area"):
        disagreement([0.1], second=[0.1, 0.2], first_errors=[0.1], second_errors=[0.1, 0.1])
