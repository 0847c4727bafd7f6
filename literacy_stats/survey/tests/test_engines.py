"""The compiled engine gives what numpy gives, and says when it is not there."""

import importlib.util

import numpy as np
import pytest

from literacy_stats.errors import MarginError, ReplicateError
from literacy_stats.survey import replicate_estimates as replicate
from literacy_stats.survey.bootstrap import bootstrap_replicates
from literacy_stats.survey.engines import Engine, kernels_of
from literacy_stats.survey.margins import Margin
from literacy_stats.survey.raking import Raking
from literacy_stats.survey.replicate_sums import domain_sums
from literacy_stats.survey.replicated import replicate_weighting
from literacy_stats.survey.tests.test_raking_and_calibration import a_sample, contradicting
from literacy_stats.survey.tests.test_replicates import design_of, people
from literacy_stats.survey.weights import Weighting


@pytest.fixture
def compiled():
    pytest.importorskip("numba")
    return importlib.import_module("literacy_stats.survey.compiled")


def test_both_engines_give_the_same_errors(compiled):
    rows = people()
    margins = tuple(
        Margin(name, rows[name], totals, tuple(str(code) for code in range(len(totals))))
        for name in ("sex", "age", "stratum")
        for totals in [np.bincount(rows[name], weights=rows["base"] * (1 + 0.1 * rows["sex"]))]
    )
    chain = Weighting(rows["base"], (Raking(margins, tolerance=1e-11),))
    replicates = bootstrap_replicates(design_of(rows), count=37, generator=np.random.default_rng(2))
    found = [
        replicate.replicate_means_by_domain(
            rows["score"],
            domains=rows["age"],
            sample=replicate_weighting(chain, replicates=replicates, engine=engine),
        )
        for engine in Engine
    ]
    for numpy_made, compiled_made in zip(*(by_age.values() for by_age in found), strict=True):
        assert compiled_made.value == pytest.approx(numpy_made.value, rel=1e-10)
        assert compiled_made.standard_error == pytest.approx(numpy_made.standard_error, rel=1e-8)


def without_compiling(compiled, monkeypatch):
    """The kernels as plain Python, so that what they do can be seen line by line."""
    for name in ("domain_products", "raking_factors", "seen_from", "sweep", "fit_margin"):
        monkeypatch.setattr(compiled, name, getattr(compiled, name).py_func)


def test_the_kernels_do_in_plain_python_what_numpy_does(compiled, monkeypatch):
    without_compiling(compiled, monkeypatch)
    base, margins = a_sample(60, sizes=(3, 2, 2))
    chain = Weighting(base, (Raking(tuple(margins)),))
    cells = chain.cells()
    totals = np.bincount(cells.codes, weights=base)[:, None] * np.linspace(0.5, 1.5, 18)
    expected = chain.cell_factors(totals, cells=cells)[0]
    found = chain.cell_factors(totals, cells=cells, kernels=kernels_of(Engine.COMPILED))[0]
    assert found == pytest.approx(expected, rel=1e-8)
    replicates = bootstrap_replicates(
        design_of(people(60, clusters=2)), count=3, generator=np.random.default_rng(1)
    )
    domains = np.arange(60) % 4
    sums = [
        domain_sums(
            [np.ones(60), np.arange(60.0)],
            domains=domains,
            sample=replicate_weighting(chain, replicates=replicates, engine=engine),
        )
        for engine in Engine
    ]
    assert sums[1] == pytest.approx(sums[0], rel=1e-8)


def test_margins_that_cannot_be_met_are_named_by_the_compiled_engine_too(compiled):
    chain = Weighting(np.ones(4), (Raking(tuple(contradicting()), maximum_iterations=30),))
    cells = chain.cells()
    totals = np.bincount(cells.codes).astype(float)[:, None]
    with pytest.raises(MarginError, match="after 30 iterations"):
        chain.cell_factors(totals, cells=cells, kernels=kernels_of(Engine.COMPILED))


def test_the_compiled_engine_without_numba_is_an_error_that_names_the_extra(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ReplicateError, match="extra `fast`"):
        kernels_of(Engine.COMPILED)
