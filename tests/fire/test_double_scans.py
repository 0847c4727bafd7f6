"""One person, four doors at once, sixteen processes. KEPU_FIRE_RACES sets how many; `python -m benchmarks.double_scans` runs 10,000."""

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
        told = run_module("tests.fire.double_scans", str(RACES), str(seed), environment=environment)
    return json.loads(told.splitlines()[-1]) | {"seed": seed}


def test_nobody_is_counted_twice_and_nobody_is_lost(outcome):
    assert (outcome["counted_twice"], outcome["not_counted"]) == (0, 0), outcome


def test_nobody_is_written_down_as_a_second_person(outcome):
    assert outcome["strangers"] == 0, outcome


def test_the_ledger_says_what_the_doors_say(outcome):
    assert outcome["ledger_off_by"] == 0, outcome


def test_nobody_sees_an_error_or_a_locked_database(outcome):
    assert (outcome["errors"], outcome["locked"]) == (0, 0), outcome


def test_the_races_were_real(outcome):
    counted = outcome["counted"]
    assert counted["entered"] + counted["already in"] + counted.get("repeated", 0) >= RACES * 4, outcome
    assert counted["already in"] > RACES, outcome
    assert counted["reversed"] > 0, outcome
