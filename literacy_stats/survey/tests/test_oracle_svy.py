"""The independent package svy gives the same figures on designs drawn at random."""

from dataclasses import dataclass

import numpy as np
import pytest

from literacy_stats.survey import estimates, intervals, quantiles
from literacy_stats.survey.design import Design, LonelyCluster

pl = pytest.importorskip("polars")
svy = pytest.importorskip("svy")

KINDS = ("rows", "clusters", "strata", "strata_clusters", "finite_strata", "finite_clusters", "two_stages")
SEEDS = (11, 12, 13)


@dataclass(frozen=True)
class Survey:
    ours: Design
    theirs: object
    columns: dict


def population_sizes(kind):
    if kind.startswith("finite"):
        return {"stratum_population": "size"}, {"pop_size": "size"}
    if kind == "two_stages":
        ours = {
            "stratum_population": "size",
            "second_stage_units": "unit",
            "second_stage_population": "units",
        }
        return ours, {"ssu": "unit", "pop_size": svy.PopSize(psu="size", ssu="units")}
    return {}, {}


def random_survey(kind, seed):
    random = np.random.default_rng(seed)
    stratum = np.repeat(np.arange(4), random.integers(25, 60, size=4))
    cluster = 10 * stratum + random.integers(0, 6, len(stratum))
    number = len(stratum)
    effect = random.normal(size=50)[cluster]
    columns = {
        "weight": random.lognormal(3, 0.6, number),
        "stratum": stratum,
        "cluster": cluster,
        "unit": np.arange(number),
        "value": effect + random.normal(size=number),
        "other": random.lognormal(0, 0.3, number),
        "literate": (effect + random.logistic(size=number) > 1.2).astype(int),
        "group": random.integers(0, 3, number),
        "units": np.bincount(cluster)[cluster] + 15,
    }
    is_clustered = "cluster" in kind or kind == "two_stages"
    is_stratified = "strata" in kind or kind in ("finite_clusters", "two_stages")
    inside = cluster if is_clustered else columns["unit"]
    columns["size"] = 40 + 7 * stratum if is_clustered else 100 + stratum
    sizes, their_sizes = population_sizes(kind)
    ours = Design.from_columns(
        columns["weight"],
        strata=stratum if is_stratified else None,
        clusters=inside if is_clustered else None,
        **{name: columns[column] for name, column in sizes.items()},
    )
    declared = {"wgt": "weight"} | their_sizes
    if is_stratified:
        declared["stratum"] = "stratum"
    if is_clustered:
        declared["psu"] = "cluster"
    return Survey(ours, svy.Sample(pl.DataFrame(columns), svy.Design(**declared)), columns)


@pytest.fixture(params=[(kind, seed) for kind in KINDS for seed in SEEDS], ids=lambda it: f"{it[0]}-{it[1]}")
def survey(request):
    return random_survey(*request.param)


def first_row(result):
    return result.to_polars().row(0, named=True)


def same(found, row):
    assert [found.value, found.standard_error] == pytest.approx([row["est"], row["se"]], rel=1e-8)
    assert (found.degrees_of_freedom, found.n) == (row["df"], row["n"])


def test_means_and_both_design_effects_are_the_same(survey):
    found = estimates.estimate_mean(survey.columns["value"], design=survey.ours)
    without = first_row(survey.theirs.estimation.mean("value", deff="wor"))
    same(found, without)
    assert found.design_effect_without_replacement == pytest.approx(without["deff"], rel=1e-8)
    replaced = first_row(survey.theirs.estimation.mean("value", deff="wr"))
    assert found.design_effect == pytest.approx(replaced["deff"], rel=1e-8)
    interval = intervals.student_interval(found)
    assert [interval.lower, interval.upper] == pytest.approx([without["lci"], without["uci"]], rel=1e-6)


def test_totals_and_ratios_are_the_same(survey):
    value, other = survey.columns["value"], survey.columns["other"]
    same(
        estimates.estimate_total(value, design=survey.ours),
        first_row(survey.theirs.estimation.total("value")),
    )
    same(
        estimates.estimate_ratio(value, denominator=other, design=survey.ours),
        first_row(survey.theirs.estimation.ratio("value", "other")),
    )


@pytest.mark.parametrize(
    ("method", "interval_of"),
    [("logit", intervals.logit_interval), ("korn-graubard", intervals.korn_graubard_interval)],
)
def test_shares_of_domains_and_their_intervals_are_the_same(survey, method, interval_of):
    """Counting degrees of freedom too: both take those of the clusters in which the domain occurs."""
    table = survey.theirs.estimation.prop("literate", by="group", ci_method=method).to_polars()
    for row in table.filter(pl.col("literate") == 1).iter_rows(named=True):
        found = estimates.estimate_proportion(
            survey.columns["literate"], design=survey.ours, domain=survey.columns["group"] == row["group"]
        )
        same(found, row)
        interval = interval_of(found)
        assert [interval.lower, interval.upper] == pytest.approx([row["lci"], row["uci"]], rel=1e-6)


def test_quantiles_are_the_same(survey):
    table = survey.theirs.estimation.quantile("value", p=(0.1, 0.25, 0.5, 0.9)).to_polars()
    for row in table.iter_rows(named=True):
        found = quantiles.estimate_quantile(
            survey.columns["value"], probability=row["prob"], design=survey.ours
        )
        assert found.estimate.value == row["est"]


@pytest.mark.parametrize(
    ("rule", "policy"), [("center", LonelyCluster.ADJUST), ("scale", LonelyCluster.AVERAGE)]
)
def test_a_cluster_alone_is_treated_the_same(rule, policy):
    random = np.random.default_rng(21)
    stratum = np.repeat([0, 1, 2], [20, 20, 1])
    columns = {"weight": random.lognormal(1, 0.4, 41), "stratum": stratum, "value": random.normal(size=41)}
    theirs = svy.Sample(pl.DataFrame(columns), svy.Design(stratum="stratum", wgt="weight", singleton=rule))
    ours = Design.from_columns(columns["weight"], strata=stratum, lonely_cluster=policy)
    row = first_row(theirs.estimation.mean("value"))
    found = estimates.estimate_mean(columns["value"], design=ours)
    assert [found.value, found.standard_error] == pytest.approx([row["est"], row["se"]], rel=1e-8)
