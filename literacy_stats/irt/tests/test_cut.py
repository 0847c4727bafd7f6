from itertools import product
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy_stats.irt import (
    NATIONAL_BLUEPRINT,
    NATIONAL_CUTS,
    CutError,
    ItemParameters,
    category_probabilities,
    observed_score_pass_probabilities,
    reference_form,
    score_distribution,
    true_score,
    true_score_cut,
    true_score_pass_probabilities,
)
from literacy_stats.irt.cut import weights_above
from literacy_stats.irt.tests.simulated import bank

DOMAINS = ["knowledge"] * 4 + ["methods"] * 2 + ["spirit"] * 2 + ["ability"] * 2


def form(seed=1, *, guessing=0.0):
    items = bank(np.random.default_rng(seed), count=10, guessing=guessing)
    return reference_form(items, domains=DOMAINS, blueprint=NATIONAL_BLUEPRINT)


def test_the_points_of_a_form_add_up_to_the_blueprint():
    points = np.array([float(point) for point in form().points])

    assert [points[[d == name for d in DOMAINS]].sum() for name in NATIONAL_BLUEPRINT] == [40, 20, 20, 20]
    assert form().total == 100


@pytest.mark.parametrize("points", NATIONAL_CUTS.values())
def test_at_the_true_score_cut_the_expected_score_is_the_cut(points):
    cut = true_score_cut(form(), points=points)

    assert true_score(form(), theta=cut)[0] == pytest.approx(points, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), theta=st.floats(-3, 3))
def test_the_score_distribution_is_that_of_all_answer_patterns(seed, theta):
    generator = np.random.default_rng(seed)
    items = ItemParameters.graded(
        slopes=generator.lognormal(0, 0.3, 4),
        thresholds=[np.sort(generator.normal(size=k)) + np.arange(k) * 0.1 for k in (1, 2, 3, 1)],
    )
    own = reference_form(items, domains=["a", "a", "b", "b"], blueprint={"a": 30, "b": 70})
    unit, distribution = score_distribution(own, theta=theta)
    chances = category_probabilities(items, theta=theta)[:, :, 0]
    slow = np.zeros(len(distribution))
    for pattern in product(*(range(count + 1) for count in items.step_counts)):
        score = sum(
            p * s / c for p, s, c in zip(own.points, pattern, items.step_counts.tolist(), strict=True)
        )
        slow[int(score / unit)] += np.prod([chances[item, s] for item, s in enumerate(pattern)])

    assert distribution[:, 0] == pytest.approx(slow, abs=1e-12)
    assert distribution.sum() == pytest.approx(1)


def test_the_mean_of_the_score_distribution_is_the_true_score():
    unit, distribution = score_distribution(form(guessing=0.2), theta=[-1.0, 0.5])

    assert float(unit) * np.arange(len(distribution)) @ distribution == pytest.approx(
        true_score(form(guessing=0.2), theta=[-1.0, 0.5])
    )


def test_a_score_of_exactly_the_cut_counts_as_reached():
    items = ItemParameters.dichotomous(slopes=[1.0] * 10, difficulties=[0.0] * 10)
    own = reference_form(items, domains=["all"] * 10, blueprint={"all": 100})
    chance = observed_score_pass_probabilities(own, points=70, nodes=np.array([0.0, 1.0]))[0]

    assert chance == pytest.approx((120 + 45 + 10 + 1) / 1024)


def test_the_two_readings_differ_as_a_step_and_a_slope():
    nodes = np.linspace(-4, 4, 161)
    step = true_score_pass_probabilities(form(), points=70, nodes=nodes)
    slope = observed_score_pass_probabilities(form(), points=70, nodes=nodes)

    assert (step[0], step[-1]) == (0.0, 1.0)
    assert ((step > 0) & (step < 1)).sum() <= 4
    assert ((slope > 0.01) & (slope < 0.99)).sum() > 20
    assert (np.diff(slope) > 0).all()


@given(cut=st.floats(-2, 2), mean=st.floats(-1, 1), spread=st.floats(0.4, 1.5))
def test_the_part_of_a_density_above_the_cut_is_exact_to_three_digits(cut, mean, spread):
    nodes = np.linspace(-10, 10, 101)
    density = NormalDist(mean, spread)
    heights = np.array([density.pdf(node) for node in nodes]) * 0.2

    assert heights @ weights_above(cut, nodes=nodes) == pytest.approx(1 - density.cdf(cut), abs=6e-4)


def test_a_form_that_leaves_out_a_domain_is_refused():
    items = bank(np.random.default_rng(1), count=2)

    with pytest.raises(CutError, match="methods"):
        reference_form(items, domains=["knowledge", "ability"], blueprint=NATIONAL_BLUEPRINT)


def test_a_form_with_a_mis_keyed_item_has_no_cut():
    items = ItemParameters.dichotomous(slopes=[1.0, -2.0], difficulties=[0.0, 0.0])
    own = reference_form(items, domains=["all"] * 2, blueprint={"all": 100})

    with pytest.raises(CutError, match="negative slopes"):
        true_score_cut(own, points=70)


def test_a_cut_below_what_guessing_earns_is_refused():
    with pytest.raises(CutError, match="no cut at 15"):
        true_score_cut(form(guessing=0.25), points=15)
