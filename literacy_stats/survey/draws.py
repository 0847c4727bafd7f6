"""A stratified draw of clusters and households, logged so that anybody with the list and the seed can repeat it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from literacy_stats.errors import DesignError
from literacy_stats.survey.design import FloatArray, IntArray
from literacy_stats.survey.selection import (
    inclusion_probabilities,
    select_rejectively,
    select_systematically,
)


class DrawMethod(StrEnum):
    """How clusters are drawn: at equal steps through the list, or with joint probabilities known for every pair."""

    SYSTEMATIC = "systematic"
    REJECTIVE = "rejective"


_SELECT: Mapping[DrawMethod, Callable[..., IntArray]] = {
    DrawMethod.SYSTEMATIC: select_systematically,
    DrawMethod.REJECTIVE: select_rejectively,
}


@dataclass(frozen=True, slots=True)
class ListedCluster:
    """A village or community on the list: its name is unique; size is the measure it is drawn by, households how many."""

    name: str
    stratum: str
    size: float
    households: int


@dataclass(frozen=True, slots=True)
class DrawPlan:
    """How many clusters of each stratum, how many households in each, and how many of both stand by as reserves."""

    clusters: Mapping[str, int]
    households: int
    reserve_clusters: int = 0
    reserve_households: int = 0
    method: DrawMethod = DrawMethod.SYSTEMATIC


@dataclass(frozen=True, slots=True)
class DrawnCluster:
    """A cluster with its inclusion probability and the numbers of its households, in the order of the visits.

    The first `DrawPlan.households` of them are the sample, those after them reserves; household_probability is that of
    the sample, given the cluster.
    """

    cluster: ListedCluster
    probability: float
    household_probability: float
    household_numbers: tuple[int, ...]
    is_reserve: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """A cluster that could not be worked in, the reserve that took its place, and why."""

    replaced: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class DrawStep:
    """One line of the log: what was drawn, with which random numbers between 0 and 1, and what came out."""

    what: str
    random_numbers: tuple[float, ...]
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """What was drawn, and all that is needed to draw it again: seed, plan, the list's fingerprint, every step."""

    seed: int
    plan: DrawPlan
    list_fingerprint: str
    clusters: tuple[DrawnCluster, ...]
    steps: tuple[DrawStep, ...]
    replacements: tuple[Replacement, ...] = ()

    @property
    def in_use(self) -> tuple[DrawnCluster, ...]:
        """The clusters to work in: those drawn, with reserves in the place of those replaced."""
        out = {one.replaced for one in self.replacements}
        brought_in = {one.by for one in self.replacements}
        return tuple(
            one
            for one in self.clusters
            if one.cluster.name not in out and (not one.is_reserve or one.cluster.name in brought_in)
        )


class _LoggedGenerator:
    """Random numbers from PCG64, remembered until they are written into the log."""

    def __init__(self, seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(seed))
        self._numbers: list[float] = []

    def random(self, count: int | None = None) -> float | FloatArray:
        numbers = self.numbers(1 if count is None else count)
        return float(numbers[0]) if count is None else numbers

    def numbers(self, count: int) -> FloatArray:
        numbers = self._generator.random(count)
        self._numbers += numbers.tolist()
        return numbers

    def step(self, what: str, chosen: tuple[str, ...]) -> DrawStep:
        step = DrawStep(what, tuple(self._numbers), chosen)
        self._numbers = []
        return step


def draw_sample(frame: tuple[ListedCluster, ...], *, plan: DrawPlan, seed: int) -> Draw:
    """Draw clusters with probability proportional to size in each stratum, then households with equal probability.

    Within a stratum the list's own order counts for the systematic method. Clusters too large for their share are
    certain (probability 1). Reserves are drawn after the sample, from the rest, by the same sizes.
    Raises DesignError for a plan that the list cannot fill. Source: Särndal et al. (1992), chapters 3 and 4.
    """
    _check(frame, plan=plan)
    generator = _LoggedGenerator(seed)
    clusters: list[DrawnCluster] = []
    steps: list[DrawStep] = []
    for stratum, count in plan.clusters.items():
        listed = tuple(one for one in frame if one.stratum == stratum)
        chosen = _draw_stratum(listed, count=count, plan=plan, generator=generator)
        steps += chosen.steps
        for place, is_reserve in chosen.places:
            numbers = _household_numbers(listed[place].households, plan=plan, generator=generator)
            steps.append(
                generator.step(
                    f"households of {listed[place].name}", tuple(str(number) for number in numbers)
                )
            )
            clusters.append(
                DrawnCluster(
                    cluster=listed[place],
                    probability=float(chosen.probabilities[place]),
                    household_probability=min(plan.households / listed[place].households, 1.0),
                    household_numbers=numbers,
                    is_reserve=is_reserve,
                )
            )
    return Draw(seed, plan, fingerprint(frame), tuple(clusters), tuple(steps))


