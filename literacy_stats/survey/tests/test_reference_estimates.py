"""Totals, means, ratios and their errors equal those of R's survey package."""

import numpy as np
import pytest

from literacy_stats.survey import estimates, linearisation
from literacy_stats.survey.comparisons import difference_between_domains
from literacy_stats.survey.tests import golden

close = pytest.approx
EXACT = {"rel": 1e-8, "abs": 1e-12}


@pytest.fixture(params=golden.API)
def api(request):
    golden.require()
    return request.param


def check(found, value, at=0):
    assert found.value == close(value["estimate"][at], **EXACT)
    assert found.standard_error == close(value["se"][at], **EXACT)


def columns(name):
    file = golden.api_file(name)
    return golden.numbers(file, "api00"), golden.numbers(file, "api99")


def test_degrees_of_freedom_are_those_of_the_reference(api):
    assert golden.api_design(api).degrees_of_freedom == golden.references()[f"{api}.degf"]


def test_means_and_both_design_effects_are_those_of_the_reference(api):
    without, replaced = (golden.references()[f"{api}.{row}"] for row in ("mean", "mean_deff_replace"))
    for at, column in enumerate(columns(api)):
        found = estimates.estimate_mean(column, design=golden.api_design(api))
        check(found, without, at)
        assert found.design_effect == close(replaced["deff"][at], **EXACT)
        assert found.design_effect_without_replacement == close(without["deff"][at], **EXACT)
        assert found.degrees_of_freedom == without["df"]


def test_totals_with_missing_rows_left_out_are_those_of_the_reference(api):
    value = golden.references()[f"{api}.total"]
    enrolled = golden.numbers(golden.api_file(api), "enroll")
    found = estimates.estimate_total(enrolled, design=golden.api_design(api), domain=~np.isnan(enrolled))
    check(found, value)
    assert found.design_effect_without_replacement == close(value["deff"][0], **EXACT)


def test_shares_and_counts_of_categories_are_those_of_the_reference(api):
    kinds = golden.words(golden.api_file(api), "stype")
    shares, counts = golden.references()[f"{api}.cat_mean"], golden.references()[f"{api}.cat_total"]
    for at, name in enumerate(shares["names"]):
        is_kind = (kinds == name.removeprefix("stype")).astype(float)
        check(estimates.estimate_proportion(is_kind, design=golden.api_design(api)), shares, at)
        check(estimates.estimate_total(is_kind, design=golden.api_design(api)), counts, at)


def test_ratios_are_those_of_the_reference(api):
    value = golden.references()[f"{api}.ratio"]
    tested, enrolled = (golden.numbers(golden.api_file(api), name) for name in ("api.stu", "enroll"))
    found = estimates.estimate_ratio(
        tested, denominator=enrolled, design=golden.api_design(api), domain=~np.isnan(enrolled)
    )
    assert [found.value, found.standard_error] == close([value["estimate"], value["se"]], **EXACT)


def test_covariances_of_two_means_are_those_of_the_reference(api):
    design = golden.api_design(api)
    both = tuple(linearisation.linearised_mean(column, design=design) for column in columns(api))
    expected = np.array(golden.references()[f"{api}.vcov"])
    assert linearisation.covariance_of(both, design=design) == close(expected, rel=1e-8)


def test_element_variances_are_those_of_the_reference(api):
    value = golden.references()[f"{api}.var"]
    found = estimates.element_variance(columns(api)[0], design=golden.api_design(api))
    assert [found.value, found.standard_error] == close([value["estimate"], value["se"]], **EXACT)


def test_means_of_domains_are_those_of_the_reference(api):
    value = golden.references()[f"{api}.by_stype_mean"]
    kinds = golden.words(golden.api_file(api), "stype")
    found = estimates.estimate_by_domain(columns(api)[0], domains=kinds, design=golden.api_design(api))
    assert list(found) == value["level"]
    for at, one in enumerate(found.values()):
        check(one, value, at)


