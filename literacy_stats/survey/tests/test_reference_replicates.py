"""Replicate weights and the errors from them equal those of R's survey package."""

import csv

import numpy as np
import pytest

from literacy_stats.survey import replicate_estimates as estimates
from literacy_stats.survey.balanced import balanced_replicates, fay_replicates
from literacy_stats.survey.calibration import CalibrationStep
from literacy_stats.survey.design import Design
from literacy_stats.survey.distances import Exponential
from literacy_stats.survey.jackknife import jackknife_replicates, unstratified_jackknife_replicates
from literacy_stats.survey.raking import PostStratification, Raking
from literacy_stats.survey.replicated import replicate_weighting
from literacy_stats.survey.replicates import Centre, given_replicates
from literacy_stats.survey.tests import golden
from literacy_stats.survey.tests.test_reference_weights import targets_of, types_of
from literacy_stats.survey.weights import Weighting

EXACT = {"rel": 1e-8, "abs": 1e-12}
# The reference measures from the mean of the replicates unless it is told otherwise: a convention, not a truth.
AS_THE_REFERENCE = Centre.REPLICATE_MEAN


def saved(name):
    golden.require()
    with (golden.FOLDER / f"{name}.csv").open(newline="") as file:
        return np.array(list(csv.reader(file))[1:], dtype=float)


def jackknifed(name):
    design = golden.api_design(name)
    make = jackknife_replicates if name.startswith("dstrat") else unstratified_jackknife_replicates
    return make(design, centre=AS_THE_REFERENCE)


def drawn_by_the_reference(name, file, row):
    coefficient = golden.references()[row]["design"]
    scale = np.multiply(coefficient["scale"], coefficient["rscales"])
    return given_replicates(
        golden.api_design(name), weights=saved(file), coefficients=scale, centre=AS_THE_REFERENCE
    )


def steps(name):
    margins = (types_of("dclus1"), targets_of("dclus1"))
    return {
        "raked": Raking(margins, tolerance=1e-13),
        "calraking": CalibrationStep(margins, distance=Exponential(), tolerance=1e-13),
        "ps": PostStratification(margins[0]),
    }[name]


JACKKNIFES = {
    "rep.JK1.clus1": "dclus1",
    "rep.JK1.clus1_nofpc": "dclus1_nofpc",
    "rep.JKn.strat": "dstrat",
    "rep.JKn.strat_nofpc": "dstrat_nofpc",
}
BOOTSTRAPS = {
    "rep.boot.clus1": ("dclus1", "rep_boot_clus1"),
    "rep.subboot.strat": ("dstrat_nofpc", "rep_subboot_strat"),
    "rep.mrbboot.clus2": ("dclus2", "rep_mrbboot_clus2"),
}
REWEIGHTED = ["rep.JK1.clus1.raked", "rep.JK1.clus1.calraking", "rep.JK1.clus1.ps"]


def sample_of(row):
    if row in JACKKNIFES:
        replicates, chain = jackknifed(JACKKNIFES[row]), ()
    elif row in BOOTSTRAPS:
        replicates, chain = drawn_by_the_reference(*BOOTSTRAPS[row], row), ()
    else:
        replicates, chain = jackknifed("dclus1"), (steps(row.rpartition(".")[2]),)
    return replicate_weighting(Weighting(replicates.design.weights, chain), replicates=replicates)


@pytest.fixture(params=[*JACKKNIFES, *BOOTSTRAPS, *REWEIGHTED])
def row(request):
    golden.require()
    return request.param


def file_of(row):
    return {"clus1": "apiclus1", "strat": "apistrat", "clus2": "apiclus2"}[
        row.split(".")[2].removesuffix("_nofpc")
    ]


def literate(row):
    return (golden.numbers(file_of(row), "api00") >= 800).astype(float)


def check(found, value, at=0):
    assert found.value == pytest.approx(value["estimate"][at], **EXACT)
    assert found.standard_error == pytest.approx(value["se"][at], **EXACT)


