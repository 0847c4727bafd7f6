"""Probabilities for Sympson–Hetter control, found by simulating the test over and over."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.adaptive.bank import BankError, FloatArray
from literacy_stats.adaptive.exposure import SympsonHetter
from literacy_stats.adaptive.session import AdaptiveTest
from literacy_stats.adaptive.simulation import SimulationReport, simulate


@dataclass(frozen=True, slots=True)
class ExposureCalibration:
    """test: under the calibrated rule. highest: the largest exposure rate of each round, the last one of `report`."""

    test: AdaptiveTest
    highest: tuple[float, ...]
    report: SimulationReport


def calibrate_exposure(
    test: AdaptiveTest,
    *,
    limit: float,
    abilities: npt.ArrayLike,
    generator: np.random.Generator,
    tolerance: float = 0.02,
    most_rounds: int = 20,
) -> ExposureCalibration:
    """Give every item a probability such that at most `limit` of the people see it.

    abilities: (N,) a sample of those who will take the test; the limit holds among people like them.
    A round simulates all of them; rounds end when no item exceeds limit + tolerance.
    Raises BankError if an area has too few items for the limit, or the rounds do not get there.
    Source: Sympson & Hetter 1985; van der Linden 2003, Journal of Educational and Behavioral Statistics 28:249.
    """
    _refuse_impossible_limit(test, limit=limit)
    probabilities = np.ones(len(test.bank))
    highest: list[float] = []
    for _ in range(most_rounds):
        controlled = _with_probabilities(test, probabilities=probabilities)
        report = simulate(controlled, abilities=abilities, generator=generator)
        highest.append(float(report.exposure_rates.max()))
        if highest[-1] <= limit + tolerance:
            return ExposureCalibration(controlled, tuple(highest), report)
        probabilities = _adjusted(report, limit=limit)
    raise BankError(f"after {most_rounds} rounds an item is still seen by {highest[-1]:.3f} of the people")


def _adjusted(report: SimulationReport, *, limit: float) -> FloatArray:
    considered = report.considered / len(report.abilities)
    return np.asarray(np.where(considered > limit, limit / np.maximum(considered, limit), 1.0))


def _with_probabilities(test: AdaptiveTest, *, probabilities: FloatArray) -> AdaptiveTest:
    exposure = SympsonHetter(probabilities)
    tables = dataclasses.replace(test.tables, choices=0, chances=exposure.probabilities)
    return dataclasses.replace(test, exposure=exposure, tables=tables, advance=test.engine(tables))


def _refuse_impossible_limit(test: AdaptiveTest, *, limit: float) -> None:
    if not 0 < limit <= 1:
        raise BankError("a limit of exposure lies above 0 and at most at 1")
    needed = np.array(test.blueprint.counts) / np.bincount(test.bank.areas)
    if (needed > limit).any():
        area = int(np.argmax(needed))
        raise BankError(f"area {area} needs an exposure of {needed[area]:.3f} on average, above the limit")
