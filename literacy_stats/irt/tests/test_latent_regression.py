import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from literacy_stats import survey
from literacy_stats.irt import (
    LatentRegressionError,
    LiteracyScores,
    category_probabilities,
    domain_literacy,
    expected_a_posteriori,
    fit_latent_regression,
    fractional_literacy,
    latent_sample,
)
from literacy_stats.irt.cut import weights_above
from literacy_stats.irt.tests.simulated import answered, bank

NODES = np.linspace(-6, 6, 61)
PASS = weights_above(0.8, nodes=NODES)


def wave(seed, *, count=400, items=12):
    generator = np.random.default_rng(seed)
    chosen = bank(generator, count=items)
    group = generator.integers(0, 3, count)
    theta = np.array([-0.5, 0.0, 0.8])[group] + 0.9 * generator.normal(size=count)
    codes = answered(generator, items=chosen, theta=theta, missing=0.2)
    return chosen, codes, group, generator.uniform(0.5, 2, count)


def slow_terms(codes, items, means, spread):
    """(n, Q) joint density of each person's answers and θ."""
    prior = np.exp(-0.5 * ((NODES - means[:, None]) / spread) ** 2)
    chances = category_probabilities(items, theta=NODES)
    joint = prior / spread
    for person, row in enumerate(codes):
        for item, score in enumerate(row):
            if score >= 0:
                joint[person] *= chances[item, score]
    return joint


def test_the_fit_is_where_a_general_optimiser_ends():
    items, codes, group, weights = wave(1, count=200)
    design = np.eye(3)[group]
    mass = weights * len(weights) / weights.sum()

    def negative(vector):
        joint = slow_terms(codes, items, design @ vector[:3], np.exp(vector[3]))
        return -mass @ np.log(joint.sum(axis=1))

    found = fit_latent_regression(latent_sample(codes, items=items, covariates=design), weights=weights)
    best = minimize(negative, np.zeros(4), method="BFGS")

    assert found.converged
    assert found.coefficients[:, 0] == pytest.approx(best.x[:3], abs=1e-4)
    assert np.log(found.spreads) == pytest.approx(best.x[3:], abs=1e-4)


def test_fractional_literacy_is_the_posterior_share_above_the_cut_in_the_order_of_persons():
    items, codes, group, weights = wave(2, count=60)
    sample = latent_sample(codes, items=items, covariates=np.eye(3)[group])
    fit = fit_latent_regression(sample, weights=weights)

    joint = slow_terms(codes, items, fit.coefficients[group, 0], fit.spreads[0])

    assert fractional_literacy(sample, fit=fit, pass_probabilities=PASS) == pytest.approx(
        joint @ PASS / joint.sum(axis=1)
    )


def test_many_replicates_at_once_equal_each_one_alone():
    items, codes, group, weights = wave(3)
    sample = latent_sample(codes, items=items, covariates=np.eye(3)[group])
    replicates = weights[:, None] * np.random.default_rng(3).exponential(size=(len(weights), 5))
    start = fit_latent_regression(sample, weights=weights)

    together = domain_literacy(
        sample, weights=replicates, domains=group, pass_probabilities=PASS, start=start
    )

    for number in range(5):
        fit = fit_latent_regression(sample, weights=replicates[:, number])
        shares = fractional_literacy(sample, fit=fit, pass_probabilities=PASS)
        slow = [
            np.average(shares[group == domain], weights=replicates[group == domain, number])
            for domain in range(3)
        ]
        assert together.proportions[:, number] == pytest.approx(slow, abs=1e-7)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.001, 1000))
def test_scaled_weights_reordered_persons_and_renamed_categories_change_nothing(seed, factor):
    items, codes, group, weights = wave(seed, count=300)
    order = np.random.default_rng(seed).permutation(len(codes))
    renamed = np.array([2, 0, 1])[group]

    plain = fit_latent_regression(
        latent_sample(codes, items=items, covariates=np.eye(3)[group]), weights=weights
    )
    other = fit_latent_regression(
        latent_sample(codes[order], items=items, covariates=np.eye(3)[renamed[order]]),
        weights=factor * weights[order],
    )

    assert other.coefficients[[2, 0, 1], 0] == pytest.approx(plain.coefficients[:, 0], abs=1e-5)
    assert other.spreads == pytest.approx(plain.spreads, abs=1e-5)


