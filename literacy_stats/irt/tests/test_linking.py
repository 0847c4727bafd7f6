import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy_stats.irt import (
    ItemParameters,
    Link,
    LinkingError,
    haebara,
    jackknife_link_error,
    mean_mean,
    mean_sigma,
    probability,
    robust_z_drift,
    stocking_lord,
)
from literacy_stats.irt.tests import golden
from literacy_stats.irt.tests.simulated import bank

METHODS = {
    "mean_mean": mean_mean,
    "mean_sigma": mean_sigma,
    "haebara": haebara,
    "stocking_lord": stocking_lord,
}


@pytest.mark.parametrize("name", METHODS)
def test_constants_equal_those_of_r(name):
    reference = golden.linking()
    new, old = (
        ItemParameters.dichotomous(slopes=reference[form]["a"], difficulties=reference[form]["b"])
        for form in ("new", "old")
    )

    link = METHODS[name](new, old=old)

    assert link.slope == pytest.approx(reference[name]["A"], abs=1e-6)
    assert link.intercept == pytest.approx(reference[name]["B"], abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), slope=st.floats(0.5, 2), intercept=st.floats(-1.5, 1.5))
@pytest.mark.parametrize("name", METHODS)
def test_a_scale_that_was_moved_is_moved_back(name, seed, slope, intercept):
    old = bank(np.random.default_rng(seed), count=8, guessing=0.15)
    new = Link(1 / slope, -intercept / slope).items(old)

    link = METHODS[name](new, old=old)

    assert (link.slope, link.intercept) == pytest.approx((slope, intercept), abs=1e-6)


def test_linked_items_give_the_same_chances_at_the_linked_place():
    new, link = bank(np.random.default_rng(1), count=5, guessing=0.2), Link(1.3, -0.4)

    assert probability(link.items(new), theta=link.theta([-1.0, 0.5])) == pytest.approx(
        probability(new, theta=[-1.0, 0.5])
    )


def test_graded_anchors_are_linked_too():
    old = ItemParameters.graded(slopes=[1.2, 0.8, 1.5], thresholds=[[-1, 0.5], [0.2], [-0.5, 0, 1]])
    new = Link(0.8, 0.3).items(old)

    link = stocking_lord(new, old=old)

    assert (link.slope, link.intercept) == pytest.approx((1.25, -0.375), abs=1e-6)


def drifted(*, shift):
    generator = np.random.default_rng(2)
    old = bank(generator, count=20)
    noise = generator.normal(0, 0.05, 20)
    difficulties = old.difficulties + noise + np.where(np.arange(20) == 7, shift, 0)
    new = ItemParameters.dichotomous(slopes=old.slopes * np.exp(noise[::-1]), difficulties=difficulties)
    return Link(1 / 1.1, -0.2 / 1.1).items(new), old


def test_the_anchor_that_moved_is_found():
    new, old = drifted(shift=0.8)

    assert 7 in np.flatnonzero(robust_z_drift(new, old=old).drifted)
    assert robust_z_drift(new, old=old).drifted.sum() <= 3
    assert np.abs(robust_z_drift(new, old=old).difficulty_z).argmax() == 7


def test_the_jackknife_is_that_of_leaving_each_anchor_out():
    new, old = drifted(shift=0.3)
    error = jackknife_link_error(new, old=old, method=lambda new, old: mean_sigma(new, old=old))
    left = np.array(
        [
            (link.slope, link.intercept)
            for keep in ~np.eye(20, dtype=bool)
            for link in [mean_sigma(new.take(keep), old=old.take(keep))]
        ]
    )

    slow = np.sqrt(19 / 20 * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    assert (error.slope, error.intercept) == pytest.approx(tuple(slow))
    assert error.at(0.0) == pytest.approx(error.intercept)


def test_different_anchors_are_refused():
    generator = np.random.default_rng(3)

    with pytest.raises(LinkingError, match="same items"):
        stocking_lord(bank(generator, count=4), old=bank(generator, count=5))


def test_anchors_that_point_the_other_way_are_refused():
    old = bank(np.random.default_rng(4), count=4)
    new = ItemParameters.dichotomous(slopes=-old.slopes, intercepts=-old.intercepts)

    with pytest.raises(LinkingError, match="mis-keyed"):
        mean_mean(new, old=old)
