"""Intervals for proportions and quantiles equal those of R's survey package, its conventions named."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from literacy_stats.survey import estimates, intervals, quantiles
from literacy_stats.survey.tests import golden, profile_readings

METHODS = {
    "logit": intervals.logit_interval,
    "xlogit": intervals.logit_interval,
    "likelihood": intervals.likelihood_interval,
    "asin": intervals.arcsine_interval,
    "beta": intervals.beta_interval,
    "mean": intervals.student_interval,
}
# R reads the likelihood interval off a coarse profile; ours is solved to the last digit. `profile_readings` repeats the
# reading to eight digits, so this is all the difference that there is.
CLOSE = {method: {"rel": 1e-8} for method in METHODS} | {"likelihood": {"abs": 6e-5}}
PROPERTIES = {"lit": golden.literate, "tgt": golden.on_target}


def ends(interval):
    return [interval.lower, interval.upper]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("column", PROPERTIES)
@pytest.mark.parametrize("api", golden.API)
def test_intervals_of_proportions_are_those_of_the_reference(api, column, method):
    value = golden.references()[f"{api}.ciprop.{column}.{method}"]
    found = estimates.estimate_proportion(
        PROPERTIES[column](golden.api_file(api)), design=golden.api_design(api)
    )
    assert found.value == pytest.approx(value["estimate"], rel=1e-8)
    assert found.standard_error == pytest.approx(value["se"], rel=1e-8)
    assert ends(METHODS[method](found)) == pytest.approx(value["ci"], **CLOSE[method])
    known = found if method == "beta" else intervals.without_finite_degrees(found)
    assert ends(METHODS[method](known)) == pytest.approx(value["ci_dfInf"], **CLOSE[method])


@pytest.mark.parametrize("method", METHODS)
def test_intervals_of_a_national_health_survey_are_those_of_the_reference(method):
    value = golden.references()[f"nhanes.ciprop.{method}"]
    high = golden.numbers("nhanes_survey", "HI_CHOL")
    design, known = golden.other_design("nhanes"), ~np.isnan(high)
    found = estimates.estimate_proportion(high, design=design, domain=known)
    # R counts rows, and scales weights to a mean of one, before it drops the missing rows: that moves its "beta" by a
    # hair and takes the scale of its likelihood for 1.1 % more than it is.
    scale = design.weights[known].mean() / design.weights.mean()
    conventions = {
        "beta": replace(found, n=len(high)),
        "likelihood": replace(found, standard_error=found.standard_error * scale**0.5),
    }
    assert ends(METHODS[method](conventions.get(method, found))) == pytest.approx(
        value["ci"], **CLOSE[method]
    )


def deviates(degrees_of_freedom):
    return {"ci": stats.t.ppf(0.975, degrees_of_freedom), "ci_dfInf": stats.norm.ppf(0.975)}


def read_as_the_reference_does(values, found, *, design, known, deviate):
    weights = design.weights[known]
    return profile_readings.reading(
        values[known],
        weights=weights / weights.mean(),
        scale=weights.mean() / design.weights.mean(),
        variance=found.standard_error**2,
        deviate=deviate,
    )


@pytest.mark.parametrize("column", PROPERTIES)
@pytest.mark.parametrize("api", golden.API)
def test_likelihood_intervals_read_as_the_reference_does_are_its_own(api, column):
    value = golden.references()[f"{api}.ciprop.{column}.likelihood"]
    design, values = golden.api_design(api), PROPERTIES[column](golden.api_file(api))
    found = estimates.estimate_proportion(values, design=design)
    for key, deviate in deviates(found.degrees_of_freedom).items():
        read = read_as_the_reference_does(values, found, design=design, known=values >= 0, deviate=deviate)
        assert read == pytest.approx(value[key], rel=1e-8)


def test_the_likelihood_interval_of_the_health_survey_read_as_the_reference_does_is_its_own():
    value = golden.references()["nhanes.ciprop.likelihood"]
    high, design = golden.numbers("nhanes_survey", "HI_CHOL"), golden.other_design("nhanes")
    known = ~np.isnan(high)
    found = estimates.estimate_proportion(high, design=design, domain=known)
    deviate = deviates(found.degrees_of_freedom)["ci"]
    read = read_as_the_reference_does(high, found, design=design, known=known, deviate=deviate)
    assert read == pytest.approx(value["ci"], rel=1e-8)


@pytest.mark.parametrize("api", golden.API)
def test_intervals_of_domains_are_those_of_the_reference_at_the_degrees_that_it_was_given(api):
    """The reference was told the degrees of the whole design; ours counts those of the domain."""
    value = golden.references()[f"{api}.by_stype_ciprop"]
    design, file = golden.api_design(api), golden.api_file(api)
    found = estimates.estimate_by_domain(
        golden.literate(file),
        domains=golden.words(file, "stype"),
        design=design,
        statistic=estimates.estimate_proportion,
    )
    for at, level in enumerate(value["level"]):
        one = replace(found[level], degrees_of_freedom=design.degrees_of_freedom)
        assert one.value == pytest.approx(value["estimate"][at], rel=1e-8, abs=1e-10)
        if one.value > 0:
            expected = [value["lo"][at], value["hi"][at]]
            assert ends(intervals.logit_interval(one)) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("api", golden.API)
def test_quantiles_are_those_of_the_reference(api, at):
    value, lower, upper, error = golden.references()[f"{api}.quantile"][at]
    # With equal weights a tenth of 200 rows is reached exactly at row 20; R's sums miss that by a rounding error.
    missed = 1e-9 if api == "dsrs" and at in (0, 4) else 0.0
    found = quantiles.estimate_quantile(
        golden.numbers(golden.api_file(api), "api00"),
        probability=(0.1, 0.25, 0.5, 0.75, 0.9)[at] + missed,
        design=golden.api_design(api),
    )
    assert [found.estimate.value, *ends(found.interval)] == [value, lower, upper]
    assert found.estimate.standard_error == pytest.approx(error, rel=1e-8)


@pytest.mark.parametrize(("value", "error"), [(0.02, 0.006), (0.185, 0.01), (0.5, 0.08), (0.97, 0.02)])
def test_at_the_ends_of_a_likelihood_interval_the_scaled_deviance_is_the_square_of_t(value, error):
    found = estimates.Estimate(value, error, degrees_of_freedom=14, n=183)
    size = value * (1 - value) / error**2 * 182 / 183
    for end in ends(intervals.likelihood_interval(found)):
        deviance = value * np.log(value / end) + (1 - value) * np.log((1 - value) / (1 - end))
        assert 2 * size * deviance == pytest.approx(stats.t.ppf(0.975, 14) ** 2, rel=1e-10)


@pytest.mark.parametrize("row", ["fpc.mean", "fpc.mean_fpc", "hospital.mean", "mu284.total"])
@pytest.mark.parametrize("part", ["mean", "total"])
def test_t_and_normal_intervals_are_those_of_the_reference(row, part):
    value = golden.references()[row][part]
    found = estimates.Estimate(value["estimate"][0], value["se"][0], value["df"], n=8)
    assert ends(intervals.student_interval(found)) == pytest.approx(value["ci_t"][0], rel=1e-8)
    known = intervals.without_finite_degrees(found)
    assert ends(intervals.student_interval(known)) == pytest.approx(value["ci_z"][0], rel=1e-8)
