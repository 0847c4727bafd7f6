import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from literacy_stats.adaptive import (
    BankError,
    Blueprint,
    ItemBank,
    Randomesque,
    Stop,
    StoppingRule,
    SympsonHetter,
    answer,
    begin,
    compile_test,
    prepare_test,
    record,
    resume,
    simulate_one,
)
from literacy_stats.adaptive.tables import GRID, NODES
from literacy_stats.adaptive.tests.banks import drawn_bank, drawn_test
from literacy_stats.irt.items import ItemParameters, information, probability

ENEMIES = ({0, 4, 8}, {8, 12}, {1, 2})


def slow_test(test, *, responses, generator):
    """The test from its definition: posterior anew after every item, every information worked out, one loop per rule."""
    bank, items, aside = test.bank, [], set()
    for number, area in enumerate(test.blueprint.sequence):
        weights = np.exp(-0.5 * NODES**2)
        for item, response in zip(items, responses, strict=False):
            right = probability(bank.parameters, theta=NODES)[item]
            weights = weights * (right if response else 1 - right)
        theta = (weights * NODES).sum() / weights.sum()
        near = GRID[np.abs(GRID - theta).argmin()]
        worth = information(bank.parameters, theta=near)[:, 0]
        foes = {foe for group in bank.enemies if group & set(items) for foe in group}
        free = [
            item
            for item in np.argsort(-worth, kind="stable").tolist()
            if bank.areas[item] == area and item not in {*items, *foes, *aside}
        ]
        needed = test.blueprint.counts[area]
        items.append(slow_choice(test, free=free, needed=needed, uniform=generator.random(), aside=aside))
        if number + 1 == test.blueprint.length:
            generator.random()
    return items


def slow_choice(test, *, free, needed, uniform, aside):
    if isinstance(test.exposure, Randomesque):
        return free[int(uniform * min(test.exposure.size, len(free)))]
    while len(free) > needed:
        item = free.pop(0)
        chance = test.exposure.probabilities[item]
        if uniform <= chance:
            return item
        uniform = (uniform - chance) / (1 - chance)
        aside.add(item)
    return free[0]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rule", ["best", "randomesque", "sympson-hetter"])
def test_items_are_those_of_the_plain_definition(rule, seed):
    rng = np.random.default_rng(seed)
    rules = {
        "best": Randomesque(1),
        "randomesque": Randomesque(5),
        "sympson-hetter": SympsonHetter(rng.uniform(0.2, 1, 200)),
    }
    test = drawn_test(bank=drawn_bank(seed=seed, enemies=ENEMIES), exposure=rules[rule])
    responses = rng.integers(0, 2, 20).tolist()
    generator = np.random.default_rng(seed)
    session = begin(test, generator=generator)
    for response in responses:
        session = answer(session, correct=response, generator=generator)
    assert list(session.items) == slow_test(test, responses=responses, generator=np.random.default_rng(seed))


def test_ability_is_the_mean_of_the_posterior_worked_out_anew():
    test = drawn_test()
    session = simulate_one(test, ability=0.7, generator=np.random.default_rng(3))
    right = probability(test.bank.parameters, theta=NODES)[list(session.items)]
    likelihood = np.where(np.array(session.answers)[:, None], right, 1 - right).prod(axis=0)
    weights = likelihood * np.exp(-0.5 * NODES**2)
    weights /= weights.sum()
    assert session.theta == pytest.approx(weights @ NODES, abs=1e-12)
    assert session.standard_error == pytest.approx(
        np.sqrt(weights @ NODES**2 - (weights @ NODES) ** 2), abs=1e-10
    )


def test_an_answer_leaves_the_session_as_it_was():
    generator = np.random.default_rng(1)
    before = begin(drawn_test(), generator=generator)
    kept = (before.items, before.next_item, before.state.posterior.tolist(), before.state.blocked.tolist())
    answer(before, correct=1, generator=generator)
    assert kept == (
        before.items,
        before.next_item,
        before.state.posterior.tolist(),
        before.state.blocked.tolist(),
    )


