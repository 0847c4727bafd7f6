"""May a test go live with this bank? Enough items, precise enough, and without wearing the best ones out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from literacy_stats.adaptive.bank import BankError, FloatArray, ItemBank
from literacy_stats.adaptive.blueprint import Blueprint
from literacy_stats.irt.items import information


class Shortage(StrEnum):
    """What a bank lacks."""

    TOO_FEW_ITEMS = "too few items that may be in one test"
    TOO_MUCH_EXPOSURE = "items would be seen too often"
    TOO_LITTLE_INFORMATION = "not precise enough"
    WORTHLESS_ITEM = "an item that says the less the more is known"


@dataclass(frozen=True, slots=True)
class CoverageProblem:
    """area, theta, item: where it is, None where it is not about one. found, needed: in the unit of the shortage."""

    shortage: Shortage
    found: float
    needed: float
    area: int | None = None
    theta: float | None = None
    item: int | None = None


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """abilities, standard_errors: (Q,) what the test reaches there while no item is seen too often. problems: all of them."""

    abilities: FloatArray
    standard_errors: FloatArray
    problems: tuple[CoverageProblem, ...]

    @property
    def may_go_live(self) -> bool:
        return not self.problems


def check_coverage(
    bank: ItemBank,
    *,
    blueprint: Blueprint,
    abilities: npt.ArrayLike,
    standard_error: float,
    exposure_limit: float,
    prior_deviation: float = 1.0,
) -> CoverageReport:
    """Everything that speaks against a test of full length with this bank.

    abilities: (Q,) where it must be precise. standard_error: posterior standard deviation of θ needed there.
    exposure_limit: the largest share of people who may see an item. At an ability each area then gives the mean
    information of its best count / limit items, because the best ones may be given to that share only.
    Raises BankError where bank and blueprint have different areas or the limit is not in (0, 1].
    Source: the idea of a bank's blueprint in van der Linden & Glas 2010, Elements of Adaptive Testing, part III.
    """
    if len(blueprint.counts) != bank.area_count or not 0 < exposure_limit <= 1:
        raise BankError("the blueprint has one count per area of the bank, and the limit lies in (0, 1]")
    theta = np.atleast_1d(np.asarray(abilities, dtype=np.float64))
    worth = information(bank.parameters, theta=theta)
    gained = _sustained_information(bank, blueprint=blueprint, worth=worth, limit=exposure_limit)
    errors = 1.0 / np.sqrt(gained + prior_deviation**-2)
    problems = [
        *_counts(bank, blueprint=blueprint, limit=exposure_limit),
        *_worthless(bank),
        *(
            CoverageProblem(
                Shortage.TOO_LITTLE_INFORMATION, found=float(error), needed=standard_error, theta=float(place)
            )
            for place, error in zip(theta, errors, strict=True)
            if error > standard_error
        ),
    ]
    return CoverageReport(theta, errors, tuple(problems))


def _counts(bank: ItemBank, *, blueprint: Blueprint, limit: float) -> list[CoverageProblem]:
    problems = []
    for area, count in enumerate(blueprint.counts):
        usable = _usable_beside_others(bank, area=area, blueprint=blueprint)
        if usable < count:
            problems.append(CoverageProblem(Shortage.TOO_FEW_ITEMS, found=usable, needed=count, area=area))
        elif count / usable > limit:
            found = count / usable
            problems.append(CoverageProblem(Shortage.TOO_MUCH_EXPOSURE, found=found, needed=limit, area=area))
    return problems


def _usable_beside_others(bank: ItemBank, *, area: int, blueprint: Blueprint) -> int:
    """Items of the area that surely can be given, however the enemies among all areas fall."""
    members = set(np.flatnonzero(bank.areas == area).tolist())
    taken: set[int] = set()
    for group in bank.enemies:
        inside = (group & members) - taken
        # Of a set one item may be shown; if another area can show it, none of these.
        foreign = any(item not in members and blueprint.counts[bank.areas[item]] for item in group)
        taken |= inside if foreign else set(sorted(inside)[1:])
    return len(members - taken)


def _worthless(bank: ItemBank) -> list[CoverageProblem]:
    slopes = bank.parameters.slopes
    return [
        CoverageProblem(Shortage.WORTHLESS_ITEM, found=float(slopes[item]), needed=0.0, item=int(item))
        for item in np.flatnonzero(slopes <= 0)
    ]


def _sustained_information(
    bank: ItemBank, *, blueprint: Blueprint, worth: FloatArray, limit: float
) -> FloatArray:
    total = np.zeros(worth.shape[1])
    for area, count in enumerate(blueprint.counts):
        if count:
            best = -np.sort(-worth[bank.areas == area], axis=0)[: math.ceil(count / limit)]
            total += count * best.mean(axis=0)
    return total
