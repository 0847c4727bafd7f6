"""Multilevel regression and post-stratification: 50,000 respondents to 21 townships with draws, from rows to figures.

The peer's time is recorded: R is not installed here. It was mgcv::bam(discrete = TRUE), the fastest of four R programs on
the cells of this very sample (2,388 of them), fitting alone; lme4::glmer took 1.26 s, glmmTMB 0.66 s. Ours includes the
collapse to cells, the integration over the standard deviations and 1,000 joint draws.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.stats_parts import Row
from literacy_stats.survey.small_areas import (
    AreaPosterior,
    MultilevelModel,
    PopulationCells,
    Slope,
    fit_integrated,
    outcome_cells,
    population_cells,
    poststratify_draws,
)
from literacy_stats.survey.tests.district import People, district, drawn

_RUNS = 12
_RECORDED_SECONDS = 0.26
_MODEL = MultilevelModel(
    levels={"town": 21, "urban": 2, "sex": 2, "age": 6, "edu": 5},
    slopes=(Slope("sex", (0, 1)), Slope("urban", (0, 1))),
    varying=(("town",), ("age",), ("edu",), ("age", "edu")),
)


def run() -> list[Row]:
    """One measurement beside its limit in seconds and beside the recorded fit."""
    people, _ = drawn(50_000)
    population = _population()
    ours = min([_seconds(people, population=population) for _ in range(_RUNS)][1:])
    name = "MRP, 50,000 respondents, 21 townships"
    note = "recorded: mgcv::bam(discrete) on cells, the fit alone"
    return [
        Row(
            name, ours, "limit", 0.3, 0.3 / ours, 1.0, "integrated over standard deviations, with 1,000 draws"
        ),
        Row(name, ours, "mgcv::bam, recorded", _RECORDED_SECONDS, _RECORDED_SECONDS / ours, 2.0, note),
    ]


def _seconds(people: People, *, population: PopulationCells) -> float:
    started = time.perf_counter()
    _posterior(people, population=population)
    return time.perf_counter() - started


def _posterior(people: People, *, population: PopulationCells) -> AreaPosterior:
    cells = outcome_cells(_MODEL, columns=_columns(people), outcomes=people.literate)
    fit = fit_integrated(_MODEL, cells=cells)
    return poststratify_draws(fit, population=population, generator=np.random.default_rng(0), count=1000)


def _columns(people: People) -> dict[str, np.ndarray]:
    return {name: getattr(people, name) for name in _MODEL.levels}


def _population() -> PopulationCells:
    shape = tuple(_MODEL.levels.values())
    sizes = np.bincount(np.ravel_multi_index(list(_columns(district()).values()), shape))
    codes = dict(zip(_MODEL.levels, np.unravel_index(np.arange(len(sizes)), shape), strict=True))
    return population_cells(_MODEL, columns=codes, sizes=sizes, areas=codes["town"])
