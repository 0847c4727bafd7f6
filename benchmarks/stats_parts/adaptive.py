"""One step of an adaptive test on a bank of 1,000 items: learn from the answer, estimate ability, choose the next item.

Ours also keeps a blueprint of four areas and chooses among the best five; catsim takes the best of all.
"""

from __future__ import annotations

import importlib.util
import time
import warnings

import numpy as np

from benchmarks.stats_parts import Row
from literacy_stats.adaptive import (
    AdaptiveTest,
    Blueprint,
    ItemBank,
    Randomesque,
    StoppingRule,
    answer,
    begin,
    compile_test,
    prepare_test,
)
from literacy_stats.irt.items import ItemParameters

_ITEMS = 1000
_LENGTH = 20
_OUR_TESTS = 300
_PEER_TESTS = 20


def run() -> list[Row]:
    """Numpy and compiled steps beside their limits in seconds, and beside catsim's step."""
    test = _our_test()
    plain = _our_step(test)
    peer = _catsim_step(test.bank.parameters)
    rows = _rows("numpy", ours=plain, limit=50e-6, peer=peer)
    if importlib.util.find_spec("numba") is None:
        return rows
    return [*rows, *_rows("[fast]", ours=_our_step(compile_test(test)), limit=5e-6, peer=peer)]


def _rows(kind: str, *, ours: float, limit: float, peer: float | None) -> list[Row]:
    name = f"adaptive step, {_ITEMS} items, {kind}"
    against_limit = Row(name, ours, "limit", limit, limit / ours, 1.0, "least of 300 tests of 20 items")
    ratio = None if peer is None else peer / ours
    note = "" if peer else "catsim is not installed"
    return [against_limit, Row(name, ours, "catsim", peer, ratio, 25.0, note)]


def _our_test() -> AdaptiveTest:
    rng = np.random.default_rng(20261123)
    parameters = ItemParameters.dichotomous(
        slopes=rng.lognormal(0.15, 0.3, _ITEMS).clip(0.5, 2.5),
        difficulties=rng.normal(0, 1.1, _ITEMS),
        guessing=rng.beta(5, 20, _ITEMS).clip(0, 0.35),
    )
    areas = rng.permutation(np.repeat([0, 1, 2, 3], [400, 200, 200, 200]))
    return prepare_test(
        ItemBank(parameters, areas),
        blueprint=Blueprint.from_shares((40, 20, 20, 20), length=_LENGTH),
        stopping=StoppingRule(),
        exposure=Randomesque(5),
    )


def _our_step(test: AdaptiveTest) -> float:
    """Seconds per step, the least of many tests; the first test compiles and is not counted."""
    return min([_seconds_per_step(test, seed=seed) for seed in range(_OUR_TESTS)][1:])


def _seconds_per_step(test: AdaptiveTest, *, seed: int) -> float:
    generator = np.random.default_rng(seed)
    answers = generator.integers(0, 2, _LENGTH).tolist()
    session = begin(test, generator=generator)
    started = time.perf_counter()
    for correct in answers:
        session = answer(session, correct=correct, generator=generator)
    return (time.perf_counter() - started) / _LENGTH


def _catsim_step(items: ItemParameters) -> float | None:
    """Seconds of catsim's selector and estimator per item, on the same bank, the least of its tests."""
    if importlib.util.find_spec("catsim") is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from catsim.estimation import NumericalSearchEstimator  # noqa: PLC0415 - a peer, imported where it is measured
        from catsim.item_bank import ItemBank as PeerBank  # noqa: PLC0415 - a peer, imported where it is measured
        from catsim.selection import MaxInfoSelector  # noqa: PLC0415 - a peer, imported where it is measured

        bank = PeerBank(
            np.column_stack([items.slopes, items.difficulties, items.guessing, np.ones(len(items))])
        )
        selector, estimator = MaxInfoSelector(), NumericalSearchEstimator()
        return min(
            _catsim_test(bank, selector=selector, estimator=estimator, seed=s) for s in range(_PEER_TESTS)
        )


def _catsim_test(bank: object, *, selector: object, estimator: object, seed: int) -> float:
    answers = np.random.default_rng(seed).integers(0, 2, _LENGTH).astype(bool).tolist()
    given: list[int] = []
    theta = 0.0
    started = time.perf_counter()
    for number in range(_LENGTH):
        given.append(
            int(selector.select(item_bank=bank, administered_items=given, est_theta=theta))  # type: ignore[attr-defined]
        )
        theta = estimator.estimate(  # type: ignore[attr-defined]
            item_bank=bank,
            administered_items=given,
            response_vector=answers[: number + 1],
            est_theta=theta,
        )
    return (time.perf_counter() - started) / _LENGTH
