"""A draw can be repeated, audited and mended by rule, and its probabilities are true."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from literacy_stats.errors import DesignError
from literacy_stats.survey import draws
from literacy_stats.survey.draws import DrawMethod, DrawPlan, ListedCluster

TOWN = [ListedCluster(f"社区{at}", "城", size=100.0 + 40 * at, households=50 + 10 * at) for at in range(12)]
VILLAGES = [ListedCluster(f"村{at}", "乡", size=80.0 + 25 * at, households=30 + 5 * at) for at in range(15)]
FRAME = (*TOWN, *VILLAGES)
PLAN = DrawPlan(
    clusters={"城": 4, "乡": 3},
    households=6,
    reserve_clusters=2,
    reserve_households=3,
    method=DrawMethod.SYSTEMATIC,
)
METHODS = pytest.mark.parametrize("method", list(DrawMethod))


def drawn(seed=20261123, **changes):
    return draws.draw_sample(FRAME, plan=replace(PLAN, **changes), seed=seed)


@METHODS
def test_the_plan_is_filled_with_reserves_standing_by(method):
    found = drawn(method=method)
    assert Counter((one.cluster.stratum, one.is_reserve) for one in found.clusters) == {
        ("城", False): 4,
        ("城", True): 2,
        ("乡", False): 3,
        ("乡", True): 2,
    }
    assert len({one.cluster.name for one in found.clusters}) == 11
    for one in found.clusters:
        assert len(set(one.household_numbers)) == 9
        assert set(one.household_numbers) <= set(range(1, one.cluster.households + 1))


@METHODS
def test_the_same_seed_draws_the_same_and_another_seed_does_not(method):
    assert drawn(method=method) == drawn(method=method)
    assert drawn(method=method).clusters != drawn(seed=7, method=method).clusters


@METHODS
def test_a_true_log_is_verified(method):
    draws.verify_draw(drawn(method=method), frame=FRAME)


def test_the_log_alone_leads_to_the_clusters():
    """By hand, from the logged number: equal steps through the cumulated sizes."""
    step = next(one for one in drawn().steps if one.what == "clusters of 城")
    (start,) = step.random_numbers
    sizes = np.cumsum([one.size for one in TOWN])
    marks = (start + np.arange(4)) * sizes[-1] / 4
    assert step.chosen == tuple(TOWN[int(np.searchsorted(sizes, mark, side="right"))].name for mark in marks)


def test_a_list_changed_afterwards_is_noticed():
    changed = (replace(FRAME[0], households=51), *FRAME[1:])
    with pytest.raises(DesignError, match="not the list"):
        draws.verify_draw(drawn(), frame=changed)


def test_a_cluster_slipped_in_is_noticed():
    found = drawn()
    other = next(one for one in FRAME if one.name not in {it.cluster.name for it in found.clusters})
    forged = replace(found, clusters=(replace(found.clusters[0], cluster=other), *found.clusters[1:]))
    with pytest.raises(DesignError, match="not those"):
        draws.verify_draw(forged, frame=FRAME)


def test_a_log_changed_afterwards_is_noticed_and_the_line_named():
    found = drawn()
    forged = replace(found.steps[1], random_numbers=(0.5, *found.steps[1].random_numbers[1:]))
    with pytest.raises(DesignError, match=found.steps[1].what):
        draws.verify_draw(replace(found, steps=(found.steps[0], forged, *found.steps[2:])), frame=FRAME)


def test_a_cluster_is_replaced_by_the_next_reserve_of_its_stratum():
    found = drawn()
    name = next(one.cluster.name for one in found.clusters if one.cluster.stratum == "乡")
    reserves = [it.cluster.name for it in found.clusters if it.is_reserve and it.cluster.stratum == "乡"]
    mended = draws.replace_cluster(found, name=name, reason="拆迁")
    assert [one.cluster.name for one in mended.in_use if one.is_reserve] == reserves[:1]
    assert name not in [one.cluster.name for one in mended.in_use]
    assert len(mended.in_use) == len(found.in_use)
    draws.verify_draw(mended, frame=FRAME)
    twice = draws.replace_cluster(mended, name=reserves[0], reason="封路")
    assert [one.cluster.name for one in twice.in_use if one.is_reserve] == reserves[1:]
    with pytest.raises(DesignError, match="no reserve is left"):
        draws.replace_cluster(twice, name=reserves[1], reason="封路")


def test_a_replacement_out_of_order_is_noticed():
    found = drawn()
    name = found.clusters[0].cluster.name
    last = [one.cluster.name for one in found.clusters if one.is_reserve and one.cluster.stratum == "城"][-1]
    forged = replace(found, replacements=(draws.Replacement(name, last, "顺路"),))
    with pytest.raises(DesignError, match="rule"):
        draws.verify_draw(forged, frame=FRAME)


def test_a_replacement_needs_a_reason_and_a_cluster_in_use():
    with pytest.raises(DesignError, match="reason"):
        draws.replace_cluster(drawn(), name=drawn().clusters[0].cluster.name, reason=" ")
    with pytest.raises(DesignError, match="not in use"):
        draws.replace_cluster(drawn(), name="别处", reason="拆迁")


@METHODS
def test_households_come_as_often_as_their_probabilities_say(method):
    """One household's share of many draws is its cluster's probability times its own, whatever the reserves."""
    rounds, seen = 200, Counter()
    plan = DrawPlan(clusters={"乡": 3}, households=6, reserve_clusters=1, method=method)
    probabilities = {}
    for seed in range(rounds):
        found = draws.draw_sample(tuple(VILLAGES), plan=plan, seed=seed)
        for one in found.in_use:
            seen[one.cluster.name] += 1
            probabilities[one.cluster.name] = one.probability
            assert one.household_probability == 6 / one.cluster.households
    expected = {one.name: 3 * one.size / sum(it.size for it in VILLAGES) for one in VILLAGES}
    for name, probability in probabilities.items():
        assert probability == pytest.approx(expected[name])
    for name, probability in expected.items():
        assert seen[name] / rounds == pytest.approx(probability, abs=4 * 0.5 / rounds**0.5)


def test_households_are_all_equally_likely_to_come_first():
    first = Counter()
    for seed in range(2000):
        plan = DrawPlan(clusters={"乡": 1}, households=1)
        found = draws.draw_sample((ListedCluster("村", "乡", 10.0, 8),), plan=plan, seed=seed)
        first[found.clusters[0].household_numbers[0]] += 1
    assert all(
        abs(first[number] / 2000 - 1 / 8) < 4 * (1 / 8 * 7 / 8 / 2000) ** 0.5 for number in range(1, 9)
    )


def test_all_orders_of_households_are_equally_likely():
    orders, plan = Counter(), DrawPlan(clusters={"乡": 1}, households=3)
    for seed in range(3000):
        (one,) = draws.draw_sample((ListedCluster("村", "乡", 10.0, 3),), plan=plan, seed=seed).clusters
        orders[one.household_numbers] += 1
    assert len(orders) == 6
    assert all(abs(times / 3000 - 1 / 6) < 4 * (5 / 36 / 3000) ** 0.5 for times in orders.values())


def test_a_cluster_smaller_than_the_plan_gives_all_its_households():
    plan = DrawPlan(clusters={"乡": 1}, households=10)
    (one,) = draws.draw_sample((ListedCluster("村", "乡", 10.0, 8),), plan=plan, seed=1).clusters
    assert sorted(one.household_numbers) == list(range(1, 9))
    assert (one.probability, one.household_probability) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("frame", "plan", "message"),
    [
        ((*FRAME, FRAME[0]), PLAN, "twice"),
        (tuple(TOWN), PLAN, "乡"),
        (FRAME, replace(PLAN, households=0), "at least one household"),
        (FRAME, replace(PLAN, clusters={"城": 13, "乡": 3}), "cannot be drawn"),
        ((replace(TOWN[0], households=0), *FRAME[1:]), PLAN, "a household"),
    ],
)
def test_plans_that_the_list_cannot_fill_are_refused(frame, plan, message):
    with pytest.raises(DesignError, match=message):
        draws.draw_sample(frame, plan=plan, seed=1)
