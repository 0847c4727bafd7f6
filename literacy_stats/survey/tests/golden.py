"""The reference figures beside the checkout: R's answers, the data they were computed from, and the same designs here."""

import csv
import functools
import json
import pathlib

import numpy as np
import pytest

from literacy_stats.survey.design import Design, LonelyCluster

FOLDER = pathlib.Path(__file__).resolve().parents[4] / "shared" / "stats"
API = ("dsrs", "dstrat", "dstrat_nofpc", "dclus1", "dclus1_nofpc", "dclus2", "dclus2wr")
_API_FILES = {"dsrs": "apisrs", "dstrat": "apistrat", "dclus1": "apiclus1", "dclus2": "apiclus2"}


def require():
    if not FOLDER.is_dir():
        pytest.skip("the reference figures are not beside the checkout")


@functools.cache
def references():
    require()
    rows = json.loads((FOLDER / "ref_survey.json").read_text())["results"]
    return {row["id"]: row["value"] for row in rows}


@functools.cache
def table(name):
    """The columns of a file as lists of text."""
    require()
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    return {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}


def numbers(name, column):
    return np.array([float(cell) if cell != "NA" else np.nan for cell in table(name)[column]])


def words(name, column):
    return np.array(table(name)[column])


def api_file(design_name):
    return _API_FILES[design_name.split("_")[0].removesuffix("wr")]


@functools.cache
def api_design(name):
    """One of the seven designs on the school data, as the reference script declares it."""
    file = api_file(name)
    column = functools.partial(numbers, file)
    if name == "dsrs":
        return Design.from_columns(column("pw"), stratum_population=column("fpc"))
    if name == "dclus2":
        return Design.from_columns(
            column("pw"),
            clusters=column("dnum"),
            stratum_population=column("fpc1"),
            second_stage_units=column("snum"),
            second_stage_population=column("fpc2"),
        )
    return Design.from_columns(
        column("pw"),
        strata=words(file, "stype") if file == "apistrat" else None,
        clusters=column("dnum") if file.startswith("apiclus") else None,
        stratum_population=None if name.endswith(("nofpc", "wr")) else column("fpc"),
    )


def election_design():
    return Design.from_columns(numbers("election_pps", "wt"))


def other_design(name):
    if name == "nhanes":
        return Design.from_columns(
            numbers("nhanes_survey", "WTMEC2YR"),
            strata=numbers("nhanes_survey", "SDMVSTRA"),
            clusters=numbers("nhanes_survey", "SDMVPSU"),
        )
    if name.startswith("fpc"):
        return Design.from_columns(
            numbers("fpc", "weight"),
            strata=numbers("fpc", "stratid"),
            clusters=numbers("fpc", "psuid"),
            stratum_population=numbers("fpc", "Nh") if name == "fpc_known" else None,
        )
    if name == "mu284":
        first, second = numbers("mu284", "n1"), numbers("mu284", "n2")
        return Design.from_columns(
            first / 5 * second / 3,
            clusters=numbers("mu284", "id1"),
            stratum_population=first,
            second_stage_units=numbers("mu284", "id2"),
            second_stage_population=second,
        )
    if name == "hospital":
        return Design.from_columns(
            numbers("hospital", "weighta"),
            strata=numbers("hospital", "oblevel"),
            clusters=numbers("hospital", "hospno"),
            stratum_population=numbers("hospital", "tothosp"),
        )
    raise KeyError(name)


def lonely_design(policy):
    return Design.from_columns(
        numbers("apistrat_lonely", "pw"),
        strata=words("apistrat_lonely", "stype"),
        lonely_cluster=LonelyCluster(policy),
    )


def literate(file):
    """The rare property of the reference script: an index of at least 800."""
    return (numbers(file, "api00") >= 800).astype(float)


def on_target(file):
    """The common property: the school met its target."""
    return (words(file, "sch.wide") == "Yes").astype(float)
