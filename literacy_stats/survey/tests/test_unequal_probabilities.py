"""Variances under unequal probabilities equal R's on the election sample, and are unbiased over all samples."""

import itertools

import numpy as np
import pytest

from literacy_stats.errors import DesignError
from literacy_stats.survey import estimates
from literacy_stats.survey import unequal_probabilities as unequal
from literacy_stats.survey.tests import golden

VOTES = ("Bush", "Kerry", "Nader")


@pytest.fixture
def election():
    golden.require()
    single = golden.numbers("election_pps", "p")
    votes = np.column_stack([golden.numbers("election_pps", name) for name in VOTES])
    return single, votes / single[:, None]


def population_mean_square():
    """The whole list of counties is drawn with 40 times their share of the vote, the reference's `election$p`."""
    return float((golden.numbers("election", "p") ** 2).sum() / 40)


def joint_probabilities():
    return np.column_stack([golden.numbers("election_jointprob", f"V{at}") for at in range(1, 41)])


def errors_by(method, single, scores):
    joint = {
        "overton": lambda: unequal.overton_joint(single),
        "HR_sum": lambda: unequal.hartley_rao_joint(single, mean_square=population_mean_square()),
        "HR": lambda: unequal.hartley_rao_joint(single),
        "ppsmat_HT": joint_probabilities,
        "ppsmat_YG": joint_probabilities,
    }
    if method == "brewer":
        return unequal.brewer_covariance(scores, probabilities=single)
    if method == "ppsmat_YG":
        return unequal.yates_grundy_covariance(scores, joint=joint[method]())
    return unequal.horvitz_thompson_covariance(scores, joint=joint[method]())


@pytest.mark.parametrize("method", ["brewer", "overton", "HR_sum", "HR", "ppsmat_HT", "ppsmat_YG"])
def test_election_totals_have_the_errors_of_the_reference(method, election):
    value = golden.references()[f"election.{method}"]
    single, scores = election
    assert scores.sum(axis=0) == pytest.approx(value["estimate"], rel=1e-8)
    errors = np.sqrt(np.diag(errors_by(method, single, scores)))
    assert errors == pytest.approx(value["se"], rel=1e-8)


def test_election_totals_with_replacement_have_the_errors_of_the_reference():
    value = golden.references()["election.wr"]
    for at, name in enumerate(VOTES):
        found = estimates.estimate_total(
            golden.numbers("election_pps", name), design=golden.election_design()
        )
        assert [found.value, found.standard_error] == pytest.approx(
            [value["estimate"][at], value["se"][at]], rel=1e-8
        )


def rejective_design(odds, size):
    """Every sample of the size with its probability, in proportion to the product of the odds, and joint probabilities."""
    samples = list(itertools.combinations(range(len(odds)), size))
    chances = np.array([np.prod(odds[list(sample)]) for sample in samples])
    chances /= chances.sum()
    joint = np.zeros((len(odds), len(odds)))
    for sample, chance in zip(samples, chances, strict=True):
        joint[np.ix_(sample, sample)] += chance
    return samples, chances, joint


@pytest.mark.parametrize("method", [unequal.horvitz_thompson_covariance, unequal.yates_grundy_covariance])
def test_the_mean_over_all_samples_is_the_true_variance(method):
    values = np.array([3.0, 8.0, 1.0, 9.0, 4.0, 7.0])
    samples, chances, joint = rejective_design(np.array([0.5, 1.0, 0.4, 2.0, 0.8, 1.5]), size=3)
    single = np.diag(joint)
    totals = np.array([(values / single)[list(sample)].sum() for sample in samples])
    truth = chances @ (totals - values.sum()) ** 2
    estimated = [
        method((values / single)[list(sample)], joint=joint[np.ix_(sample, sample)])[0, 0]
        for sample in samples
    ]
    assert chances @ totals == pytest.approx(values.sum())
    assert chances @ np.array(estimated) == pytest.approx(truth)


def test_units_that_cannot_meet_leave_no_variance():
    with pytest.raises(DesignError, match="could not be drawn together"):
        unequal.yates_grundy_covariance([1.0, 2.0], joint=[[0.5, 0.0], [0.0, 0.5]])


def test_values_in_proportion_to_the_probabilities_have_no_error():
    _, _, joint = rejective_design(np.array([0.5, 1.0, 0.4, 2.0]), size=2)
    pair = np.ix_((1, 3), (1, 3))
    assert unequal.yates_grundy_covariance([5.0, 5.0], joint=joint[pair])[0, 0] == pytest.approx(0, abs=1e-12)
