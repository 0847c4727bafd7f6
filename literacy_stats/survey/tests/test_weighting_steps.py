"""The steps from people drawn to weights: eligibility, non-response, trimming, and what is kept of each."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy_stats.errors import MarginError, WeightingError
from literacy_stats.survey.calibration import CalibrationStep
from literacy_stats.survey.margins import Margin
from literacy_stats.survey.nonresponse import (
    EligibilityAdjustment,
    ResponseCells,
    ResponsePropensity,
    ResponseStatus,
    equal_weight_classes,
)
from literacy_stats.survey.propensity import fitted_probabilities
from literacy_stats.survey.raking import PostStratification, Raking
from literacy_stats.survey.trimming import Redistribution, Trimming, limit_above_median, trim_weights
from literacy_stats.survey.weights import Weighting, kish_design_effect

ANSWERED, SILENT, OUTSIDE, UNKNOWN = ResponseStatus
close = pytest.approx


def drawn(n=400, seed=3):
    generator = np.random.default_rng(seed)
    return {
        "base": generator.lognormal(3, 0.4, n),
        "status": generator.choice(4, n, p=[0.55, 0.3, 0.1, 0.05]),
        "area": generator.integers(0, 5, n),
        "sex": generator.integers(0, 2, n),
        "age": generator.integers(0, 4, n),
    }


def test_unknown_eligibility_is_shared_by_all_who_are_known_and_the_ineligible_leave():
    status = np.array([ANSWERED, SILENT, OUTSIDE, UNKNOWN, ANSWERED, SILENT])
    area = np.array([0, 0, 0, 0, 1, 1])
    step = EligibilityAdjustment(status, area)
    found = Weighting(np.array([10.0, 10, 10, 15, 20, 20]), (step,)).final_weights()
    assert found.tolist() == close([15, 15, 0, 0, 20, 20])


def test_those_who_answered_carry_the_weight_of_their_class():
    status = np.array([ANSWERED, SILENT, SILENT, ANSWERED, ANSWERED])
    cells = np.array([0, 0, 0, 1, 1])
    found = Weighting(np.array([1.0, 2, 3, 4, 5]), (ResponseCells(status, cells),)).final_weights()
    assert found.tolist() == close([6, 0, 0, 4, 5])


def test_a_class_in_which_nobody_answered_is_an_error_that_names_it():
    status = np.array([ANSWERED, SILENT])
    with pytest.raises(WeightingError, match="non-response cells: class 1 "):
        Weighting(np.ones(2), (ResponseCells(status, np.array([0, 1])),)).final_weights()


def test_non_response_before_eligibility_is_refused():
    status = np.array([ANSWERED, UNKNOWN])
    with pytest.raises(WeightingError, match="eligibility first"):
        Weighting(np.ones(2), (ResponseCells(status, np.zeros(2, dtype=int)),)).final_weights()


def test_the_ineligible_without_an_eligibility_step_leave_as_well():
    status = np.array([ANSWERED, OUTSIDE])
    found = Weighting(np.ones(2), (ResponseCells(status, np.zeros(2, dtype=int)),)).final_weights()
    assert found.tolist() == [1, 0]


def covariates_of(people):
    indicators = [people["sex"] == 1, *(people["age"] == code for code in range(1, 4))]
    return np.column_stack(indicators).astype(float)


def test_the_logistic_regression_sets_its_weighted_scores_to_zero():
    people = drawn()
    rows = people["status"] <= SILENT
    design, weights = covariates_of(people)[rows], people["base"][rows, None]
    answered = (people["status"][rows] == ANSWERED)[:, None]
    fitted = fitted_probabilities(design, weights=weights, successes=weights * answered)
    scores = np.column_stack([np.ones(len(design)), design]).T @ (weights * (answered - fitted))
    assert np.abs(scores).max() < 1e-8 * weights.sum()


def test_saturated_propensities_are_the_response_rates():
    covariates = np.array([[0.0], [1.0]])
    found = fitted_probabilities(
        covariates, weights=np.array([[10.0], [20.0]]), successes=np.array([[7.0], [5.0]])
    )
    assert found[:, 0].tolist() == close([0.7, 0.25])


def test_a_covariate_given_twice_changes_no_propensity():
    people = drawn()
    covariates = covariates_of(people)
    weights = people["base"][:, None]
    successes = weights * (people["status"] == ANSWERED)[:, None]
    once = fitted_probabilities(covariates, weights=weights, successes=successes)
    twice = fitted_probabilities(
        np.column_stack([covariates, covariates[:, 0]]), weights=weights, successes=successes
    )
    assert twice == close(once)


def test_a_covariate_that_settles_who_answers_is_an_error():
    covariate = np.array([[0.0], [1.0]])
    with pytest.raises(WeightingError, match="without a doubt"):
        fitted_probabilities(covariate, weights=np.array([[5.0], [5.0]]), successes=np.array([[5.0], [0.0]]))


def test_propensity_classes_are_a_slow_reference_person_by_person():
    people = drawn(seed=8)
    people["status"] = np.where(people["status"] > SILENT, SILENT, people["status"])
    step = ResponsePropensity(people["status"], covariates_of(people), class_count=3)
    found = Weighting(people["base"], (step,)).final_weights()

    weights, answered = people["base"], people["status"] == ANSWERED
    fitted = fitted_probabilities(
        covariates_of(people), weights=weights[:, None], successes=(weights * answered)[:, None]
    )[:, 0].round(10)
    expected = np.zeros(len(weights))
    upto = 0.0
    classes = np.zeros(len(weights), dtype=int)
    for value in np.unique(fitted):
        own = weights[fitted == value].sum()
        classes[fitted == value] = int((upto + own / 2) / weights.sum() * 3)
        upto += own
    for code in range(3):
        rows = classes == code
        expected[rows & answered] = (
            weights[rows & answered] * weights[rows].sum() / weights[rows & answered].sum()
        )
    assert found == close(expected)


def test_classes_of_equal_weight_follow_the_values():
    values = np.array([[0.3], [0.1], [0.2], [0.4]])
    classes = equal_weight_classes(values, weights=np.ones((4, 1)), count=2)
    assert classes[:, 0].tolist() == [1, 0, 0, 1]


def whole_chain(people):
    """All steps; what is asked in the interview is known only of those who answered."""
    answered = people["status"] == ANSWERED
    sex = Margin("sex", np.where(answered, people["sex"], -1), np.array([5000.0, 5200]), ("f", "m"))
    age = Margin(
        "age", np.where(answered, people["age"], -1), np.array([3000.0, 2800, 2500, 1900]), tuple("abcd")
    )
    area = Margin("area", people["area"], np.full(5, 2040.0), tuple("vwxyz"))
    return (
        Weighting(people["base"])
        .then(EligibilityAdjustment(people["status"], people["area"]))
        .then(ResponsePropensity(people["status"], covariates_of(people), class_count=4))
        .then(PostStratification(area))
        .then(Raking((sex, age, area)))
        .then(Trimming(upper=140.0))
        .then(CalibrationStep((sex, age, area)))
    )


def test_every_step_is_kept_with_its_design_effect_and_its_range():
    people = drawn()
    stages = whole_chain(people).stages()
    assert [stage.name for stage in stages] == [
        "base",
        "eligibility",
        "non-response propensity",
        "post-stratification",
        "raking",
        "trimming",
        "calibration",
    ]
    for before, after in itertools.pairwise(stages):
        kept = after.weights > 0
        ratio = after.weights[kept] / before.weights[kept]
        assert (after.smallest_factor, after.largest_factor) == close((ratio.min(), ratio.max()))
        assert after.design_effect == close(kish_design_effect(after.weights[kept]))
    answered = people["status"] == ANSWERED
    for column, totals in (("sex", [5000, 5200]), ("area", [2040] * 5)):
        sums = np.bincount(people[column][answered], weights=stages[-1].weights[answered])
        assert sums.tolist() == close(totals)


def test_the_stages_end_with_the_final_weights():
    chain = whole_chain(drawn())
    assert chain.stages()[-1].weights == close(chain.final_weights(), rel=1e-12)


@given(st.permutations(range(60)), st.floats(0.01, 1000))
@settings(max_examples=25, deadline=None)
def test_reordered_rows_and_rescaled_weights_change_nothing(order, scale):
    people = drawn(60, seed=11)
    people["status"] %= 2
    chain = Weighting(people["base"]).then(ResponseCells(people["status"], people["sex"]))
    moved = {name: column[list(order)] for name, column in people.items()}
    again = Weighting(moved["base"] * scale).then(ResponseCells(moved["status"], moved["sex"]))
    assert again.final_weights() == close(chain.final_weights()[list(order)] * scale)


def test_a_row_that_carries_weight_needs_a_category():
    margin = Margin("sex", np.array([0, 1, -1]), np.array([5.0, 5]), ("f", "m"))
    with pytest.raises(MarginError, match="'sex', category 'unknown'"):
        Weighting(np.ones(3), (PostStratification(margin),)).final_weights()


@pytest.mark.parametrize("base", [[-1.0, 2], [np.nan, 1], [0.0, 0], [[1.0, 2]]])
def test_base_weights_that_are_none_are_refused(base):
    with pytest.raises(WeightingError, match="base weights"):
        Weighting(np.array(base))


def test_a_step_of_other_people_is_refused():
    with pytest.raises(WeightingError, match="'non-response cells' has 2 rows beside 3"):
        Weighting(np.ones(3), (ResponseCells(np.zeros(2, dtype=int), np.zeros(2, dtype=int)),))


@pytest.mark.parametrize(
    ("status", "classes"),
    [([0, 4], [0, 0]), ([0, -1], [0, 0]), ([0, 1], [0, -1]), ([0, 1], [0]), ([], [])],
)
def test_codes_that_are_none_are_refused(status, classes):
    with pytest.raises(WeightingError):
        ResponseCells(np.array(status, dtype=int), np.array(classes, dtype=int))


def test_propensities_need_two_classes_and_known_covariates():
    status = np.array([0, 1])
    with pytest.raises(WeightingError, match="at least two"):
        ResponsePropensity(status, np.ones((2, 1)), class_count=1)
    with pytest.raises(WeightingError, match="finite"):
        ResponsePropensity(status, np.array([[1.0], [np.nan]]))


def test_kish_design_effect_of_equal_weights_is_one_and_rows_without_weight_do_not_count():
    assert kish_design_effect([2, 2, 2, 0]) == close(1)
    assert kish_design_effect([1, 3]) == close(2 * 10 / 16)
    with pytest.raises(WeightingError):
        kish_design_effect([0, 0])


def slowly_trimmed(weights, *, upper):
    """Cut the largest to the limit and share out in proportion, until nobody is above it."""
    trimmed = weights.copy()
    while (trimmed > upper * (1 + 1e-13)).any():
        held = trimmed >= upper
        trimmed[held] = upper
        trimmed[~held] *= (weights.sum() - upper * held.sum()) / trimmed[~held].sum()
    return trimmed


def test_trimming_equals_its_slow_reference_and_keeps_the_sum():
    weights = drawn()["base"]
    upper = 1.5 * weights.mean()
    found = trim_weights(weights, upper=upper)
    assert found == close(slowly_trimmed(weights, upper=upper))
    assert found.sum() == close(weights.sum())


@given(
    st.lists(st.floats(0.1, 50), min_size=3, max_size=40),
    st.floats(1.2, 4),
    st.sampled_from(list(Redistribution)),
)
@settings(max_examples=60, deadline=None)
def test_trimmed_weights_lie_within_the_limits_and_keep_their_order(weights, spread, redistribution):
    weights = np.array(weights)
    upper, lower = weights.mean() * spread, weights.mean() / spread
    found = trim_weights(weights, upper=upper, lower=lower, redistribution=redistribution)
    assert found.sum() == close(weights.sum())
    assert found.min() >= lower * (1 - 1e-9)
    assert found.max() <= upper * (1 + 1e-9)
    assert (np.diff(found[np.argsort(weights, kind="stable")]) >= -1e-9).all()


def test_trimming_below_the_mean_weight_is_refused():
    with pytest.raises(WeightingError, match="mean weight"):
        trim_weights(np.array([1.0, 2, 3]), upper=1.9)
    with pytest.raises(WeightingError, match="lower < upper"):
        trim_weights(np.array([1.0, 2, 3]), upper=1, lower=2)


def test_the_limit_above_the_median_counts_interquartile_ranges():
    assert limit_above_median([0, 1, 2, 3, 4, 5], spreads=2) == close(3 + 2 * 2)
