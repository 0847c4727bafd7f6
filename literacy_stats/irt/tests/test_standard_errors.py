import numpy as np
import pytest

from literacy_stats.irt import (
    ItemParameters,
    Model,
    ResponsesError,
    Settings,
    calibrate,
    cross_product_errors,
    draw_items,
    observed_information_errors,
    sandwich_errors,
)
from literacy_stats.irt.tests import golden
from literacy_stats.irt.tests.simulated import answered, bank


@pytest.mark.parametrize("name", ["lsat6", "lsat7", "mathexam", "spisa"])
def test_observed_information_gives_the_errors_of_direct_maximisation(name):
    codes, reference = golden.answers(name), golden.direct(f"{name}.2PL_mml")
    calibration = calibrate(codes, nodes=golden.REFERENCE_NODES, settings=Settings(tolerance=1e-7))

    errors = observed_information_errors(codes, calibration=calibration)

    assert errors.slopes == pytest.approx(np.array(reference["se_a"]), abs=1e-5)
    assert errors.step_intercepts[:, 0] == pytest.approx(np.array(reference["se_d"]), abs=1e-5)


def test_a_common_slope_has_one_error_and_the_errors_of_intercepts_follow_r():
    codes, reference = golden.answers("lsat6"), golden.direct("lsat6.1PL_mml")
    calibration = calibrate(codes, model=Model.ONE_PARAMETER, nodes=golden.REFERENCE_NODES)

    errors = observed_information_errors(codes, calibration=calibration)

    assert errors.covariance.shape == (6, 6)
    assert len(set(errors.slopes.tolist())) == 1
    assert errors.step_intercepts[:, 0] == pytest.approx(np.array(reference["se_d"]), abs=1e-5)


def test_errors_of_three_parameters_follow_r():
    codes, reference = golden.answers("sim3pl"), golden.direct("sim3pl.3PL_mml")
    calibration = calibrate(
        codes, model=Model.THREE_PARAMETER, nodes=golden.REFERENCE_NODES, settings=Settings(tolerance=1e-7)
    )

    errors = observed_information_errors(codes, calibration=calibration)

    assert errors.slopes == pytest.approx(np.array(reference["se_a"]), rel=1e-3)
    assert np.isfinite(errors.guessing).all()


def simulated(*, count=6000, missing=0.2):
    generator = np.random.default_rng(20)
    groups = (generator.random(count) < 0.4).astype(int)
    codes = answered(
        generator, items=bank(generator, count=10), theta=generator.normal(0.4 * groups, 1.0), missing=missing
    )
    return codes, groups


def test_three_ways_to_the_errors_agree_when_the_model_holds():
    codes, groups = simulated()
    calibration = calibrate(codes, groups=groups)

    observed = observed_information_errors(codes, calibration=calibration, groups=groups)
    crossed = cross_product_errors(codes, calibration=calibration, groups=groups)
    robust = sandwich_errors(codes, calibration=calibration, groups=groups)

    for other in (crossed, robust):
        assert other.slopes == pytest.approx(observed.slopes, rel=0.1)
        assert other.step_intercepts == pytest.approx(observed.step_intercepts, rel=0.1)
        assert other.group_means[1] == pytest.approx(observed.group_means[1], rel=0.1)
    assert np.isnan(observed.group_means[0])


def test_errors_are_those_that_repeated_samples_show():
    generator = np.random.default_rng(21)
    items = bank(generator, count=8)
    draws = [answered(generator, items=items, theta=generator.normal(size=1500)) for _ in range(60)]
    fits = [calibrate(codes) for codes in draws]

    spread = np.std([fit.items.slopes for fit in fits], axis=0, ddof=1)
    stated = observed_information_errors(draws[0], calibration=fits[0]).slopes

    assert np.median(spread / stated) == pytest.approx(1, abs=0.15)


def test_robust_errors_do_not_change_with_the_scale_of_weights():
    codes, _ = simulated(count=1500)
    weights = np.random.default_rng(22).uniform(0.5, 3, len(codes))
    calibration = calibrate(codes, weights=weights)

    plain = sandwich_errors(codes, calibration=calibration, weights=weights)
    scaled = sandwich_errors(codes, calibration=calibration, weights=400 * weights)

    assert scaled.slopes == pytest.approx(plain.slopes, rel=1e-6)


def test_persons_repeated_within_clusters_give_the_errors_of_the_persons_alone():
    codes, _ = simulated(count=1200)
    calibration = calibrate(codes)
    repeated = np.repeat(codes, 3, axis=0)

    alone = sandwich_errors(codes, calibration=calibration)
    naive = sandwich_errors(repeated, calibration=calibration)
    clustered = sandwich_errors(repeated, calibration=calibration, clusters=np.repeat(np.arange(1200), 3))

    assert clustered.slopes == pytest.approx(alone.slopes, rel=1e-6)
    assert naive.slopes == pytest.approx(alone.slopes / np.sqrt(3), rel=1e-3)


def test_answers_to_other_items_are_refused():
    codes, _ = simulated(count=500)
    calibration = calibrate(codes)

    with pytest.raises(ResponsesError, match="belong"):
        observed_information_errors(codes[:, :5], calibration=calibration)


def test_one_cluster_is_refused():
    codes, _ = simulated(count=500)

    with pytest.raises(ResponsesError, match="two clusters"):
        sandwich_errors(codes, calibration=calibrate(codes), clusters=np.zeros(500, dtype=int))


def test_drawn_items_scatter_as_their_errors_say():
    codes, _ = simulated(count=1500)
    calibration = calibrate(codes)
    errors = observed_information_errors(codes, calibration=calibration)

    drawn = draw_items(calibration, errors=errors, count=400, generator=np.random.default_rng(23))

    slopes = np.array([items.slopes for items in drawn])
    assert slopes.mean(axis=0) == pytest.approx(calibration.items.slopes, abs=0.03)
    assert slopes.std(axis=0) == pytest.approx(errors.slopes, rel=0.15)


def test_drawn_graded_items_keep_their_steps_in_order():
    generator = np.random.default_rng(24)
    items = ItemParameters.graded(slopes=[1.0] * 4, thresholds=[[-0.1, 0.1]] * 4)
    codes = answered(generator, items=items, theta=generator.normal(size=150))
    calibration = calibrate(codes, model=Model.GRADED)
    errors = observed_information_errors(codes, calibration=calibration)

    drawn = draw_items(calibration, errors=errors, count=50, generator=generator)

    assert all((np.diff(items.step_intercepts, axis=1) < 0).all() for items in drawn)
