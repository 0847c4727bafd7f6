import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar

from literacy_stats.irt import (
    ItemParameters,
    ResponsesError,
    category_probabilities,
    combine_plausible_values,
    expected_a_posteriori,
    information,
    maximum_a_posteriori,
    maximum_likelihood,
    plausible_values,
    probability,
    weighted_likelihood,
)
from literacy_stats.irt.tests import golden
from literacy_stats.irt.tests.simulated import answered, bank

FINE = np.linspace(-6, 6, 241)


@pytest.mark.parametrize("key", ["lsat6.2PL", "lsat7.2PL", "mathexam.2PL", "spisa.2PL", "sim3pl.3PL"])
def test_eap_and_map_equal_those_of_r(key):
    reference, codes = golden.mirt(key), golden.answers(key.split(".")[0])[:50]
    items = golden.items_of(reference)

    eap = expected_a_posteriori(codes, items=items, nodes=golden.REFERENCE_NODES)
    mode = maximum_a_posteriori(codes, items=items)

    assert eap.values == pytest.approx(np.array(reference["eap50"]), abs=1e-5)
    assert eap.standard_errors == pytest.approx(np.array(reference["eap_se50"]), abs=1e-5)
    assert mode.values == pytest.approx(np.array(reference["map50"]), abs=1e-5)


@pytest.mark.parametrize("key", ["lsat6.2PL", "lsat7.2PL", "mathexam.2PL", "spisa.2PL"])
def test_warms_estimate_equals_that_of_r_without_guessing(key):
    reference, codes = golden.mirt(key), golden.answers(key.split(".")[0])[:50]

    found = weighted_likelihood(codes, items=golden.items_of(reference))

    assert found.values == pytest.approx(np.array(reference["wle50"]), abs=1e-5)


def test_with_guessing_r_maximises_another_function_and_warms_equation_is_ours():
    """R mirt maximises L·√I, which is Warm's estimate only where c = 0; its errors are from that function's bend."""
    reference, codes = golden.mirt("sim3pl.3PL"), golden.answers("sim3pl")[:50]
    items = golden.items_of(reference)
    ours = weighted_likelihood(codes, items=items)

    def penalised(theta):
        chances = category_probabilities(items, theta=theta)[:, :, 0]
        likelihood = np.log(chances[np.arange(len(items)), codes[0].astype(int)]).sum()
        return -likelihood - 0.5 * np.log(information(items, theta=theta).sum())

    theirs = minimize_scalar(penalised, bounds=(-6, 6), method="bounded", options={"xatol": 1e-9}).x
    assert theirs == pytest.approx(reference["wle50"][0], abs=1e-4)
    assert ours.values[0] == pytest.approx(slow_warm(codes[0], items), abs=1e-6)


def slow_warm(row, items):
    step = 1e-4

    def equation(theta):
        low, middle, high = probability(items, theta=[theta - step, theta, theta + step]).T
        first, second = (high - low) / (2 * step), (high - 2 * middle + low) / step**2
        spread = middle * (1 - middle)
        score = ((row - middle) * first / spread).sum()
        return score + (first * second / spread).sum() / (2 * (first**2 / spread).sum())

    return brentq(equation, -4, 6, xtol=1e-10)


def sample(seed, *, missing=0.2, count=30):
    generator = np.random.default_rng(seed)
    items = ItemParameters.graded(
        slopes=[1.2, 0.8, 1.5, 1.0], thresholds=[[-1, 0.5], [0.2], [-0.5, 0, 1], [0.3]]
    )
    return items, answered(generator, items=items, theta=generator.normal(size=count), missing=missing)


def slow_posterior(row, items, *, mean, spread):
    density = np.exp(-0.5 * ((FINE - mean) / spread) ** 2)
    chances = category_probabilities(items, theta=FINE)
    for item, score in enumerate(row):
        if score >= 0:
            density = density * chances[item, score]
    return density / density.sum()


