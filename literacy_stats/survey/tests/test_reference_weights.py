"""Weights after each step equal those of R's survey package."""

import numpy as np
import pytest

from literacy_stats.survey.calibration import NumericTotal, calibrate
from literacy_stats.survey.distances import Exponential, Linear, Logit, TruncatedLinear
from literacy_stats.survey.margins import Margin
from literacy_stats.survey.raking import PostStratification, rake
from literacy_stats.survey.tests import golden
from literacy_stats.survey.trimming import Redistribution, trim_weights
from literacy_stats.survey.weights import Weighting

SCHOOL_TYPES = {"E": 4421, "H": 755, "M": 1018}
TARGET_MET = {"No": 1072, "Yes": 5122}


@pytest.fixture(params=["dclus1", "dstrat"])
def design(request):
    golden.require()
    return request.param


def base(design):
    return golden.numbers(golden.api_file(design), "pw")


def types_of(design):
    column = golden.words(golden.api_file(design), "stype")
    return Margin.from_column(column, name="stype", totals=SCHOOL_TYPES)


def targets_of(design):
    column = golden.words(golden.api_file(design), "sch.wide")
    return Margin.from_column(column, name="sch.wide", totals=TARGET_MET)


def scores_of(design):
    return NumericTotal("api99", golden.numbers(golden.api_file(design), "api99"), 3914069)


def check(found, design, column):
    expected = golden.numbers(f"ref_weights_{design}", column)
    np.testing.assert_allclose(found, expected, rtol=1e-8)


def test_post_stratified_weights_are_those_of_the_reference(design):
    step = PostStratification(types_of(design))
    check(Weighting(base(design), (step,)).final_weights(), design, "postStratify_stype")


def raked(design):
    return rake(base(design), margins=[types_of(design), targets_of(design)], tolerance=1e-13)


def test_raked_weights_are_those_of_the_reference(design):
    check(raked(design), design, "rake_stype_schwide")


@pytest.mark.parametrize(
    ("distance", "column"),
    [(Linear(), "cal_linear"), (Exponential(), "cal_raking"), (Logit(0.4, 2.5), "cal_logit")],
)
def test_calibrated_weights_are_those_of_the_reference(design, distance, column):
    found = calibrate(base(design), margins=[types_of(design), targets_of(design)], distance=distance)
    check(found, design, column)


@pytest.mark.parametrize(
    ("distance", "column"), [(Linear(), "greg_api99"), (TruncatedLinear(0.7, 1.7), "greg_bounded")]
)
def test_weights_calibrated_to_a_number_are_those_of_the_reference(design, distance, column):
    found = calibrate(
        base(design), margins=[types_of(design)], numeric=[scores_of(design)], distance=distance
    )
    check(found, design, column)


def test_trimmed_weights_are_those_of_the_reference(design):
    # The reference shares out what was cut in equal parts; so does this test, the default is in proportion.
    upper = golden.references()[f"{design}.trim"]["upper"]
    found = trim_weights(raked(design), upper=upper, redistribution=Redistribution.EQUAL)
    check(found, design, "rake_trim95")
