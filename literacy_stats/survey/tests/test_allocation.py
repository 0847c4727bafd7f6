"""Interviews are shared out as the rule says, keep the limits and add up."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from literacy_stats.errors import DesignError
from literacy_stats.survey import allocation

SIZES = some.lists(some.integers(1, 5000), min_size=1, max_size=12)


def test_proportional_shares_follow_size():
    assert allocation.allocate_proportionally(100, sizes=[5000, 3000, 2000]).tolist() == [50, 30, 20]


def test_largest_remainders_are_rounded_up():
    assert allocation.allocate_proportionally(10, sizes=[100, 100, 100]).tolist() == [4, 3, 3]


def test_the_smallest_number_is_kept_and_the_rest_follows_size():
    found = allocation.allocate_proportionally(100, sizes=[9000, 900, 100], least=10)
    assert found.tolist() == [80, 10, 10]


def test_places_may_have_smallest_numbers_of_their_own():
    found = allocation.allocate_proportionally(100, sizes=[9000, 900, 100], least=[0, 30, 20])
    assert found.tolist() == [50, 30, 20]
    with pytest.raises(DesignError, match="smallest number"):
        allocation.allocate_proportionally(100, sizes=[9000, 900, 100], least=[1, 2])


def test_nobody_is_asked_for_more_than_exist():
    found = allocation.allocate_by_power(100, sizes=[20, 5000, 5000], exponent=0, least=0)
    assert found.tolist() == [20, 40, 40]


def test_the_power_of_one_half_helps_the_small_and_zero_makes_equal():
    sizes = [40_000, 10_000]
    assert allocation.allocate_by_power(300, sizes=sizes).tolist() == [200, 100]
    assert allocation.allocate_by_power(300, sizes=sizes, exponent=0).tolist() == [150, 150]
    assert allocation.allocate_by_power(300, sizes=sizes, exponent=1).tolist() == [240, 60]


def test_the_compromise_shares_half_by_size_and_half_equally():
    assert allocation.allocate_by_compromise(100, sizes=[8000, 2000]).tolist() == [65, 35]


def test_no_other_whole_allocation_beats_neyman_by_more_than_rounding():
    sizes, spread, total = np.array([50.0, 30, 20]), np.array([1.0, 3, 2]), 12

    def variance(counts):
        return float((sizes**2 * spread**2 / np.array(counts)).sum())

    best = min(
        variance(counts)
        for counts in itertools.product(range(1, total), repeat=3)
        if sum(counts) == total and counts[2] <= 20
    )
    found = allocation.allocate_neyman(total, sizes=sizes, standard_deviations=spread, least=1)
    assert variance(found) <= best * 1.02


def test_a_dear_stratum_gets_fewer():
    found = allocation.allocate_neyman(30, sizes=[100, 100], standard_deviations=[1, 1], costs=[4, 1])
    assert found.tolist() == [10, 20]


def test_strata_without_spread_get_what_the_others_have_no_room_for():
    found = allocation.allocate_neyman(15, sizes=[10, 10, 10], standard_deviations=[1, 0, 0])
    assert found[0] == 10
    assert found.sum() == 15


def test_totals_that_cannot_be_kept_are_refused():
    with pytest.raises(DesignError, match="cannot lie"):
        allocation.allocate_proportionally(5, sizes=[10, 10], least=3)
    with pytest.raises(DesignError, match="cannot lie"):
        allocation.allocate_proportionally(25, sizes=[10, 10])
    with pytest.raises(DesignError):
        allocation.allocate_by_power(5, sizes=[10, 10], exponent=2)


@settings(deadline=None)
@given(sizes=SIZES, share=some.floats(0, 1), least=some.integers(0, 5), exponent=some.floats(0, 1))
def test_allocations_add_up_and_keep_the_limits(sizes, share, least, exponent):
    smallest = np.minimum(least, sizes)
    total = int(smallest.sum() + share * (sum(sizes) - smallest.sum()))
    for found in (
        allocation.allocate_by_power(total, sizes=sizes, exponent=exponent, least=least),
        allocation.allocate_by_compromise(total, sizes=sizes, proportional_share=share, least=least),
    ):
        assert found.sum() == total
        assert np.all(found >= smallest)
        assert np.all(found <= sizes)


@settings(deadline=None)
@given(sizes=some.lists(some.integers(1000, 5000), min_size=2, max_size=12), total=some.integers(50, 900))
def test_proportional_shares_are_off_by_less_than_one(sizes, total):
    found = allocation.allocate_proportionally(total, sizes=sizes)
    exact = total * np.array(sizes) / sum(sizes)
    assert np.all(np.abs(found - exact) < 1)


@settings(deadline=None)
@given(sizes=SIZES, share=some.floats(0, 1), data=some.data())
def test_the_order_of_strata_changes_nothing_but_ties(sizes, share, data):
    order = np.array(data.draw(some.permutations(range(len(sizes)))))
    total = int(share * sum(sizes))
    found = allocation.allocate_by_power(total, sizes=sizes)
    moved = allocation.allocate_by_power(total, sizes=np.array(sizes)[order])
    assert np.all(np.abs(moved - found[order]) <= 1)
