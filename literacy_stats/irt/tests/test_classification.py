import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from literacy_stats.irt import ClassificationError, posterior_classification, rudner_classification


def test_a_person_at_the_cut_is_a_coin_and_one_far_away_is_sure():
    found = rudner_classification([0.0, 5.0], standard_errors=[0.3, 0.3], cuts=[0.0])

    assert found.accuracy == pytest.approx(0.75)
    assert found.consistency == pytest.approx(0.75)
    assert found.false_positive == pytest.approx(0.25)


def test_the_stated_accuracy_is_what_repeated_classification_shows():
    generator = np.random.default_rng(1)
    truth = generator.normal(size=200_000)
    errors = generator.uniform(0.2, 0.5, truth.size)
    # With a flat prior θ given the estimate is N(estimate, se²): draw the truth around the estimate.
    seen = truth + errors * generator.normal(size=truth.size)
    cuts = [-0.5, 0.8]
    stated = rudner_classification(truth, standard_errors=errors, cuts=cuts)

    shown = np.mean(np.searchsorted(cuts, truth) == np.searchsorted(cuts, seen))
    assert stated.accuracy == pytest.approx(shown, abs=0.003)


@given(
    estimates=st.lists(st.floats(-4, 4), min_size=1, max_size=20),
    error=st.floats(0.05, 2),
    factor=st.floats(0.01, 100),
)
def test_shares_add_up_and_the_scale_of_weights_is_nothing(estimates, error, factor):
    weights = np.linspace(1, 2, len(estimates))
    plain = rudner_classification(
        estimates, standard_errors=[error] * len(estimates), cuts=[-1, 0, 1], weights=weights
    )
    scaled = rudner_classification(
        estimates, standard_errors=[error] * len(estimates), cuts=[-1, 0, 1], weights=factor * weights
    )

    assert plain.table.sum() == pytest.approx(1)
    assert plain.accuracy + plain.false_positive + plain.false_negative == pytest.approx(1)
    assert scaled.table == pytest.approx(plain.table)


def test_posterior_shares_put_each_person_in_the_likeliest_class():
    found = posterior_classification([[0.7, 0.3], [0.2, 0.8]])

    assert found.accuracy == pytest.approx(0.75)
    assert found.table == pytest.approx(np.array([[0.35, 0.1], [0.15, 0.4]]))
    assert found.consistency == pytest.approx((0.49 + 0.09 + 0.04 + 0.64) / 2)


@pytest.mark.parametrize("errors", [[0.0], [np.inf], [-1.0]])
def test_errors_that_are_not_positive_are_refused(errors):
    with pytest.raises(ClassificationError, match="positive"):
        rudner_classification([0.0], standard_errors=errors, cuts=[0.0])


def test_cuts_that_do_not_rise_are_refused():
    with pytest.raises(ClassificationError, match="rise"):
        rudner_classification([0.0], standard_errors=[0.1], cuts=[1.0, 0.0])
