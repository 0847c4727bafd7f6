import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from scipy.optimize import minimize

from literacy_stats.irt import (
    Beta,
    ItemParameters,
    Model,
    Normal,
    Priors,
    ResponsesError,
    Settings,
    calibrate,
    category_probabilities,
)
from literacy_stats.irt import calibration as calibration_module
from literacy_stats.irt.acceleration import FixedPoint
from literacy_stats.irt.parameters import FreeParameters, log_prior_density
from literacy_stats.irt.tests.simulated import answered, bank

NODES = np.linspace(-5, 5, 31)
PRECISE = Settings(tolerance=1e-8)


def slow_log_likelihood(codes, items, *, weights, mean=0.0, spread=1.0):
    """Person by person, node by node, item by item."""
    prior = np.exp(-0.5 * ((NODES - mean) / spread) ** 2)
    prior /= prior.sum()
    chances = category_probabilities(items, theta=NODES)
    total = 0.0
    for row, weight in zip(codes, weights, strict=True):
        likelihood = prior.copy()
        for item, score in enumerate(row):
            if score >= 0:
                likelihood *= chances[item, score]
        total += weight * np.log(likelihood.sum())
    return total


def sample(seed, *, count=150, items=None, missing=0.2):
    generator = np.random.default_rng(seed)
    items = items or bank(generator, count=4)
    codes = answered(generator, items=items, theta=generator.normal(size=count), missing=missing)
    return codes, generator.uniform(0.5, 2, count)


def test_the_weighted_two_parameter_fit_is_where_a_general_optimiser_ends():
    codes, weights = sample(1)

    def negative(vector):
        items = ItemParameters.dichotomous(slopes=vector[:4], intercepts=vector[4:])
        return -slow_log_likelihood(codes, items, weights=weights)

    found = calibrate(codes, weights=weights, nodes=NODES, settings=PRECISE)
    best = minimize(negative, np.r_[np.ones(4), np.zeros(4)], method="BFGS", options={"gtol": 1e-5})

    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    assert found.items.slopes == pytest.approx(best.x[:4], abs=2e-3)


def test_the_graded_fit_is_where_a_general_optimiser_ends():
    items = ItemParameters.graded(slopes=[1.2, 0.8, 1.5], thresholds=[[-1, 0.5], [0.2], [-0.5, 0, 1]])
    codes, weights = sample(2, items=items)

    def unpacked(vector):
        first, gaps = vector[3:6], np.exp(vector[6:])
        steps = np.array(
            [
                [first[0], first[0] - gaps[0], np.nan],
                [first[1], np.nan, np.nan],
                [first[2], first[2] - gaps[1], first[2] - gaps[1] - gaps[2]],
            ]
        )
        return ItemParameters(vector[:3], steps, np.zeros(3))

    found = calibrate(codes, model=Model.GRADED, weights=weights, nodes=NODES, settings=PRECISE)
    best = minimize(
        lambda vector: -slow_log_likelihood(codes, unpacked(vector), weights=weights),
        np.r_[np.ones(3), np.zeros(6)],
        method="BFGS",
        options={"gtol": 1e-5},
    )

    assert found.log_likelihood == pytest.approx(-best.fun, abs=1e-5)
    assert found.items.slopes == pytest.approx(best.x[:3], abs=5e-3)


def test_with_priors_the_fit_is_the_posterior_mode():
    codes, weights = sample(3, items=bank(np.random.default_rng(3), count=3, guessing=0.2), count=120)
    priors = Priors(slopes=Normal(1, 0.5), intercepts=Normal(0, 2), guessing=Beta(5, 17))

    def negative(vector):
        guessing = 1 / (1 + np.exp(-vector[6:]))
        items = ItemParameters.dichotomous(slopes=vector[:3], intercepts=vector[3:6], guessing=guessing)
        density = -0.5 * np.sum(((vector[:3] - 1) / 0.5) ** 2) - 0.5 * np.sum((vector[3:6] / 2) ** 2)
        density += np.sum(4 * np.log(guessing) + 16 * np.log(1 - guessing))
        return -slow_log_likelihood(codes, items, weights=weights) - density

    found = calibrate(
        codes, model=Model.THREE_PARAMETER, weights=weights, priors=priors, nodes=NODES, settings=PRECISE
    )
    best = minimize(
        negative, np.r_[np.ones(3), np.zeros(3), -np.ones(3)], method="BFGS", options={"gtol": 1e-5}
    )

    assert found.items.slopes == pytest.approx(best.x[:3], abs=2e-3)
    assert found.items.guessing == pytest.approx(1 / (1 + np.exp(-best.x[6:])), abs=2e-3)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100))
def test_the_scale_of_weights_the_order_of_rows_and_the_order_of_items_change_nothing(seed, factor):
    codes, weights = sample(seed, count=300, items=bank(np.random.default_rng(seed), count=6))
    generator = np.random.default_rng(seed)
    rows, columns = generator.permutation(len(codes)), generator.permutation(6)

    plain = calibrate(codes, weights=weights, settings=PRECISE)
    other = calibrate(codes[rows][:, columns], weights=factor * weights[rows], settings=PRECISE)

    assert other.items.slopes == pytest.approx(plain.items.slopes[columns], abs=1e-4)
    assert other.log_likelihood == pytest.approx(factor * plain.log_likelihood, rel=1e-9)


