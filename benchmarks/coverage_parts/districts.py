"""Do the intervals hold the truth? Simulated districts with the published gradients, one sample of each.

Every district has its own townships, villages and people; villages are drawn with probability in proportion to size
within strata, people at random within villages. Townships are shown twice: by their own few villages, as any domain, and
with the design effect pooled over all of them, which is how they are to be published; only the latter are judged. Intervals
that say nothing (no degrees of freedom) are not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.coverage_parts import Part
from benchmarks.coverage_parts.gradients import Gradients, published_gradients
from literacy_stats.survey.design import Design
from literacy_stats.survey.estimates import estimate_proportion
from literacy_stats.survey.intervals import Interval, korn_graubard_interval
from literacy_stats.survey.small_areas import direct_proportions

DISTRICTS = 2000
DOMAIN_LIMITS = (94.5, 99.0)
OVERALL_LIMITS = (93.0, 97.0)
LEAST_PEOPLE = 30
_TOWNSHIPS = (0, 5, 10, 15)
_OWN = ", own variance"
# Fewer samples than this say too little about a domain; such domains are shown and not judged.
_LEAST_SAMPLES = 500


@dataclass(frozen=True)
class District:
    """people, literate: (V, 100) of each kind in each village, kinds in the order of the gradients. urban, township: (V,)."""

    people: np.ndarray
    literate: np.ndarray
    township: np.ndarray


@dataclass
class Tally:
    """What became of one domain's intervals."""

    truths: list[float]
    sizes: list[int]
    held: list[bool]
    widths: list[float]


def run(*, districts: int = DISTRICTS, seed: int = 20231231) -> Part:
    """Simulate, draw, estimate, compare."""
    gradients = published_gradients()
    tallies: dict[str, Tally] = {}
    for number in range(districts):
        generator = np.random.default_rng([seed, number])
        _compare(_district(gradients, generator=generator), gradients, generator=generator, tallies=tallies)
    return _part(tallies, districts=districts)


def _district(gradients: Gradients, *, generator: np.random.Generator) -> District:
    shape = gradients.published["district"]
    sizes = generator.dirichlet(np.full(shape["townships"], 4.0))
    township = np.sort(
        np.concatenate(
            [
                np.tile(np.arange(shape["townships"]), 4),
                generator.choice(shape["townships"], shape["villages"] - 4 * shape["townships"], p=sizes),
            ]
        )
    )
    village_shares = generator.lognormal(0, 0.4, len(township))
    adults = np.round(village_shares / village_shares.sum() * shape["adults"]).astype(int)
    residence = gradients.shares.sum(axis=(1, 2, 3))
    urban = (generator.random(len(township)) < residence[1]).astype(int)
    kinds = np.zeros((2, gradients.shares.size))
    for code in (0, 1):
        only = np.zeros_like(gradients.shares)
        only[code] = gradients.shares[code] / residence[code]
        kinds[code] = only.ravel()
    people = generator.multinomial(adults, kinds[urban])
    deviations = gradients.published["deviations"]
    effects = generator.normal(0, deviations["township"], shape["townships"])[township]
    effects = effects + generator.normal(0, deviations["village"], len(township))
    chances = 1 / (1 + np.exp(-(gradients.log_odds.ravel() + effects[:, None])))
    return District(people, generator.binomial(people, chances), township)


def _compare(
    district: District, gradients: Gradients, *, generator: np.random.Generator, tallies: dict[str, Tally]
) -> None:
    village, kind, literate, design = _draw(district, gradients, generator=generator)
    rank = np.argsort(np.argsort(-np.bincount(district.township, weights=district.people.sum(axis=1))))
    for name, kinds, townships in _domains(gradients):
        inside = np.isin(rank[district.township], townships)
        rows = inside[village] & kinds[kind]
        if rows.sum() < LEAST_PEOPLE:
            continue
        estimate = estimate_proportion(literate, design=design, domain=rows)
        truth = district.literate[inside][:, kinds].sum() / district.people[inside][:, kinds].sum()
        if estimate.degrees_of_freedom >= 1:
            interval = korn_graubard_interval(estimate)
            _count(tallies, name=name, truth=truth, people=estimate.n, interval=interval)
    # A township that no interview fell in has no direct figure.
    sampled, area = np.unique(rank[district.township][village], return_inverse=True)
    pooled = direct_proportions(literate, areas=area, design=design)
    for place in _TOWNSHIPS:
        inside = rank[district.township] == place
        at = int(np.searchsorted(sampled, place))
        if place in sampled and pooled.respondents[at] >= LEAST_PEOPLE:
            truth = district.literate[inside].sum() / district.people[inside].sum()
            people, interval = int(pooled.respondents[at]), pooled.interval(at)
            _count(tallies, name=_township(place), truth=truth, people=people, interval=interval)


