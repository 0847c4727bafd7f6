"""What a test would do to many people: accuracy, length, exposure of items and overlap between people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from literacy_stats.adaptive.bank import BankError, BoolArray, FloatArray, IntArray
from literacy_stats.adaptive.session import AdaptiveTest, Session, answer, begin, record
from literacy_stats.irt.items import probability


@dataclass(frozen=True, slots=True)
class Accuracy:
    """count: people. bias: mean of estimate − truth. rmse: root mean square of it. mean_standard_error: as reported."""

    count: int
    bias: float
    rmse: float
    mean_standard_error: float


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """N simulated people with a bank of J items.

    abilities, estimates, standard_errors: (N,) true θ, posterior mean, posterior standard deviation.
    lengths: (N,) items given. items, answers: (N, L) item numbers in order and 0 or 1 for each, −1 after the last.
    considered: (J,) people for whom the item was given or set aside. cut: of the stopping rule, or None.
    """

    abilities: FloatArray
    estimates: FloatArray
    standard_errors: FloatArray
    lengths: IntArray
    items: IntArray
    answers: IntArray
    considered: IntArray
    above: BoolArray | None
    cut: float | None

    @property
    def accuracy(self) -> Accuracy:
        return self._accuracy(np.ones(len(self.abilities), dtype=np.bool_))

    @property
    def mean_length(self) -> float:
        return float(self.lengths.mean())

    @property
    def exposure_rates(self) -> FloatArray:
        """(J,) share of people who saw the item."""
        given = np.bincount(self.items[self.items >= 0], minlength=len(self.considered))
        return np.asarray(given / len(self.abilities))

    @property
    def unused_items(self) -> IntArray:
        """Items nobody saw."""
        return np.flatnonzero(self.exposure_rates == 0)

    @property
    def overlap(self) -> float:
        """Mean over pairs of people of the items both saw, divided by the mean length.

        Source: Chen, Ankenmann & Spray 2003, Journal of Educational Measurement 40:129, here for any lengths.
        """
        people = len(self.abilities)
        if people < 2:
            raise BankError("overlap is between two people or more")
        given = self.exposure_rates * people
        return float((given * (given - 1)).sum() / (people * (people - 1) * self.lengths.mean()))

    @property
    def misclassification(self) -> float:
        """Share of people whom P(θ ≥ cut) ≥ ½ puts on the wrong side. Raises BankError without a cut."""
        if self.cut is None or self.above is None:
            raise BankError("the test has no cut to classify at")
        return float(np.mean(self.above != (self.abilities >= self.cut)))

    def accuracy_between(self, edges: npt.ArrayLike) -> tuple[Accuracy, ...]:
        """Accuracy in the bands of true ability between rising edges (B + 1,); a band without people is an error."""
        bands = np.digitize(self.abilities, np.asarray(edges, dtype=np.float64)) - 1
        return tuple(self._accuracy(bands == band) for band in range(np.size(edges) - 1))

    def _accuracy(self, rows: BoolArray) -> Accuracy:
        if not rows.any():
            raise BankError("nobody was simulated in this band of ability")
        errors = self.estimates[rows] - self.abilities[rows]
        return Accuracy(
            count=int(rows.sum()),
            bias=float(errors.mean()),
            rmse=float(np.sqrt((errors**2).mean())),
            mean_standard_error=float(self.standard_errors[rows].mean()),
        )


def simulate(
    test: AdaptiveTest, *, abilities: npt.ArrayLike, generator: np.random.Generator
) -> SimulationReport:
    """Let people of the given abilities (N,) take the test, with the very steps a real session takes."""
    truth = np.atleast_1d(np.asarray(abilities, dtype=np.float64))
    ended = [simulate_one(test, ability=ability, generator=generator) for ability in truth.tolist()]
    items = np.full((len(truth), test.blueprint.length), -1, dtype=np.int64)
    answers = items.copy()
    considered = np.zeros(len(test.bank), dtype=np.int64)
    for row, session in enumerate(ended):
        items[row, : len(session.items)] = session.items
        answers[row, : len(session.items)] = session.answers
        considered[list(session.items)] += 1
        considered[list(record(session).set_aside)] += 1
    cut = test.stopping.cut
    return SimulationReport(
        abilities=truth,
        estimates=np.array([session.theta for session in ended]),
        standard_errors=np.array([session.standard_error for session in ended]),
        lengths=(items >= 0).sum(axis=1),
        items=items,
        answers=answers,
        considered=considered,
        above=None if cut is None else np.array([session.state.above >= 0.5 for session in ended]),
        cut=cut,
    )


def simulate_one(test: AdaptiveTest, *, ability: float, generator: np.random.Generator) -> Session:
    """One person of the given ability from the first item to the end."""
    chances = probability(test.bank.parameters, theta=ability)[:, 0]
    session = begin(test, generator=generator)
    while session.stopped is None:
        correct = int(generator.random() < chances[session.state.next_item])
        session = answer(session, correct=correct, generator=generator)
    return session
