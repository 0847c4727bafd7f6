"""The share at the cut from twelve items each: a small seeded form of the large simulation."""

import functools

import numpy as np
import pytest

from literacy_stats.irt import (
    NATIONAL_BLUEPRINT,
    ItemParameters,
    LatentRegression,
    expected_a_posteriori,
    fit_latent_regression,
    fractional_literacy,
    latent_sample,
    probability,
    reference_form,
    true_score_cut,
    true_score_pass_probabilities,
)

PERSONS, BANK, LENGTH = 200_000, 60, 12
SPREAD = 0.86
pytestmark = pytest.mark.slow


@functools.cache
def instrument():
    generator = np.random.default_rng(20261123)
    items = ItemParameters.dichotomous(
        slopes=generator.lognormal(0.2, 0.25, BANK),
        difficulties=generator.normal(0.2, 1.0, BANK),
        guessing=generator.beta(5, 22, BANK),
    )
    domains = np.repeat(list(NATIONAL_BLUEPRINT), [24, 12, 12, 12])
    return items, reference_form(items, domains=domains, blueprint=NATIONAL_BLUEPRINT)


@functools.cache
def wave(shift):
    """Three groups, each person with twelve items drawn at random; the cut leaves about 18.5 % above it."""
    items, form = instrument()
    generator = np.random.default_rng(7)
    group = generator.choice(3, PERSONS, p=[0.4, 0.4, 0.2])
    theta = true_score_cut(form, points=70) - 0.81 + np.array([-0.54, -0.04, 0.76])[group] + shift
    theta += SPREAD * generator.normal(size=PERSONS)
    chances = np.concatenate([probability(items, theta=part).T for part in np.array_split(theta, 20)])
    shown = np.argpartition(generator.random(chances.shape), LENGTH, axis=1)[:, :LENGTH]
    codes = np.full(chances.shape, -1, dtype=np.int8)
    right = generator.random((PERSONS, LENGTH)) < np.take_along_axis(chances, shown, axis=1)
    np.put_along_axis(codes, shown, right.astype(np.int8), axis=1)
    sample = latent_sample(codes, items=items, covariates=np.eye(3)[group])
    return codes, group, theta, sample


def shares(shift, *, fit=None):
    _, form = instrument()
    _, _, _, sample = wave(shift)
    fit = fit or fit_latent_regression(sample, weights=np.ones(PERSONS))
    return fractional_literacy(
        sample,
        fit=fit,
        pass_probabilities=true_score_pass_probabilities(form, points=70, nodes=sample.nodes),
    )


def truth(shift):
    return wave(shift)[2] >= true_score_cut(instrument()[1], points=70)


def test_the_population_fitted_in_the_wave_gives_the_share_within_its_gate():
    group, found, true = wave(0.0)[1], shares(0.0), truth(0.0)

    assert 100 * true.mean() == pytest.approx(18.5, abs=1.0)
    assert 100 * abs(found.mean() - true.mean()) <= 0.15
    for number in range(3):
        assert 100 * abs(found[group == number].mean() - true[group == number].mean()) <= 0.3


def test_counting_the_persons_whose_score_reaches_the_cut_is_wrong_by_more_than_a_year_of_growth():
    codes, group, _, _ = wave(0.0)
    items, form = instrument()
    reached = expected_a_posteriori(codes, items=items).values >= true_score_cut(form, points=70)
    surplus = reached.astype(float) - truth(0.0)
    errors = [100 * surplus[group == number].mean() for number in range(3)]

    assert min(errors) < -2


def test_progress_is_not_hidden_by_a_population_kept_from_the_last_wave():
    growth = truth(0.15).mean() - truth(0.0).mean()
    last = fit_latent_regression(wave(0.0)[3], weights=np.ones(PERSONS))
    assert isinstance(last, LatentRegression)

    anew = shares(0.15).mean() - shares(0.0).mean()
    kept = shares(0.15, fit=last).mean() - shares(0.0).mean()

    assert anew == pytest.approx(growth, abs=0.002)
    assert kept < 0.95 * growth