def test_eap_with_a_mean_of_ones_own_is_the_mean_of_the_posterior_written_out():
    items, codes = sample(1)
    means = np.linspace(-1, 1, len(codes))
    found = expected_a_posteriori(codes, items=items, mean=means, standard_deviation=0.8, nodes=FINE)

    slow = [slow_posterior(row, items, mean=mean, spread=0.8) for row, mean in zip(codes, means, strict=True)]
    assert found.values == pytest.approx([density @ FINE for density in slow])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_mode_is_where_the_posterior_is_highest(seed):
    items, codes = sample(seed, count=5)
    found = maximum_a_posteriori(codes, items=items, mean=0.3, standard_deviation=1.2)

    for row, value in zip(codes, found.values, strict=True):
        highest = FINE[slow_posterior(row, items, mean=0.3, spread=1.2).argmax()]
        assert value == pytest.approx(highest, abs=0.03)


def test_a_person_without_answers_gets_the_population_or_nothing():
    items, _ = sample(2)
    nobody = np.full((1, 4), -1)

    assert expected_a_posteriori(nobody, items=items, mean=0.4).values == pytest.approx([0.4], abs=1e-6)
    assert maximum_a_posteriori(nobody, items=items, mean=0.4).values == pytest.approx([0.4])
    assert np.isnan(maximum_likelihood(nobody, items=items).values).all()
    assert np.isnan(weighted_likelihood(nobody, items=items).values).all()


def test_all_right_has_no_likelihood_maximum_but_a_warm_estimate():
    items = bank(np.random.default_rng(3), count=10)
    extremes = np.array([[1] * 10, [0] * 10])

    assert maximum_likelihood(extremes, items=items).values.tolist() == [np.inf, -np.inf]
    assert np.isinf(maximum_likelihood(extremes, items=items).standard_errors).all()
    assert np.isfinite(weighted_likelihood(extremes, items=items).values).all()


def test_a_right_answer_to_an_item_with_a_negative_slope_lowers_the_score():
    items = ItemParameters.dichotomous(slopes=[1, 1, -1], intercepts=[0, 0, 0])
    low, high = expected_a_posteriori([[1, 0, 1], [1, 0, 0]], items=items).values

    assert low < high


def test_the_likelihood_maximum_is_unbiased_enough_and_warms_is_nearer():
    generator = np.random.default_rng(4)
    items = bank(generator, count=20)
    codes = answered(generator, items=items, theta=np.full(4000, 1.0))
    ml, warm = maximum_likelihood(codes, items=items).values, weighted_likelihood(codes, items=items).values

    assert abs(warm.mean() - 1) < abs(ml[np.isfinite(ml)].mean() - 1) < 0.2


def test_scores_above_what_an_item_gives_are_refused():
    items, codes = sample(5)

    with pytest.raises(ResponsesError, match="more than"):
        expected_a_posteriori(np.full_like(codes, 3), items=items)


def test_plausible_values_have_the_moments_of_the_posterior():
    items, codes = sample(6, count=3)
    draws = plausible_values(
        codes,
        items=items,
        mean=0.2,
        standard_deviation=0.9,
        count=40_000,
        generator=np.random.default_rng(7),
        nodes=FINE,
    )
    posterior = expected_a_posteriori(codes, items=items, mean=0.2, standard_deviation=0.9, nodes=FINE)

    assert draws.mean(axis=1) == pytest.approx(posterior.values, abs=0.02)
    assert draws.std(axis=1) == pytest.approx(posterior.standard_errors, abs=0.02)


def test_plausible_values_repeat_with_their_generator():
    items, codes = sample(8)
    first, second = (
        plausible_values(
            codes, items=items, mean=0, standard_deviation=1, count=3, generator=np.random.default_rng(9)
        )
        for _ in range(2)
    )

    assert np.array_equal(first, second)


def test_rubins_rules_add_what_differs_between_plausible_values():
    found = combine_plausible_values([10.0, 12.0, 14.0], variances=[1.0, 2.0, 3.0])

    assert found.value == 12
    assert found.standard_error == pytest.approx(np.sqrt(2 + (4 / 3) * 4))
    assert found.degrees_of_freedom == pytest.approx(2 / found.missing_share**2)


def test_rubins_degrees_never_exceed_those_of_the_design():
    found = combine_plausible_values([10.0, 10.01], variances=[1.0, 1.0], degrees_of_freedom=30)

    assert found.degrees_of_freedom < 30


def test_one_plausible_value_cannot_be_combined():
    with pytest.raises(ResponsesError, match="two or more"):
        combine_plausible_values([1.0], variances=[1.0])