def verify_draw(draw: Draw, *, frame: tuple[ListedCluster, ...]) -> None:
    """Draw again from the list and compare every number. Raises DesignError that names the first difference."""
    if fingerprint(frame) != draw.list_fingerprint:
        raise DesignError("this is not the list that was drawn from")
    again = draw_sample(frame, plan=draw.plan, seed=draw.seed)
    for expected, found in zip(again.steps, draw.steps, strict=False):
        if expected != found:
            raise DesignError(f"the log differs at: {expected.what}")
    replayed = replace(draw, replacements=())
    if again != replayed:
        raise DesignError("the log is right, but the clusters are not those that it leads to")
    for one in draw.replacements:
        replayed = replace_cluster(replayed, name=one.replaced, reason=one.reason)
    if replayed != draw:
        raise DesignError("a replacement does not keep the rule")


def replace_cluster(draw: Draw, *, name: str, reason: str) -> Draw:
    """Put the next unused reserve of the same stratum in the place of a cluster that cannot be worked in.

    The rule leaves no choice: it is the order of the draw. Not for households that are not at home, which are visited
    again. Raises DesignError without a reason, for a cluster not in use, and when the reserves are used up.
    """
    if not reason.strip():
        raise DesignError("a replacement needs a reason")
    replaced = next((one for one in draw.in_use if one.cluster.name == name), None)
    if replaced is None:
        raise DesignError(f"{name} is not in use")
    touched = {one.by for one in draw.replacements}
    reserve = next(
        (
            one
            for one in draw.clusters
            if one.is_reserve
            and one.cluster.stratum == replaced.cluster.stratum
            and one.cluster.name not in touched
        ),
        None,
    )
    if reserve is None:
        raise DesignError(f"no reserve is left in {replaced.cluster.stratum}")
    return replace(draw, replacements=(*draw.replacements, Replacement(name, reserve.cluster.name, reason)))


def fingerprint(frame: tuple[ListedCluster, ...]) -> str:
    """SHA-256 of the list, its order included."""
    lines = "\n".join(f"{one.name}\t{one.stratum}\t{one.size!r}\t{one.households}" for one in frame)
    return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """Places on a stratum's list, each with whether it is a reserve; the probabilities of the whole list; the log."""

    places: tuple[tuple[int, bool], ...]
    probabilities: FloatArray
    steps: tuple[DrawStep, ...]


def _draw_stratum(
    listed: tuple[ListedCluster, ...], *, count: int, plan: DrawPlan, generator: _LoggedGenerator
) -> _Chosen:
    sizes = np.array([one.size for one in listed], dtype=np.float64)
    probabilities = inclusion_probabilities(sizes, count=count)
    chosen = _SELECT[plan.method](probabilities, generator=generator)
    stratum = listed[0].stratum
    steps = [generator.step(f"clusters of {stratum}", tuple(listed[at].name for at in chosen))]
    sizes[chosen] = 0.0
    spare = min(plan.reserve_clusters, int(np.count_nonzero(sizes)))
    reserves: list[int] = []
    if spare:
        rest = inclusion_probabilities(sizes, count=spare)
        reserves = _shuffled(_SELECT[plan.method](rest, generator=generator).tolist(), generator=generator)
        steps.append(generator.step(f"reserves of {stratum}", tuple(listed[at].name for at in reserves)))
    places = [(int(at), False) for at in chosen] + [(at, True) for at in reserves]
    return _Chosen(tuple(places), probabilities, tuple(steps))


def _household_numbers(households: int, *, plan: DrawPlan, generator: _LoggedGenerator) -> tuple[int, ...]:
    wanted = min(plan.households + plan.reserve_households, households)
    return tuple(_shuffled(list(range(1, households + 1)), generator=generator, wanted=wanted))


def _shuffled(values: list[int], *, generator: _LoggedGenerator, wanted: int | None = None) -> list[int]:
    """The first so many of the values in an order of which each is equally likely (Fisher & Yates)."""
    order = list(values)
    wanted = len(order) if wanted is None else wanted
    for at, uniform in enumerate(generator.numbers(wanted)):
        other = at + int(uniform * (len(order) - at))
        order[at], order[other] = order[other], order[at]
    return order[:wanted]


def _check(frame: tuple[ListedCluster, ...], *, plan: DrawPlan) -> None:
    if len({one.name for one in frame}) != len(frame):
        raise DesignError("a cluster is on the list twice")
    if any(one.households < 1 or one.size <= 0 for one in frame):
        raise DesignError("every cluster on the list has a size and a household")
    missing = {one.stratum for one in frame} ^ set(plan.clusters)
    if missing:
        raise DesignError(f"list and plan do not have the same strata: {sorted(missing)}")
    if plan.households < 1 or min(plan.reserve_clusters, plan.reserve_households) < 0:
        raise DesignError("a plan draws at least one household a cluster, and no negative reserves")
