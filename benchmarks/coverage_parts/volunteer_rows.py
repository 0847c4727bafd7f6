"""What adjustment can do about volunteers and what it cannot: everybody who comes because of who they are, and the rest.

20,000 volunteers of the made-up district; coming depends on education, age and residence, and then also on literacy
itself. Beside them a probability sample of 2,000. The recorded figures are those of an earlier simulation of the same
district by other code.
"""

from __future__ import annotations

import numpy as np

from benchmarks.coverage_parts import Part
from literacy_stats.survey.tests.district import MARGINS, district
from literacy_stats.survey.volunteers import (
    PopulationMargins,
    PopulationTable,
    PropensitySample,
    Reference,
    ReferenceSample,
    VolunteerSample,
)

LEVELS = {"town": 21, "sex": 2, "age": 6, "edu": 5, "urban": 2}
TILTS = (0.0, 0.3, 0.6)
RECORDED = {
    "raw volunteers": (39.6, 46.7, 53.8),
    "raked": (17.46, 21.16, 25.1),
    "inverse chances to volunteer": (17.00, 20.6, 24.3),
    "regression and post-stratification": (17.45, 21.2, 25.2),
    "doubly robust": (17.48, 21.2, 25.1),
    "probability sample": (17.5, 17.5, 17.6),
}
# Points of a percentage: some three errors of the difference of two means of 40, by how much the way varies.
LIMITS = {"probability sample": 0.6, "inverse chances to volunteer": 0.6, "doubly robust": 0.6}
USUAL_LIMIT = 0.35
_VOLUNTEERS, _REFERENCE = 20_000, 2_000


def run(*, repeats: int = 40, seed: int = 11) -> Part:
    """Mean of each way over the repeats, beside the recorded one."""
    table = ["way | " + " | ".join(f"tilt {tilt:g} (recorded)" for tilt in TILTS)]
    means = [_means(tilt, repeats=repeats, seed=seed) for tilt in TILTS]
    failures, figures = [], {"true proportion": 100 * float(district().literate.mean())}
    for way, recorded in RECORDED.items():
        found = [mean[way] for mean in means]
        table.append(
            f"{way} | "
            + " | ".join(f"{value:.2f} ({was:g})" for value, was in zip(found, recorded, strict=True))
        )
        gap = max(abs(value - was) for value, was in zip(found, recorded, strict=True))
        figures[f"farthest from the record, {way}"] = gap
        if gap > LIMITS.get(way, USUAL_LIMIT):
            failures.append(f"{way}: {gap:.2f} points away from the recorded figure")
    return Part(f"Volunteers, true {figures['true proportion']:.2f} %", table, figures, failures)


def _means(tilt: float, *, repeats: int, seed: int) -> dict[str, float]:
    rows = [_once(tilt, generator=np.random.default_rng([seed, number])) for number in range(repeats)]
    return {way: 100 * float(np.mean([row[way] for row in rows])) for way in RECORDED}


def _once(tilt: float, *, generator: np.random.Generator) -> dict[str, float]:
    people = district()
    eager = 0.7 * (people.edu - 1.5) - 0.35 * (people.age - 2.5) + 0.5 * people.urban + tilt * people.literate
    chances = np.exp(eager)
    came = generator.choice(len(eager), _VOLUNTEERS, replace=False, p=chances / chances.sum())
    drawn = generator.choice(len(eager), _REFERENCE, replace=False)
    sample = VolunteerSample(
        outcomes=people.literate[came],
        columns={name: getattr(people, name)[came] for name in LEVELS},
        levels=LEVELS,
    )
    adjusted = {
        way: float(format(sample.adjusted(reference=reference).shown().value, ".9f"))
        for way, reference in _references(drawn).items()
    }
    return adjusted | {
        "raw volunteers": float(people.literate[came].mean()),
        "probability sample": float(people.literate[drawn].mean()),
    }


def _references(drawn: np.ndarray) -> dict[str, Reference]:
    people = district()
    columns = {name: getattr(people, name)[drawn] for name in LEVELS}
    weights = np.full(len(drawn), len(people.literate) / len(drawn))
    return {
        "raked": PopulationMargins({name: np.bincount(getattr(people, name)) for name in MARGINS}),
        "regression and post-stratification": _table(),
        "inverse chances to volunteer": PropensitySample(columns, weights),
        "doubly robust": ReferenceSample(columns, weights),
    }


def _table() -> PopulationTable:
    people, shape = district(), tuple(LEVELS.values())
    key = np.ravel_multi_index([getattr(people, name) for name in LEVELS], shape)
    sizes = np.bincount(key, minlength=int(np.prod(shape)))
    cells = np.flatnonzero(sizes)
    codes = dict(zip(LEVELS, np.unravel_index(cells, shape), strict=True))
    return PopulationTable(codes, sizes[cells])
