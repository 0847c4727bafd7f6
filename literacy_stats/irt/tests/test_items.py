import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy_stats.irt import (
    ItemParameters,
    ItemParametersError,
    category_probabilities,
    expected_scores,
    information,
    probability,
)

slopes = st.floats(-4, 4)
intercepts = st.floats(-6, 6)
thetas = st.floats(-30, 30)


def test_a_three_parameter_item_follows_its_formula():
    items = ItemParameters.dichotomous(slopes=[1.2], difficulties=[0.5], guessing=[0.2])

    assert probability(items, theta=[-1.0, 0.5])[0] == pytest.approx(
        [0.2 + 0.8 / (1 + np.exp(1.2 * 1.5)), 0.6]
    )


def test_a_graded_item_follows_its_formula():
    items = ItemParameters.graded(slopes=[1.5], thresholds=[[-1, 0, 2]])
    above = 1 / (1 + np.exp(-1.5 * (0.3 - np.array([-1, 0, 2]))))

    assert category_probabilities(items, theta=0.3)[0, :, 0] == pytest.approx(
        [1 - above[0], above[0] - above[1], above[1] - above[2], above[2]]
    )
    assert expected_scores(items, theta=0.3)[0, 0] == pytest.approx(above.sum())


def test_items_with_fewer_steps_never_reach_the_scores_they_do_not_have():
    items = ItemParameters.graded(slopes=[1.0, 1.0], thresholds=[[-1, 0, 1], [0.5]])

    assert category_probabilities(items, theta=[0.0, 2.0])[1, 2:].max() == 0


@given(a=slopes, d=intercepts, c=st.floats(0, 0.9), theta=thetas)
def test_information_is_never_negative_and_probabilities_stay_probabilities(a, d, c, theta):
    items = ItemParameters.dichotomous(slopes=[a], intercepts=[d], guessing=[c])
    chances = category_probabilities(items, theta=theta)

    assert information(items, theta=theta).min() >= 0
    assert chances.min() >= 0
    assert chances.sum() == pytest.approx(1)


@given(
    a=st.floats(0.1, 3),
    first=intercepts,
    gaps=st.lists(st.floats(0.01, 3), min_size=1, max_size=4),
    theta=thetas,
)
def test_information_of_a_graded_item_is_the_expected_square_of_the_score(a, first, gaps, theta):
    thresholds = first + np.cumsum([0, *gaps])
    items = ItemParameters.graded(slopes=[a], thresholds=[thresholds])
    step = 1e-4
    low, middle, high = category_probabilities(items, theta=[theta - step, theta, theta + step])[0].T
    slow = sum(((h - b) / (2 * step)) ** 2 / m for b, m, h in zip(low, middle, high, strict=True) if m > 1e-9)

    assert information(items, theta=theta)[0, 0] == pytest.approx(slow, rel=1e-3, abs=1e-6)
    assert information(items, theta=theta)[0, 0] >= 0


@given(a=slopes, d=intercepts, c=st.floats(0, 0.5), theta=st.floats(-6, 6))
def test_dichotomous_information_is_the_expected_square_of_the_score(a, d, c, theta):
    items = ItemParameters.dichotomous(slopes=[a], intercepts=[d], guessing=[c])
    step = 1e-4
    low, chance, high = probability(items, theta=[theta - step, theta, theta + step])[0]
    slow = ((high - low) / (2 * step)) ** 2 / (chance * (1 - chance)) if 1e-9 < chance < 1 - 1e-9 else 0

    assert information(items, theta=theta)[0, 0] == pytest.approx(slow, rel=1e-3, abs=1e-6)


@given(a=slopes, d=intercepts, theta=st.floats(-6, 6))
def test_turning_the_scale_round_turns_the_answer_round(a, d, theta):
    items = ItemParameters.dichotomous(slopes=[a], intercepts=[d])
    turned = ItemParameters.dichotomous(slopes=[-a], intercepts=[-d])

    assert probability(turned, theta=theta) == pytest.approx(1 - probability(items, theta=theta))


def test_the_chance_to_miss_an_easy_item_keeps_its_digits():
    items = ItemParameters.dichotomous(slopes=[2.0], difficulties=[0.0])

    assert category_probabilities(items, theta=30.0)[0, 0, 0] == pytest.approx(np.exp(-60), rel=1e-12)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"slopes": [1.0], "intercepts": [0.0], "guessing": [1.0]}, "guessing"),
        ({"slopes": [np.nan], "intercepts": [0.0]}, "finite"),
        ({"slopes": [1.0]}, "either"),
        ({"slopes": [1.0], "intercepts": [0.0], "difficulties": [0.0]}, "either"),
    ],
)
def test_impossible_items_are_refused_with_the_reason(values, reason):
    with pytest.raises(ItemParametersError, match=reason):
        ItemParameters.dichotomous(**values)


def test_thresholds_out_of_order_are_refused():
    with pytest.raises(ItemParametersError, match="step to step"):
        ItemParameters.graded(slopes=[1.0], thresholds=[[1, 0]])


def test_items_cannot_be_changed_after_they_are_made():
    items = ItemParameters.dichotomous(slopes=[1.0], intercepts=[0.0])

    with pytest.raises(ValueError, match="read-only"):
        items.slopes[0] = 2


def test_chosen_items_keep_their_order():
    items = ItemParameters.dichotomous(slopes=[1, 2, 3], difficulties=[1, 2, 3])

    assert items.take([2, 0]).difficulties.tolist() == [3, 1]
