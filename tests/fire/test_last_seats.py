"""The last seats, fought for by sixteen processes. KEPU_FIRE_RACES sets how many races; `python -m benchmarks.fire` runs 10,000."""

import json
import os
import random

import pytest

from tests.fire.installation import migrated, run_module

RACES = int(os.environ.get("KEPU_FIRE_RACES", "100"))
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fire")]


@pytest.fixture(scope="module")
def outcome():
    seed = int(os.environ.get("KEPU_FIRE_SEED", "0")) or random.randrange(1_000_000)  # noqa: S311 - a game
    with migrated() as environment:
        told = run_module("tests.fire.last_seats", str(RACES), str(seed), environment=environment)
    return json.loads(told.splitlines()[-1]) | {"seed": seed}


def test_no_seat_is_given_twice(outcome):
    assert (outcome["pools_oversold"], outcome["pools_adrift"]) == (0, 0), outcome


def test_nobody_sees_an_error_or_a_locked_database(outcome):
    assert (outcome["errors"], outcome["locked"]) == (0, 0), outcome


def test_the_same_form_sent_twice_is_one_sign_up(outcome):
    assert outcome["people_twice"] == 0, outcome
    assert outcome["counted"]["repeated"] > 0, outcome


def test_no_seat_stays_empty_while_somebody_waits_for_it(outcome):
    assert (outcome["seats_idle_while_people_wait"], outcome["waiting_lists_overfull"]) == (0, 0), outcome


def test_the_races_were_real(outcome):
    assert outcome["sign_ups"] == RACES * 4
    assert {"signed up", "turned away", "cancelled"} <= outcome["counted"].keys()
    assert outcome["pools_full"] > RACES / 4
