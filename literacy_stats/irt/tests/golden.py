"""Published item data and the answers of R, read from the folder beside the checkout; tests skip where it is absent."""

from __future__ import annotations

import csv
import functools
import json
import pathlib

import numpy as np
import pytest

from literacy_stats.irt import ItemParameters

FOLDER = pathlib.Path(__file__).resolve().parents[4] / "shared" / "stats"
REFERENCE_NODES = np.linspace(-7, 7, 121)


def answers(name):
    return np.loadtxt(_file(f"irt_{name}.csv"), delimiter=",", skiprows=1)


def column(name, *, called):
    with _file(f"irt_{name}_cov.csv").open() as file:
        return np.array([row[called] for row in csv.DictReader(file)])


def direct(key):
    """Marginal likelihood maximised directly in R, on `REFERENCE_NODES`."""
    return _results("ref_irt.json")["results"][key]


def mirt(key):
    return _results("ref_irt_mirt.json")["results"][key]


def linking():
    return _results("ref_linking.json")


def items_of(reference):
    guessing = reference.get("g") or reference.get("c") or 0.0
    return ItemParameters.dichotomous(
        slopes=reference["a"],
        intercepts=reference["d"],
        guessing=np.maximum(np.array(guessing, dtype=float), 0.0),
    )


@functools.cache
def _results(name):
    return json.loads(_file(name).read_text())


def _file(name):
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"the reference data beside the checkout has no {name}")
    return path
