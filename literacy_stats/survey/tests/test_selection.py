"""Units are drawn with the probabilities that were promised, alone and in pairs."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from literacy_stats.errors import DesignError
from literacy_stats.survey import selection

PROBABILITIES = np.array([0.2, 0.75, 0.5, 0.35, 0.8, 0.4])


def all_rejective_samples(odds, size):
    samples = list(itertools.combinations(range(len(odds)), size))
    chances = np.array([np.prod(odds[list(sample)]) for sample in samples])
    return samples, chances / chances.sum()


def joint_by_enumeration(odds, size):
    joint = np.zeros((len(odds), len(odds)))
    for sample, chance in zip(*all_rejective_samples(odds, size), strict=True):
        joint[np.ix_(sample, sample)] += chance
    return joint


def test_probabilities_follow_size_and_giants_are_certain():
    found = selection.inclusion_probabilities([100, 1, 2, 3], count=3)
    assert found.tolist() == pytest.approx([1, 1 / 3, 2 / 3, 1])
    assert selection.inclusion_probabilities([5, 5, 0], count=1).tolist() == [0.5, 0.5, 0]


def test_more_units_than_exist_cannot_be_drawn():
    with pytest.raises(DesignError):
        selection.inclusion_probabilities([5, 5, 0], count=3)
    with pytest.raises(DesignError, match="add up"):
        selection.select_systematically([0.5, 0.7], generator=np.random.default_rng(1))


@settings(deadline=None)
@given(some.lists(some.floats(0.1, 1000), min_size=2, max_size=30), some.data())
def test_probabilities_add_up_and_never_exceed_one(sizes, data):
    count = data.draw(some.integers(1, len(sizes)))
    found = selection.inclusion_probabilities(sizes, count=count)
    assert found.sum() == pytest.approx(count)
    assert found.max() <= 1


def test_systematic_draws_have_the_single_probabilities():
    class Fixed:
        def __init__(self, value):
            self.value = value

        def random(self):
            return self.value

    starts = (np.arange(20_000) + 0.5) / 20_000
    counts = np.zeros(6)
    for start in starts:
        chosen = selection.select_systematically(PROBABILITIES, generator=Fixed(start))
        assert len(np.unique(chosen)) == 3
        counts[chosen] += 1
    assert counts / len(starts) == pytest.approx(PROBABILITIES, abs=2e-4)


def test_rejective_odds_give_the_wanted_probabilities():
    odds = selection.rejective_odds(PROBABILITIES, count=3)
    assert np.diag(joint_by_enumeration(odds, 3)) == pytest.approx(PROBABILITIES, abs=1e-12)


def test_rejective_joint_probabilities_are_those_over_all_samples():
    odds = selection.rejective_odds(PROBABILITIES, count=3)
    expected = joint_by_enumeration(odds, 3)
    assert selection.rejective_joint_probabilities(PROBABILITIES) == pytest.approx(expected, abs=1e-11)


def test_rejective_draws_come_as_often_as_their_joint_probabilities():
    generator, rounds = np.random.default_rng(20261123), 400
    counts = np.zeros((6, 6))
    for _ in range(rounds):
        chosen = selection.select_rejectively(PROBABILITIES, generator=generator)
        assert len(chosen) == 3
        counts[np.ix_(chosen, chosen)] += 1
    expected = selection.rejective_joint_probabilities(PROBABILITIES)
    # Four standard errors of a share.
    assert np.abs(counts / rounds - expected).max() < 4 * 0.5 / np.sqrt(rounds)


@settings(deadline=None)
@given(some.integers(0, 2**32 - 1))
def test_certain_units_are_always_in_and_impossible_ones_never(seed):
    generator = np.random.default_rng(seed)
    probabilities = [1.0, 0.5, 0.0, 0.5, 0.3, 0.7]
    for select in (selection.select_rejectively, selection.select_systematically):
        chosen = select(probabilities, generator=generator)
        assert 0 in chosen
        assert 2 not in chosen
        assert len(chosen) == 3


@settings(deadline=None)
@given(some.lists(some.floats(1, 50), min_size=3, max_size=25), some.data())
def test_joint_probabilities_add_up_and_pairs_attract_nobody(sizes, data):
    """Rows add up to n times the single one, and Yates–Grundy weights are never negative: the design's known virtues."""
    count = data.draw(some.integers(1, len(sizes) - 1))
    single = selection.inclusion_probabilities(sizes, count=count)
    joint = selection.rejective_joint_probabilities(single)
    assert joint.sum(axis=1) == pytest.approx(count * single, abs=1e-8)
    pairs = ~np.eye(len(sizes), dtype=bool)
    assert np.all((np.outer(single, single) - joint)[pairs] >= -1e-9)


def test_large_strata_are_drawn_without_running_out_of_digits():
    sizes = np.random.default_rng(7).lognormal(7, 1, size=800)
    single = selection.inclusion_probabilities(sizes, count=100)
    chosen = selection.select_rejectively(single, generator=np.random.default_rng(8))
    assert len(np.unique(chosen)) == 100
    joint = selection.rejective_joint_probabilities(single)
    assert joint.sum(axis=1) == pytest.approx(100 * single, rel=1e-8)
