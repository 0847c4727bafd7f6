import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy_stats.errors import StatisticsError
from literacy_stats.survey.small_areas import (
    fay_herriot_ml,
    fay_herriot_proportions,
    fay_herriot_reml,
)
from literacy_stats.survey.tests import golden

FITS = {"REML": fay_herriot_reml, "ML": fay_herriot_ml}


def milk():
    region = golden.numbers("sae_milk", "major_area")
    covariates = np.column_stack([np.ones(len(region)), *(region == code for code in (2, 3, 4))])
    return (
        golden.numbers("sae_milk", "direct_est"),
        golden.numbers("sae_milk", "std_error") ** 2,
        covariates.astype(float),
    )


@pytest.mark.parametrize("method", FITS)
def test_milk_expenditure_is_the_published_reference(method):
    golden.require()
    direct, variances, covariates = milk()
    found = FITS[method](direct, variances=variances, covariates=covariates)
    wanted = json.loads((golden.FOLDER / "ref_sae.json").read_text())["results"][f"milk.FH.{method}"]
    assert found.model_variance == pytest.approx(wanted["sigma2u"], rel=1e-8)
    assert found.coefficients == pytest.approx(wanted["beta"], rel=1e-8)
    assert found.coefficient_errors == pytest.approx(wanted["se_beta"], rel=1e-8)
    assert found.estimates == pytest.approx(wanted["eblup"], rel=1e-8)
    assert found.shrinkage == pytest.approx(wanted["gamma"], rel=1e-8)
    assert found.mean_squared_errors == pytest.approx(wanted["mse"], rel=1e-8)


def areas(seed, *, count=30, spread=0.3):
    rng = np.random.default_rng(seed)
    covariates = np.column_stack([np.ones(count), rng.normal(size=count)])
    variances = rng.uniform(0.02, 0.3, count)
    direct = covariates @ [1.0, 0.5] + rng.normal(0, spread, count) + rng.normal(0, np.sqrt(variances))
    return direct, variances, covariates


def log_likelihood(model_variance, direct, variances, covariates, *, restricted):
    """From its definition, with whole matrices."""
    inverse = np.diag(1 / (model_variance + variances))
    crossed = covariates.T @ inverse @ covariates
    projected = inverse - inverse @ covariates @ np.linalg.inv(crossed) @ covariates.T @ inverse
    height = -0.5 * (np.log(model_variance + variances).sum() + direct @ projected @ direct)
    return height - 0.5 * np.linalg.slogdet(crossed)[1] * restricted


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("method", FITS)
def test_the_model_variance_is_where_the_likelihood_is_highest(seed, method):
    direct, variances, covariates = areas(seed)
    found = FITS[method](direct, variances=variances, covariates=covariates).model_variance
    heights = [
        log_likelihood(value, direct, variances, covariates, restricted=method == "REML")
        for value in (found, found + 1e-4, max(found - 1e-4, 0), *np.linspace(0, 2, 50))
    ]
    assert np.argmax(heights) == 0


def test_errors_are_those_seen_over_many_samples():
    rng = np.random.default_rng(4)
    covariates = np.column_stack([np.ones(25), np.linspace(-1, 1, 25)])
    variances = np.linspace(0.05, 0.4, 25)
    squares, said = np.zeros(25), np.zeros(25)
    for _ in range(600):
        truth = covariates @ [1.0, 0.5] + rng.normal(0, 0.45, 25)
        direct = truth + rng.normal(0, np.sqrt(variances))
        found = fay_herriot_reml(direct, variances=variances, covariates=covariates)
        squares += (found.estimates - truth) ** 2 / 600
        said += found.mean_squared_errors / 600
    assert said.mean() == pytest.approx(squares.mean(), rel=0.06)


def test_areas_without_differences_get_the_regression():
    direct = np.array([1.0, 1.01, 0.99, 1.0, 1.02, 0.98])
    found = fay_herriot_reml(direct, variances=np.full(6, 0.5), covariates=np.ones((6, 1)))
    assert found.model_variance == 0
    assert found.estimates == pytest.approx(np.full(6, 1.0))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(-5, 5), st.floats(0.1, 10))
def test_another_unit_or_zero_of_the_figures_changes_nothing_else(seed, shift, scale):
    direct, variances, covariates = areas(seed)
    plain = fay_herriot_reml(direct, variances=variances, covariates=covariates)
    moved = fay_herriot_reml(
        direct * scale + shift, variances=variances * scale**2, covariates=covariates * [1, scale]
    )
    assert moved.estimates == pytest.approx(plain.estimates * scale + shift, abs=1e-6 * scale)
    assert moved.shrinkage == pytest.approx(plain.shrinkage, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_estimates_lie_between_the_direct_figure_and_the_regression(seed):
    direct, variances, covariates = areas(seed)
    found = fay_herriot_reml(direct, variances=variances, covariates=covariates)
    regression = covariates @ found.coefficients
    assert np.all(found.estimates <= np.maximum(direct, regression) + 1e-9)
    assert np.all(found.estimates >= np.minimum(direct, regression) - 1e-9)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"variances": np.zeros(30)}, "above 0"),
        ({"variances": np.ones(29)}, "one row per area"),
        ({"covariates": np.ones((30, 2))}, "depend"),
        ({"direct": np.full(30, np.nan)}, "without a figure"),
    ],
)
def test_what_cannot_be_fitted_is_refused(changed, message):
    direct, variances, covariates = areas(0)
    asked = {"direct": direct, "variances": variances, "covariates": covariates} | changed
    with pytest.raises(StatisticsError, match=message):
        fay_herriot_reml(asked.pop("direct"), **asked)


def test_as_many_covariates_as_areas_are_refused():
    with pytest.raises(StatisticsError, match="two areas more"):
        fay_herriot_reml([1.0, 2.0], variances=[1.0, 1.0], covariates=[[1.0], [1.0]])


def test_a_proportion_is_the_mean_of_the_squared_sine_of_the_predictor():
    rng = np.random.default_rng(0)
    sizes = rng.uniform(20, 100, 21)
    found = fay_herriot_proportions(
        rng.binomial(60, 0.18, 21) / 60, effective_sizes=sizes, covariates=np.ones((21, 1))
    )
    angles = found.fit.estimates[:, None] + found.fit.standard_errors[:, None] * rng.normal(
        size=(21, 200_000)
    )
    assert found.estimates == pytest.approx((np.sin(angles) ** 2).mean(axis=1), abs=5e-4)
    assert found.standard_errors == pytest.approx((np.sin(angles) ** 2).std(axis=1), abs=5e-4)
    assert np.all((found.lower < found.estimates) & (found.estimates < found.upper))


def test_a_township_where_nobody_or_everybody_is_literate_has_an_interval_too():
    found = fay_herriot_proportions(
        [0.0, 0.1, 0.2, 0.3, 1.0], effective_sizes=[10, 20, 30, 20, 10], covariates=np.ones((5, 1))
    )
    assert np.all((found.lower >= 0) & (found.upper <= 1) & (found.upper - found.lower > 0.02))


def test_what_is_no_proportion_is_refused():
    with pytest.raises(StatisticsError, match="proportions"):
        fay_herriot_proportions([1.2] * 4, effective_sizes=[10] * 4, covariates=np.ones((4, 1)))
