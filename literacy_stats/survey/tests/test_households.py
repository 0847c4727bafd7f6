"""One person of a household is chosen, and the probability is the true one."""

from collections import Counter
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from literacy_stats.errors import DesignError
from literacy_stats.survey import households

TABLE_SHARES = (2, 1, 1, 2, 2, 1, 1, 2)


def chances_over_the_grid(eligible):
    """How often each place is named over twelve forms."""
    named = Counter()
    for table, share in enumerate(TABLE_SHARES):
        named[households.select_by_kish_grid(eligible, table=table).place] += share
    return {place: times / 12 for place, times in named.items()}


@pytest.mark.parametrize("eligible", [1, 2, 3, 4, 6])
def test_the_grid_gives_everybody_the_same_chance(eligible):
    assert chances_over_the_grid(eligible) == pytest.approx(dict.fromkeys(range(eligible), 1 / eligible))


def test_the_grid_does_not_in_a_household_of_five_and_says_so():
    expected = {0: 1 / 6, 1: 1 / 6, 2: 1 / 4, 3: 1 / 6, 4: 1 / 4}
    assert chances_over_the_grid(5) == pytest.approx(expected)


@pytest.mark.parametrize("eligible", range(1, 9))
@pytest.mark.parametrize("table", range(8))
def test_the_probability_of_the_one_named_is_how_often_the_grid_names_that_place(eligible, table):
    found = households.select_by_kish_grid(eligible, table=table)
    assert found.probability == pytest.approx(chances_over_the_grid(eligible)[found.place])


def test_twelve_forms_hold_each_table_as_often_as_it_should_be():
    tables = households.kish_grid_tables(24, generator=np.random.default_rng(1))
    assert Counter(tables) == {table: 2 * share for table, share in enumerate(TABLE_SHARES)}
    assert len(households.kish_grid_tables(7, generator=np.random.default_rng(1))) == 7


def test_weights_by_the_grid_count_a_household_of_five_without_bias():
    """Over twelve forms, 1/probability of the person named adds up to five people a form."""
    total = sum(
        share / households.select_by_kish_grid(5, table=table).probability
        for table, share in enumerate(TABLE_SHARES)
    )
    assert total / 12 == pytest.approx(5)


def birthday(people, on, seed=1):
    return households.select_by_last_birthday(tuple(people), on=on, generator=np.random.default_rng(seed))


def test_the_last_birthday_counts_across_the_new_year():
    found = birthday([(3, 1), (12, 30), (1, 9)], date(2026, 1, 5))
    assert (found.place, found.probability) == (1, pytest.approx(1 / 3))


def test_a_birthday_on_the_day_of_the_visit_is_the_last():
    assert birthday([(5, 3), (5, 4), (5, 5)], date(2026, 5, 4)).place == 1


def test_a_leap_day_is_the_first_of_march_in_other_years():
    assert birthday([(2, 29), (2, 28)], date(2026, 3, 1)).place == 0
    assert birthday([(2, 29), (2, 28)], date(2026, 2, 28)).place == 1
    assert birthday([(2, 29), (3, 1)], date(2028, 3, 2)).place == 1


def test_twins_are_decided_by_chance():
    places = {birthday([(5, 4), (5, 4)], date(2026, 6, 1), seed).place for seed in range(20)}
    assert places == {0, 1}


@settings(deadline=None)
@given(some.integers(1, 365), some.lists(some.integers(0, 364), min_size=1, max_size=7))
def test_whoever_is_chosen_had_the_fewest_days_since(day, offsets):
    on = date.fromordinal(date(2025, 1, 1).toordinal() + day)
    people = [date.fromordinal(on.toordinal() - offset) for offset in offsets]
    found = birthday([(one.month, one.day) for one in people], on)
    assert offsets[found.place] == min(offsets)


def test_a_device_chooses_all_alike():
    generator = np.random.default_rng(3)
    places = Counter(households.select_at_random(4, generator=generator).place for _ in range(4000))
    assert all(abs(times / 4000 - 0.25) < 0.03 for times in places.values())
    assert sorted(places) == [0, 1, 2, 3]


def test_the_weight_is_one_over_the_chance_of_all_stages():
    assert households.person_weight(
        cluster_probability=0.1, household_probability=0.05, person_probability=0.5
    ) == pytest.approx(400)


def test_impossible_households_are_refused():
    with pytest.raises(DesignError):
        households.select_by_kish_grid(0, table=1)
    with pytest.raises(DesignError):
        birthday([], date(2026, 1, 1))
    with pytest.raises(DesignError, match="no day"):
        birthday([(2, 30)], date(2026, 1, 1))
    with pytest.raises(DesignError):
        households.person_weight(cluster_probability=0, household_probability=0.05, person_probability=0.5)
