"""An adaptive test and one person's passage through it, as values: an answer makes a new session."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from literacy_stats.adaptive.bank import BankError, ItemBank
from literacy_stats.adaptive.blueprint import Blueprint
from literacy_stats.adaptive.engines import Advance, steps_with_numba, steps_with_numpy
from literacy_stats.adaptive.exposure import ExposureRule, Randomesque, SympsonHetter
from literacy_stats.adaptive.steps import Step, advance
from literacy_stats.adaptive.stopping import Stop, StoppingRule
from literacy_stats.adaptive.tables import Tables, make_tables


@dataclass(frozen=True, slots=True)
class AdaptiveTest:
    """A bank with the rules of a test; made by `prepare_test`, shared by all sessions."""

    bank: ItemBank
    blueprint: Blueprint
    stopping: StoppingRule
    exposure: ExposureRule
    tables: Tables
    engine: Callable[[Tables], Advance]
    advance: Advance


@dataclass(frozen=True, slots=True)
class Session:
    """Where one person stands. Never changes: `answer` returns the next one.

    items, answers: what was given and 0 or 1 for each. stopped: why the test has ended, None while it goes on.
    state: the arrays and moments behind the properties.
    """

    test: AdaptiveTest
    items: tuple[int, ...]
    answers: tuple[int, ...]
    stopped: Stop | None
    state: Step

    @property
    def next_item(self) -> int | None:
        """What to ask now, None once the test has ended."""
        return None if self.stopped else self.state.next_item

    @property
    def theta(self) -> float:
        """Posterior mean of ability."""
        return self.state.theta

    @property
    def standard_error(self) -> float:
        """Posterior standard deviation of ability."""
        return self.state.standard_error

    @property
    def probability_above(self) -> float | None:
        """Posterior probability of θ ≥ the cut of the stopping rule, None without a cut."""
        return None if self.test.stopping.cut is None else self.state.above


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """All that has to be kept of a session to go on later: its items, answers, the item shown, and items set aside."""

    items: tuple[int, ...]
    answers: tuple[int, ...]
    next_item: int | None
    set_aside: tuple[int, ...]


def prepare_test(
    bank: ItemBank,
    *,
    blueprint: Blueprint,
    stopping: StoppingRule,
    exposure: ExposureRule,
    prior_mean: float = 0.0,
    prior_deviation: float = 1.0,
) -> AdaptiveTest:
    """Work out the tables of a test once (some 20 ms for 1,000 items). θ has a normal prior.

    Raises BankError where bank, blueprint and exposure rule do not belong together.
    """
    _refuse_mismatch(bank, blueprint=blueprint, exposure=exposure, prior_deviation=prior_deviation)
    tables = make_tables(
        bank,
        counts=blueprint.counts,
        exposure=exposure,
        cut=stopping.cut,
        prior_mean=prior_mean,
        prior_deviation=prior_deviation,
    )
    return AdaptiveTest(
        bank, blueprint, stopping, exposure, tables, steps_with_numpy, steps_with_numpy(tables)
    )


def compile_test(test: AdaptiveTest) -> AdaptiveTest:
    """The same test with its steps compiled by numba, with the same results. Raises ImportError without numba."""
    return dataclasses.replace(test, engine=steps_with_numba, advance=steps_with_numba(test.tables))


def begin(test: AdaptiveTest, *, generator: np.random.Generator) -> Session:
    """A session before its first answer, with the first item chosen."""
    step = test.advance(
        test.tables.prior,
        test.tables.nothing_blocked,
        -1,
        0,
        test.blueprint.sequence[0],
        generator.random(),
    )
    if step.next_item < 0:
        raise _out_of_items(test, length=0)
    return Session(test, (), (), None, step)


def answer(session: Session, *, correct: int, generator: np.random.Generator) -> Session:
    """The session after the answer (0 or 1) to `session.next_item`.

    Raises BankError if the session has ended, the answer is neither 0 nor 1, or an area has no item left.
    """
    if session.stopped is not None:
        raise BankError("this session has ended")
    if correct not in (0, 1):
        raise BankError("an answer is 0 or 1")
    test, length = session.test, len(session.items) + 1
    sequence = test.blueprint.sequence
    area = sequence[length] if length < len(sequence) else -1
    state = session.state
    step = test.advance(
        state.posterior, state.blocked, state.next_item, int(correct), area, generator.random()
    )
    stopped = test.stopping.reason_to_stop(
        length=length, standard_error=step.standard_error, above=step.above
    )
    if stopped is None and area < 0:
        stopped = Stop.FULL_LENGTH
    if stopped is not None:
        # Nothing is shown after the last answer, so nothing more is out of the question.
        step = step._replace(blocked=state.blocked, next_item=-1)
    elif step.next_item < 0:
        raise _out_of_items(test, length=length)
    items = (*session.items, state.next_item)
    return Session(test, items, (*session.answers, int(correct)), stopped, step)


def record(session: Session) -> SessionRecord:
    """What to store between two requests."""
    blocked = session.state.blocked.copy()
    for item in (*session.items, *(() if session.next_item is None else (session.next_item,))):
        blocked[item] = False
        blocked[session.test.bank.enemies_of(item)] = False
    set_aside = tuple(np.flatnonzero(blocked).tolist())
    return SessionRecord(session.items, session.answers, session.next_item, set_aside)


def resume(test: AdaptiveTest, *, kept: SessionRecord) -> Session:
    """The session that was stored. Raises BankError if the record does not fit the test."""
    given = (*kept.items, *(() if kept.next_item is None else (kept.next_item,)))
    _refuse_foreign_record(test, kept=kept, given=given)
    blocked = test.tables.nothing_blocked.copy()
    blocked[list(kept.set_aside)] = True
    posterior = test.tables.prior
    for item, response in zip(kept.items, kept.answers, strict=True):
        posterior = posterior * test.tables.likelihoods[item, response]
        posterior = posterior / posterior.sum()
    for item in given:
        blocked[item] = True
        blocked[test.bank.enemies_of(item)] = True
    step = advance(test.tables, posterior=posterior, blocked=blocked, item=-1, answer=0, area=-1, uniform=0.0)
    stopped = None if kept.next_item is not None else _stop_of(test, length=len(kept.items), step=step)
    step = step._replace(next_item=-1 if kept.next_item is None else kept.next_item)
    return Session(test, kept.items, kept.answers, stopped, step)


def _out_of_items(test: AdaptiveTest, *, length: int) -> BankError:
    area = test.blueprint.sequence[length]
    return BankError(f"the bank has no item of area {area} left for item {length + 1} of the test")


def _stop_of(test: AdaptiveTest, *, length: int, step: Step) -> Stop:
    reason = test.stopping.reason_to_stop(length=length, standard_error=step.standard_error, above=step.above)
    return reason or Stop.FULL_LENGTH


def _refuse_mismatch(
    bank: ItemBank, *, blueprint: Blueprint, exposure: ExposureRule, prior_deviation: float
) -> None:
    if len(blueprint.counts) != bank.area_count:
        raise BankError("the blueprint must have one count per area of the bank")
    if (np.bincount(bank.areas) < blueprint.counts).any():
        raise BankError("an area of the bank has fewer items than the blueprint asks for")
    if isinstance(exposure, SympsonHetter) and len(exposure.probabilities) != len(bank):
        raise BankError("the exposure rule must have one probability per item of the bank")
    if isinstance(exposure, Randomesque) and exposure.size > len(bank):
        raise BankError("the exposure rule chooses among more items than the bank has")
    if not prior_deviation > 0:
        raise BankError("the prior of ability needs a standard deviation above 0")


def _refuse_foreign_record(test: AdaptiveTest, *, kept: SessionRecord, given: tuple[int, ...]) -> None:
    if len(kept.items) != len(kept.answers) or len(given) > test.blueprint.length:
        raise BankError("the record of a session has one answer per item and no more items than the test")
    if len(set(given)) != len(given) or any(not 0 <= item < len(test.bank) for item in given):
        raise BankError("the record of a session names an item twice or one that is not in the bank")
    areas = tuple(test.bank.areas[list(given)].tolist())
    if areas != test.blueprint.sequence[: len(given)]:
        raise BankError("the record of a session does not follow the blueprint of this test")
    if kept.next_item is None and not kept.items:
        raise BankError("the record of a session without an item or answer says nothing")