def test_the_survey_engine_fits_the_population_anew_in_every_replicate():
    items, codes, group, weights = wave(9, count=300)
    latent = latent_sample(codes, items=items, covariates=np.eye(3)[group])
    design = survey.Design.from_columns(weights, clusters=np.arange(300) // 10)
    replicates = survey.bootstrap_replicates(design, count=8, generator=np.random.default_rng(9))
    sample = survey.replicate_weighting(survey.Weighting(weights), replicates=replicates)

    found = survey.rescored_means_by_domain(LiteracyScores(latent, PASS), domains=group, sample=sample)

    shares = domain_literacy(
        latent, weights=sample.row_weights(0, stop=9), domains=group, pass_probabilities=PASS
    ).proportions
    assert found[1].value == pytest.approx(shares[1, 0])
    assert found[1].standard_error == pytest.approx(np.sqrt(np.mean((shares[1, 1:] - shares[1, 0]) ** 2)))


def test_a_replicate_without_a_group_leaves_the_other_groups_as_they_are():
    items, codes, group, weights = wave(10)
    sample = latent_sample(codes, items=items, covariates=np.eye(3)[group])
    without = np.where(group == 2, 0.0, weights)

    found = domain_literacy(sample, weights=without, domains=group, pass_probabilities=PASS).proportions[:, 0]

    kept = group != 2
    alone = latent_sample(codes[kept], items=items, covariates=np.eye(2)[group[kept]])
    slow = domain_literacy(alone, weights=weights[kept], domains=group[kept], pass_probabilities=PASS)
    assert found[:2] == pytest.approx(slow.proportions[:, 0], abs=1e-6)
    assert np.isnan(found[2])


def test_domains_add_up_to_the_district():
    items, codes, group, weights = wave(4)
    sample = latent_sample(codes, items=items, covariates=np.eye(3)[group])

    parts = domain_literacy(sample, weights=weights, domains=group, pass_probabilities=PASS)
    whole = domain_literacy(sample, weights=weights, domains=np.zeros_like(group), pass_probabilities=PASS)

    assert parts.totals.sum() == pytest.approx(whole.totals.sum())
    assert parts.weights.sum() == pytest.approx(len(weights))


def test_a_penalty_draws_an_effect_towards_zero_and_lets_dependent_columns_in():
    items, codes, group, weights = wave(5)
    design = np.column_stack([np.ones(len(group)), np.eye(3)[group]])
    free, tight = (
        fit_latent_regression(
            latent_sample(codes, items=items, covariates=design, penalties=[0, *[penalty] * 3]),
            weights=weights,
        )
        for penalty in (0.1, 1000.0)
    )

    assert np.abs(tight.coefficients[1:]).max() < 0.2 * np.abs(free.coefficients[1:]).max()


def test_dependent_covariates_are_refused():
    items, codes, group, _ = wave(6)

    with pytest.raises(LatentRegressionError, match="dependent"):
        latent_sample(codes, items=items, covariates=np.column_stack([np.ones(len(group)), np.eye(3)[group]]))


def test_without_covariates_the_mean_of_the_population_is_the_mean_of_its_posteriors():
    items, codes, _, weights = wave(7)
    sample = latent_sample(codes, items=items, covariates=np.ones((len(codes), 1)))
    fit = fit_latent_regression(sample, weights=weights)

    scores = expected_a_posteriori(
        codes, items=items, mean=fit.coefficients[0, 0], standard_deviation=fit.spreads[0]
    )

    assert np.average(scores.values, weights=weights) == pytest.approx(fit.coefficients[0, 0], abs=1e-5)


@pytest.mark.parametrize("weights", [np.ones(3), -np.ones(400), np.zeros(400)])
def test_impossible_weights_are_refused(weights):
    items, codes, group, _ = wave(8)
    sample = latent_sample(codes, items=items, covariates=np.eye(3)[group])

    with pytest.raises(LatentRegressionError, match="weight"):
        fit_latent_regression(sample, weights=weights)