def _count(tallies: dict[str, Tally], *, name: str, truth: float, people: int, interval: Interval) -> None:
    tally = tallies.setdefault(name, Tally([], [], [], []))
    tally.truths.append(truth)
    tally.sizes.append(people)
    tally.held.append(interval.lower <= truth <= interval.upper)
    tally.widths.append(interval.width)


def _township(place: int) -> str:
    return f"township, {place + 1}. by size"


def _domains(gradients: Gradients) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name, kinds of people, ranks of townships by size."""
    everywhere = np.arange(gradients.published["district"]["townships"])
    codes = np.unravel_index(np.arange(gradients.shares.size), gradients.shares.shape)
    everybody = np.ones(gradients.shares.size, dtype=bool)
    domains = [("all", everybody, everywhere)]
    for code, (name, variable) in zip(codes, gradients.published["variables"].items(), strict=True):
        domains += [
            (f"{name}: {label}", code == level, everywhere) for level, label in enumerate(variable["labels"])
        ]
    domains += [(_township(place) + _OWN, everybody, np.array([place])) for place in _TOWNSHIPS]
    return domains


def _draw(
    district: District, gradients: Gradients, *, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, Design]:
    """Respondents: village, kind, literate or not; and the design."""
    plan = gradients.published["sample"]
    stratum = _strata(district, count=gradients.published["district"]["strata"])
    adults = district.people.sum(axis=1)
    drawn, weights, strata = [], [], []
    shares = np.bincount(stratum, weights=adults) / adults.sum()
    for code, share in enumerate(shares):
        count = max(2, round(share * plan["villages"]))
        members = generator.permutation(np.flatnonzero(stratum == code))
        upto = np.cumsum(adults[members])
        marks = (generator.random() + np.arange(count)) * upto[-1] / count
        drawn.append(members[np.searchsorted(upto, marks)])
        weights.append(np.full(count, upto[-1] / (count * plan["people"])))
        strata.append(np.full(count, code))
    villages = np.concatenate(drawn)
    kinds, literate = zip(
        *(_interview(district, village=v, count=plan["people"], generator=generator) for v in villages),
        strict=True,
    )
    repeat = plan["people"]
    design = Design.from_columns(
        np.repeat(np.concatenate(weights), repeat),
        strata=np.repeat(np.concatenate(strata), repeat),
        clusters=np.repeat(np.arange(len(villages)), repeat),
    )
    return np.repeat(villages, repeat), np.concatenate(kinds), np.concatenate(literate), design


def _strata(district: District, *, count: int) -> np.ndarray:
    """Townships of similar size together."""
    sizes = np.bincount(district.township, weights=district.people.sum(axis=1))
    rank = np.argsort(np.argsort(-sizes))
    return (rank * count // len(sizes))[district.township]


def _interview(
    district: District, *, village: int, count: int, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The kind and literacy of people drawn at random without replacement from a village."""
    upto = np.cumsum(district.people[village])
    numbers = generator.choice(upto[-1], count, replace=False)
    kind = np.searchsorted(upto, numbers, side="right")
    # Within its kind the first ones are the literate.
    place = numbers - (upto[kind] - district.people[village, kind])
    return kind, (place < district.literate[village, kind]).astype(float)


def _part(tallies: dict[str, Tally], *, districts: int) -> Part:
    table = ["domain | samples | mean n | true % | held % | mean width"]
    failures: list[str] = []
    held_by_name = {name: 100 * float(np.mean(tally.held)) for name, tally in tallies.items()}
    for name, tally in tallies.items():
        held = held_by_name[name]
        table.append(
            f"{name} | {len(tally.held)} | {np.mean(tally.sizes):.0f} | {100 * np.mean(tally.truths):.2f} | "
            f"{held:.1f} | {np.mean(tally.widths):.3f}"
        )
        low, high = OVERALL_LIMITS if name == "all" else DOMAIN_LIMITS
        enough = len(tally.held) >= min(_LEAST_SAMPLES, districts / 4)
        if enough and not name.endswith(_OWN) and not low <= held <= high:
            failures.append(f"{name}: intervals hold the truth in {held:.1f} % of samples")
    domains = [held for name, held in held_by_name.items() if name != "all" and not name.endswith(_OWN)]
    figures = {
        "overall coverage": held_by_name["all"],
        "least domain": min(domains),
        "greatest domain": max(domains),
    }
    return Part(f"Intervals in {districts} districts", table, figures, failures)