def test_a_weight_of_two_counts_a_person_twice():
    codes, _ = sample(5, count=600)
    twice = np.where(np.arange(len(codes)) < 40, 2.0, 1.0)

    weighted = calibrate(codes, weights=twice, settings=PRECISE)
    repeated = calibrate(np.concatenate([codes, codes[:40]]), settings=PRECISE)

    assert weighted.items.slopes == pytest.approx(repeated.items.slopes, abs=1e-6)


def test_missing_answers_may_be_nan_a_negative_code_or_masked():
    codes, _ = sample(6)
    floats = np.where(codes < 0, np.nan, codes)
    masked = np.ma.masked_array(np.maximum(codes, 0), mask=codes < 0)

    slopes = [calibrate(form).items.slopes for form in (codes, floats, masked, codes.astype(int) * 1)]

    assert all(np.array_equal(slopes[0], other) for other in slopes[1:])


def test_the_fast_way_for_large_tables_ends_where_plain_em_ends(monkeypatch):
    generator = np.random.default_rng(7)
    items = bank(generator, count=25)
    codes = answered(generator, items=items, theta=generator.normal(size=17_000), missing=0.3)
    weights = generator.uniform(0.5, 2, len(codes))

    fast = calibrate(codes, weights=weights, nodes=NODES)
    monkeypatch.setattr(calibration_module, "_START_ROWS", 10**9)
    plain = calibrate(codes, weights=weights, nodes=NODES, settings=PRECISE)

    assert fast.converged
    assert fast.evaluations < 10
    assert fast.items.slopes == pytest.approx(plain.items.slopes, abs=2e-6)
    assert fast.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-10)


def test_the_population_of_a_second_group_is_recovered():
    generator = np.random.default_rng(8)
    items = bank(generator, count=20)
    groups = np.repeat([0, 1], 2500)
    codes = answered(
        generator, items=items, theta=generator.normal(np.where(groups, 0.7, 0), np.where(groups, 1.3, 1))
    )

    found = calibrate(codes, groups=groups)

    assert found.group_means[0] == 0
    assert found.group_means[1] == pytest.approx(0.7, abs=0.1)
    assert found.group_standard_deviations[1] == pytest.approx(1.3, abs=0.1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda codes: np.where(np.arange(4) == 2, 1, codes), r"items \[2\]"),
        (lambda codes: np.where(np.arange(4) == 1, -1, codes), r"items \[1\]"),
        (lambda codes: np.where(codes == 1, 2, codes), "graded"),
        (lambda codes: codes + 0.5, "whole numbers"),
        (lambda codes: codes[:, 0], "row per person"),
    ],
)
def test_answers_that_cannot_be_calibrated_are_refused_with_the_reason(change, reason):
    codes, _ = sample(9, missing=0.0)

    with pytest.raises(ResponsesError, match=reason):
        calibrate(change(codes))


def test_a_step_that_nobody_scored_is_refused():
    codes, _ = sample(10, missing=0.0)

    with pytest.raises(ResponsesError, match="merge the steps"):
        calibrate(np.where(codes == 1, 2, codes), model=Model.GRADED)


@pytest.mark.parametrize("weights", [[-1.0], [np.nan], [0.0]])
def test_impossible_weights_are_refused(weights):
    codes, _ = sample(11)

    with pytest.raises(ResponsesError, match="weights"):
        calibrate(codes, weights=np.resize(weights, len(codes)))


def test_groups_numbered_with_a_gap_are_refused():
    codes, _ = sample(12)

    with pytest.raises(ResponsesError, match="gap"):
        calibrate(codes, groups=np.resize([0, 2], len(codes)))


def test_a_fit_that_may_not_go_on_says_that_it_did_not_settle():
    codes, _ = sample(13)

    assert not calibrate(codes, settings=Settings(limit=2)).converged


def test_where_newton_steps_fail_a_large_table_is_still_calibrated(monkeypatch):
    generator = np.random.default_rng(14)
    codes = answered(
        generator, items=bank(generator, count=22), theta=generator.normal(size=17_500), missing=0.2
    )
    fast = calibrate(codes, nodes=NODES)

    def failed(start, **_):
        return FixedPoint(start, -np.inf, 3, converged=False)

    monkeypatch.setattr(calibration_module, "polish", failed)
    slow = calibrate(codes, nodes=NODES)

    assert slow.converged
    assert slow.evaluations > fast.evaluations
    assert slow.items.slopes == pytest.approx(fast.items.slopes, abs=1e-4)


def test_the_prior_density_is_that_of_the_distributions():
    items = ItemParameters.dichotomous(slopes=[0.7, 1.4], intercepts=[-1.0, 0.4], guessing=[0.1, 0.3])
    free = FreeParameters(Model.THREE_PARAMETER, np.ones(2, dtype=int), np.ones(2, dtype=bool), 1)
    priors = Priors(slopes=Normal(1, 0.5), intercepts=Normal(0.2, 2), guessing=Beta(5, 17))

    slow = stats.norm(1, 0.5).logpdf(items.slopes).sum() + stats.norm(0.2, 2).logpdf(items.intercepts).sum()
    slow += stats.beta(5, 17).logpdf(items.guessing).sum()
    constants = -4 * np.log(np.sqrt(2 * np.pi)) - 2 * np.log(0.5) - 2 * np.log(2)
    constants -= 2 * special.betaln(5, 17)

    assert log_prior_density(items, free=free, priors=priors) + constants == pytest.approx(slow)
