import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.verdict import Verdict, target_verdict


@pytest.mark.parametrize("standard_error", [0.02, 0.02 / 1.96])
def test_a_figure_just_above_the_target_decides_nothing(standard_error):
    found = target_verdict(0.189, standard_error, 0.185, df=80)
    assert found.verdict is Verdict.UNDECIDED
    assert 0.5 < found.probability < 0.75


def test_the_probability_is_that_of_t_on_log_odds():
    found = target_verdict(0.20, 0.008, 0.185, df=40)
    logit = np.log(0.2 / 0.8) - np.log(0.185 / 0.815)
    assert found.probability == pytest.approx(stats.t.cdf(logit / (0.008 / (0.2 * 0.8)), 40), rel=1e-10)


def test_a_figure_far_above_is_met_and_far_below_is_not():
    assert target_verdict(0.21, 0.008, 0.185, df=80).verdict is Verdict.MET
    assert target_verdict(0.16, 0.008, 0.185, df=80).verdict is Verdict.NOT_MET


def test_a_probability_of_nine_in_ten_is_enough_only_where_that_was_asked_for():
    asked = {"estimate": 0.1985, "standard_error": 0.009, "target": 0.185, "df": 60}
    usual, bolder = target_verdict(**asked), target_verdict(**asked, confidence=0.9)
    assert 0.9 < usual.probability < 0.95
    assert (usual.verdict, bolder.verdict) == (Verdict.UNDECIDED, Verdict.MET)


@given(
    st.floats(0.02, 0.98),
    st.floats(0.001, 0.1),
    st.floats(0.02, 0.98),
    st.integers(1, 500),
    st.sampled_from([0.9, 0.95]),
)
def test_met_means_that_the_one_sided_bound_reaches_the_target(estimate, error, target, df, confidence):
    found = target_verdict(estimate, error, target, df=df, confidence=confidence)
    if abs(found.probability - confidence) > 1e-6 and abs(found.probability - 1 + confidence) > 1e-6:
        assert (found.verdict is Verdict.MET) == (found.lower >= target)
        assert (found.verdict is Verdict.NOT_MET) == (found.upper < target)


@given(st.floats(0.02, 0.98), st.floats(0.001, 0.1), st.floats(0.02, 0.98), st.integers(1, 500))
def test_the_other_side_of_the_question_has_the_other_probability(estimate, error, target, df):
    one = target_verdict(estimate, error, target, df=df).probability
    other = target_verdict(1 - estimate, error, 1 - target, df=df).probability
    assert one + other == pytest.approx(1, abs=1e-9)


def test_a_truth_at_the_target_is_rarely_called_met():
    rng = np.random.default_rng(0)
    shares = rng.binomial(2000, 0.185, 3000) / 2000
    verdicts = [target_verdict(p, (p * (1 - p) / 2000) ** 0.5, 0.185, df=100).verdict for p in shares]
    assert 0.03 < np.mean([verdict is Verdict.MET for verdict in verdicts]) < 0.07


@pytest.mark.parametrize("wrong", ["0.2", None, object()])
def test_what_is_no_number_is_a_type_error(wrong):
    with pytest.raises(TypeError, match="probability sample"):
        target_verdict(wrong, 0.01, 0.185, df=30)


@pytest.mark.parametrize(
    "changed",
    [
        {"estimate": 0.0},
        {"estimate": 18.9},
        {"standard_error": 0.0},
        {"target": 1.0},
        {"df": 0},
        {"confidence": 0.8},
    ],
)
def test_what_means_nothing_is_refused(changed):
    with pytest.raises(StatisticsError):
        target_verdict(**({"estimate": 0.2, "standard_error": 0.01, "target": 0.185, "df": 30} | changed))