def test_means_and_their_errors_are_those_of_the_reference(row):
    sample, value = sample_of(row), golden.references()[row]
    for at, column in enumerate([golden.numbers(file_of(row), "api00"), literate(row)]):
        check(estimates.replicate_mean(column, sample=sample), value["mean"], at)


def test_degrees_of_freedom_are_those_of_the_reference(row):
    sample = sample_of(row)
    if row == "rep.mrbboot.clus2":
        # There the rank of the replicate weights counts, second-stage units included; here clusters less strata do.
        weights = sample.row_weights(1, stop=sample.replicates.count + 1)
        assert golden.references()[row]["degf"] == np.linalg.matrix_rank(weights) - 1
        assert sample.replicates.degrees_of_freedom == golden.references()["dclus2.degf"]
    else:
        assert sample.replicates.degrees_of_freedom == golden.references()[row]["degf"]


def test_totals_and_their_errors_are_those_of_the_reference(row):
    pupils = golden.numbers(file_of(row), "enroll")
    found = estimates.replicate_total(pupils, sample=sample_of(row), domain=~np.isnan(pupils))
    check(found, golden.references()[row]["total"])


def test_means_by_domain_are_those_of_the_reference(row):
    value = golden.references()[row]["by_stype"]
    types = golden.words(file_of(row), "stype")
    found = estimates.replicate_means_by_domain(literate(row), domains=types, sample=sample_of(row))
    assert list(found) == value["level"]
    for at, level in enumerate(value["level"]):
        check(found[level], value, at)


@pytest.mark.parametrize("row", BOOTSTRAPS)
def test_medians_and_their_errors_are_those_of_the_reference(row):
    value = golden.references()[row]["median"]
    found = estimates.replicate_quantile(
        golden.numbers(file_of(row), "api00"), probability=0.5, sample=sample_of(row)
    )
    assert (found.value, found.standard_error) == (pytest.approx(value[0]), pytest.approx(value[3], **EXACT))


@pytest.mark.parametrize(
    ("row", "file"),
    [
        ("rep.JK1.clus1", "rep_jk1_clus1"),
        ("rep.JKn.strat", "rep_jkn_strat"),
        ("rep.JK1.clus1.raked", "rep_jk1_clus1_raked"),
    ],
)
def test_weights_in_each_replicate_are_those_of_the_reference(row, file):
    sample, expected = sample_of(row), saved(file)
    found = sample.row_weights(1, stop=sample.replicates.count + 1)
    # The order of the replicates is free; which rows are left out tells them apart.
    np.testing.assert_allclose(in_order(found), in_order(expected), rtol=1e-8)


def in_order(weights):
    return weights[:, np.lexsort(weights == 0)]


@pytest.mark.parametrize("name", ["BRR", "Fay"])
def test_balanced_half_samples_are_those_of_the_reference(name):
    value = golden.references()[f"scd.{name}"]
    design = Design.from_columns(
        np.ones(6), strata=golden.words("scd", "ESA"), clusters=golden.words("scd", "ambulance")
    )
    make = {
        "BRR": lambda: balanced_replicates(design, centre=AS_THE_REFERENCE),
        "Fay": lambda: fay_replicates(design, damping=0.3, centre=AS_THE_REFERENCE),
    }[name]
    sample = replicate_weighting(Weighting(design.weights), replicates=make())
    alive, arrests = golden.numbers("scd", "alive"), golden.numbers("scd", "arrests")
    ratio = estimates.replicate_ratio(alive, denominator=arrests, sample=sample)
    total = estimates.replicate_total(alive, sample=sample)
    assert ratio.value == pytest.approx(value["ratio"], **EXACT)
    assert ratio.standard_error == pytest.approx(value["se"], **EXACT)
    assert total.standard_error == pytest.approx(value["total_se"], **EXACT)
    weights = sample.row_weights(1, stop=sample.replicates.count + 1).round(12)
    assert sorted(weights.T.tolist()) == sorted(saved(f"rep_{name.lower()}_scd").T.tolist())
