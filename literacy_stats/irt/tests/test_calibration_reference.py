"""Calibrations against the published data sets, as direct maximisation and R mirt calibrate them."""

import numpy as np
import pytest

from literacy_stats.irt import Beta, Model, Priors, Settings, calibrate, screen_discriminations
from literacy_stats.irt.passes import log_category_probabilities, normal_log_prior, pass_over
from literacy_stats.irt.responses import response_codes, tabulate
from literacy_stats.irt.tests import golden

PRECISE = Settings(tolerance=1e-7)


@pytest.mark.parametrize("name", ["lsat6", "lsat7", "mathexam", "spisa"])
@pytest.mark.parametrize("model", [Model.ONE_PARAMETER, Model.TWO_PARAMETER])
def test_slopes_intercepts_and_log_likelihood_equal_direct_maximisation(name, model):
    reference = golden.direct(f"{name}.{model}_mml")

    found = calibrate(golden.answers(name), model=model, nodes=golden.REFERENCE_NODES, settings=PRECISE)

    assert found.converged
    assert found.log_likelihood == pytest.approx(reference["loglik"], abs=1e-6)
    assert found.items.slopes == pytest.approx(np.array(reference["a"]), abs=1e-5)
    assert found.items.intercepts == pytest.approx(np.array(reference["d"]), abs=1e-5)


@pytest.mark.parametrize(("name", "published"), [("lsat6", -2466.653), ("lsat7", -2658.805)])
def test_the_law_school_sections_give_the_published_log_likelihood(name, published):
    assert calibrate(golden.answers(name)).log_likelihood == pytest.approx(published, abs=6e-4)


def test_the_quiz_question_with_the_wrong_sign_keeps_it_and_is_flagged():
    found = calibrate(golden.answers("spisa"))
    screen = screen_discriminations(found.items)

    assert found.items.slopes[22] == pytest.approx(-0.2171, abs=5e-5)
    assert np.flatnonzero(screen.negative).tolist() == [22]
    assert not screen.is_clean


def test_three_parameters_reach_the_maximum_of_the_simulated_data():
    reference = golden.direct("sim3pl.3PL_mml")

    found = calibrate(
        golden.answers("sim3pl"), model=Model.THREE_PARAMETER, nodes=golden.REFERENCE_NODES, settings=PRECISE
    )

    assert found.log_likelihood == pytest.approx(-63557.6, abs=0.01)
    assert found.log_likelihood == pytest.approx(reference["loglik"], abs=1e-6)
    assert found.items.guessing == pytest.approx(np.array(reference["c"]), abs=1e-4)
    assert found.items.slopes == pytest.approx(np.array(reference["a"]), abs=1e-4)


def test_two_groups_calibrated_together_agree_with_the_concurrent_calibration_of_r():
    reference = golden.mirt("spisa.concurrent_gender")
    groups = (golden.column("spisa", called="gender") == "male").astype(int)

    found = calibrate(golden.answers("spisa"), groups=groups)

    assert found.log_likelihood == pytest.approx(reference["loglik"], abs=1e-4)
    assert found.group_means == pytest.approx([0, reference["mean2"]], abs=1e-3)
    assert found.group_standard_deviations[1] ** 2 == pytest.approx(reference["var2"], abs=1e-3)
    assert found.items.slopes == pytest.approx(np.array(reference["a"]), abs=2e-4)


def test_the_mode_under_a_guessing_prior_lies_above_the_point_where_r_stops():
    """Where R mirt stops, the likelihood balances a prior gradient without its factor c(1 − c): not a maximum."""
    reference, prior = golden.mirt("spisa.3PL_prior"), Beta(5, 17)

    found = calibrate(golden.answers("spisa"), model=Model.THREE_PARAMETER, priors=Priors(guessing=prior))

    ours = found.log_likelihood + _log_density(found.items.guessing, prior)
    theirs = reference["loglik"] + _log_density(np.array(reference["g"]), prior)
    assert _marginal(golden.items_of(reference)) == pytest.approx(reference["loglik"], abs=1e-3)
    assert ours > theirs + 10
    assert found.items.slopes[22] < 0


def _log_density(guessing, prior):
    return float(np.sum((prior.alpha - 1) * np.log(guessing) + (prior.beta - 1) * np.log(1 - guessing)))


def _marginal(items):
    nodes = np.linspace(-6, 6, 61)
    return pass_over(
        tabulate(response_codes(golden.answers("spisa"))),
        log_probabilities=log_category_probabilities(items, nodes=nodes, categories=2),
        log_prior=normal_log_prior(nodes, mean=0, standard_deviation=1),
        kind=np.float64,
    ).log_likelihood