def test_a_session_cannot_be_changed():
    session = begin(drawn_test(), generator=np.random.default_rng(1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        session.items = (1,)
    with pytest.raises(ValueError, match="read-only"):
        session.state.posterior[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        session.state.blocked[0] = True


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(-3, 3), st.integers(1, 30))
def test_the_blueprint_is_met_and_enemies_never_meet(seed, ability, length):
    test = drawn_test(bank=drawn_bank(enemies=ENEMIES), length=length)
    session = simulate_one(test, ability=ability, generator=np.random.default_rng(seed))
    areas = np.bincount(test.bank.areas[list(session.items)], minlength=4)
    assert tuple(areas) == test.blueprint.counts
    assert len(set(session.items)) == length
    assert all(len(set(group) & set(session.items)) <= 1 for group in ENEMIES)


@pytest.mark.parametrize(
    "exposure", [Randomesque(1), Randomesque(7), SympsonHetter(np.linspace(0.1, 1, 200))]
)
def test_compiled_steps_are_the_same_steps(exposure):
    pytest.importorskip("numba")
    test = drawn_test(bank=drawn_bank(enemies=ENEMIES), exposure=exposure, stopping=StoppingRule(cut=0.9))
    fast = compile_test(test)
    for seed in range(20):
        plain = simulate_one(test, ability=seed / 5 - 2, generator=np.random.default_rng(seed))
        compiled = simulate_one(fast, ability=seed / 5 - 2, generator=np.random.default_rng(seed))
        assert (plain.items, plain.answers, plain.stopped) == (
            compiled.items,
            compiled.answers,
            compiled.stopped,
        )
        assert plain.theta == pytest.approx(compiled.theta, abs=1e-12)
        assert plain.probability_above == pytest.approx(compiled.probability_above, abs=1e-12)


def test_it_stops_when_precise_enough_and_not_before():
    test = drawn_test(length=40, stopping=StoppingRule(minimum_length=5, standard_error=0.4))
    generator = np.random.default_rng(2)
    session, errors = begin(test, generator=generator), []
    while session.stopped is None:
        session = answer(session, correct=1 - len(session.items) % 2, generator=generator)
        errors.append(session.standard_error)
    assert session.stopped is Stop.PRECISE
    assert errors[-1] <= 0.4
    assert all(error > 0.4 for error in errors[4:-1])
    assert session.next_item is None


def test_somebody_far_from_the_cut_is_classified_early():
    test = drawn_test(length=40, stopping=StoppingRule(minimum_length=4, cut=1.0, certainty=0.95))
    session = simulate_one(test, ability=-2.5, generator=np.random.default_rng(2))
    assert session.stopped is Stop.CLASSIFIED
    assert session.probability_above < 0.05
    assert len(session.items) < 15


def test_a_test_without_other_rules_ends_at_its_length():
    session = simulate_one(drawn_test(length=7), ability=0, generator=np.random.default_rng(0))
    assert session.stopped is Stop.FULL_LENGTH
    assert len(session.items) == 7


def test_an_ended_session_takes_no_answer():
    generator = np.random.default_rng(0)
    with pytest.raises(BankError, match="ended"):
        answer(
            simulate_one(drawn_test(length=3), ability=0, generator=generator), correct=1, generator=generator
        )


def test_an_answer_is_right_or_wrong():
    generator = np.random.default_rng(0)
    with pytest.raises(BankError, match="0 or 1"):
        answer(begin(drawn_test(), generator=generator), correct=2, generator=generator)


@pytest.mark.parametrize("exposure", [Randomesque(3), SympsonHetter(np.full(200, 0.4))])
@pytest.mark.parametrize("after", [0, 1, 9, 20])
def test_a_stored_session_goes_on_as_if_it_had_never_been_stored(after, exposure):
    test = drawn_test(bank=drawn_bank(enemies=ENEMIES), exposure=exposure)
    generator = np.random.default_rng(4)
    session = begin(test, generator=generator)
    for number in range(after):
        session = answer(session, correct=number % 2, generator=generator)
    restored = resume(test, kept=record(session))
    assert (restored.items, restored.next_item, restored.stopped) == (
        session.items,
        session.next_item,
        session.stopped,
    )
    assert restored.state.blocked.tolist() == session.state.blocked.tolist()
    assert restored.theta == pytest.approx(session.theta, abs=1e-12)


def test_items_hardly_ever_to_be_shown_do_not_let_a_test_run_out():
    test = drawn_test(bank=drawn_bank(60), exposure=SympsonHetter(np.full(60, 0.01)))
    for seed in range(20):
        assert len(simulate_one(test, ability=0, generator=np.random.default_rng(seed)).items) == 20


def test_a_record_of_another_test_is_refused():
    session = simulate_one(drawn_test(length=6), ability=0, generator=np.random.default_rng(4))
    kept = dataclasses.replace(record(session), items=session.items[::-1])
    with pytest.raises(BankError, match="blueprint"):
        resume(drawn_test(length=6), kept=kept)


def test_a_bank_whose_enemies_use_up_an_area_says_which():
    bank = drawn_bank(8, enemies=({0, 4},))
    test = prepare_test(
        bank, blueprint=Blueprint((2, 1, 1, 1)), stopping=StoppingRule(), exposure=Randomesque(1)
    )
    with pytest.raises(BankError, match="no item of area 0 left"):
        simulate_one(test, ability=0, generator=np.random.default_rng(0))


def test_a_bank_with_too_few_items_in_an_area_is_refused():
    with pytest.raises(BankError, match="fewer items"):
        prepare_test(
            drawn_bank(8), blueprint=Blueprint((3, 1, 1, 1)), stopping=StoppingRule(), exposure=Randomesque(1)
        )


def test_a_bank_of_graded_items_is_refused():
    with pytest.raises(BankError, match="0 or 1"):
        ItemBank(ItemParameters.graded(slopes=[1.0], thresholds=[[-1, 1]]), [0])


def test_enemies_outside_the_bank_are_refused():
    with pytest.raises(BankError, match="enemies"):
        drawn_bank(8, enemies=({0, 8},))


@pytest.mark.parametrize(
    "wrong", [{"minimum_length": 0}, {"standard_error": 0.0}, {"cut": 1.0, "certainty": 0.5}]
)
def test_a_stopping_rule_that_means_nothing_is_refused(wrong):
    with pytest.raises(BankError):
        StoppingRule(**wrong)