def test_what_the_reference_calls_design_effects_of_domains_are_coefficients_of_variation(api):
    """R's `deff` takes a column of `svyby` by its place, and beside cv and ci that place holds the cv in per cent."""
    value = golden.references()[f"{api}.by_stype_mean"]
    expected = 100 * np.array(value["se"]) / np.array(value["estimate"])
    assert np.array(value["deff"]) == close(expected, **EXACT)


def test_shares_in_two_way_domains_are_those_of_the_reference(api):
    value = golden.references()[f"{api}.by_2way"]
    file = golden.api_file(api)
    for at, (kind, met) in enumerate(zip(value["stype"], value["sch.wide"], strict=True)):
        domain = (golden.words(file, "stype") == kind) & (golden.words(file, "sch.wide") == met)
        found = estimates.estimate_proportion(
            golden.literate(file), design=golden.api_design(api), domain=domain
        )
        check(found, value, at)


def test_a_domain_keeps_the_clusters_outside_it_but_counts_its_own_degrees_of_freedom(api):
    value = golden.references()[f"{api}.subset_E"]
    file = golden.api_file(api)
    found = estimates.estimate_proportion(
        golden.literate(file), design=golden.api_design(api), domain=golden.words(file, "stype") == "E"
    )
    check(found, value)
    assert found.degrees_of_freedom == value["df"]


def test_the_difference_of_two_domains_is_that_of_the_reference(api):
    """The reference fits a regression on the indicator, the same difference; it then takes one degree of freedom off."""
    value = golden.references()[f"{api}.ttest"]
    met = golden.on_target(golden.api_file(api)) == 1
    found = difference_between_domains(columns(api)[0], design=golden.api_design(api), first=met, second=~met)
    assert found.value == close(value["diff"], **EXACT)
    assert found.value / found.standard_error == close(value["t"], **EXACT)
    assert found.degrees_of_freedom - 1 == value["df"]


def test_a_national_health_survey_is_that_of_the_reference():
    value, parts = (golden.references()[row] for row in ("nhanes.mean", "nhanes.by"))
    high = golden.numbers("nhanes_survey", "HI_CHOL")
    design, known = golden.other_design("nhanes"), ~np.isnan(high)
    found = estimates.estimate_proportion(high, design=design, domain=known)
    check(found, value)
    assert found.degrees_of_freedom == value["df"]
    assert found.design_effect_without_replacement == close(value["deff"][0], **EXACT)
    ages, sexes = golden.words("nhanes_survey", "agecat"), golden.numbers("nhanes_survey", "RIAGENDR")
    for at, (age, sex) in enumerate(zip(parts["agecat"], parts["sex"], strict=True)):
        domain = known & (ages == age) & (sexes == sex)
        check(estimates.estimate_proportion(high, design=design, domain=domain), parts, at)


@pytest.mark.parametrize(
    ("row", "design", "file", "column"),
    [
        ("fpc.mean", "fpc", "fpc", "x"),
        ("fpc.mean_fpc", "fpc_known", "fpc", "x"),
        ("mu284.total", "mu284", "mu284", "y1"),
        ("hospital.mean", "hospital", "hospital", "births"),
    ],
)
def test_the_textbook_designs_are_those_of_the_reference(row, design, file, column):
    value = golden.references()[row]
    values = golden.numbers(file, column)
    sample = golden.other_design(design)
    check(estimates.estimate_mean(values, design=sample), value["mean"])
    check(estimates.estimate_total(values, design=sample), value["total"])
    assert sample.degrees_of_freedom == value["mean"]["df"]


@pytest.mark.parametrize("policy", ["certainty", "adjust", "average"])
def test_a_cluster_alone_is_treated_as_in_the_reference(policy):
    value = golden.references()[f"lonely.{policy}"]
    found = estimates.estimate_mean(
        golden.numbers("apistrat_lonely", "api00"), design=golden.lonely_design(policy)
    )
    assert [found.value, found.standard_error] == close([value["estimate"], value["se"]], **EXACT)


def test_the_reference_removes_a_cluster_alone_just_as_if_it_were_certain():
    assert golden.references()["lonely.remove"] == golden.references()["lonely.certainty"]
