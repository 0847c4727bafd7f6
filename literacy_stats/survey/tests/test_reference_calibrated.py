"""Errors of estimates with calibrated weights equal those of R: the residuals on the auxiliaries count."""

from dataclasses import replace

import numpy as np
import pytest

from literacy_stats.survey import estimates, linearisation
from literacy_stats.survey.tests import golden

BY_KIND = ("stype",)
BY_BOTH = ("stype", "sch.wide")
STEPS = {
    "postStratify": ("postStratify_stype", BY_KIND, ()),
    "rake": ("rake_stype_schwide", BY_BOTH, ()),
    "calibrate_linear": ("cal_linear", BY_BOTH, ()),
    "calibrate_raking": ("cal_raking", BY_BOTH, ()),
    "calibrate_logit": ("cal_logit", BY_BOTH, ()),
    "greg_api99": ("greg_api99", BY_KIND, ("api99",)),
    "greg_bounded_0.7_1.7": ("greg_bounded", BY_KIND, ("api99",)),
}


def auxiliaries(file, categories, quantities):
    columns = [golden.numbers(file, name) for name in quantities]
    for name in categories:
        labels = golden.words(file, name)
        columns += [labels == label for label in np.unique(labels)]
    return np.column_stack(columns).astype(float)


def as_the_reference_rakes(design):
    """R takes the weights before raking for equal when it looks for residuals; after calibration it uses them."""
    return replace(design, calibration=replace(design.calibration, base_weights=np.ones(design.n)))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("api", ["dclus1", "dclus1_nofpc", "dstrat"])
def test_calibrated_estimates_have_the_errors_of_the_reference(api, step):
    if f"{api}.{step}" not in golden.references():
        pytest.skip("R found no weights within these bounds")
    value = golden.references()[f"{api}.{step}"]
    file = golden.api_file(api)
    column, categories, quantities = STEPS[step]
    design = golden.api_design(api).calibrated(
        golden.numbers(f"ref_weights_{api.split('_')[0]}", column),
        auxiliaries=auxiliaries(file, categories, quantities),
    )
    if step == "rake":
        design = as_the_reference_rakes(design)
    enrolled = golden.numbers(file, "enroll")
    found = {
        "api00": estimates.estimate_mean(golden.numbers(file, "api00"), design=design),
        "lit": estimates.estimate_mean(golden.literate(file), design=design),
        "enroll": estimates.estimate_total(enrolled, design=design, domain=~np.isnan(enrolled)),
    }
    for kind in value.keys() & {"mean", "total"}:
        for at, name in enumerate(value[kind]["names"]):
            expected = [value[kind]["estimate"][at], value[kind]["se"][at]]
            assert [found[name].value, found[name].standard_error] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("api", ["dclus1", "dclus1_nofpc", "dstrat"])
def test_trimmed_weights_have_the_errors_of_the_reference_with_residuals_by_the_weights_before(api):
    """R trims the weights of the estimate and leaves those of the raking where they were."""
    value, file = golden.references()[f"{api}.trim"]["mean"], golden.api_file(api)
    weights = f"ref_weights_{api.split('_')[0]}"
    trimmed = golden.api_design(api).with_weights(golden.numbers(weights, "rake_trim95"))
    raked = golden.api_design(api).calibrated(
        golden.numbers(weights, "rake_stype_schwide"), auxiliaries=auxiliaries(file, BY_BOTH, ())
    )
    found = linearisation.linearised_mean(golden.numbers(file, "api00"), design=trimmed)
    variance = linearisation.covariance_of((found,), design=as_the_reference_rakes(raked))[0, 0]
    expected = [value["estimate"][0], value["se"][0]]
    assert [found.value, variance**0.5] == pytest.approx(expected, rel=1e-8)


def test_raking_and_calibrating_to_the_same_margins_have_almost_the_same_error():
    golden.require()
    design, file = golden.api_design("dstrat"), "apistrat"
    margins = auxiliaries(file, BY_BOTH, ())
    errors = [
        estimates.estimate_mean(
            golden.numbers(file, "api00"),
            design=design.calibrated(golden.numbers("ref_weights_dstrat", column), auxiliaries=margins),
        ).standard_error
        for column in ("rake_stype_schwide", "cal_raking")
    ]
    assert errors[0] == pytest.approx(errors[1], rel=1e-6)
    assert errors[0] == pytest.approx(
        golden.references()["dstrat.calibrate_raking"]["mean"]["se"][0], rel=1e-6
    )
