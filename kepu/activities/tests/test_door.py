"""The rule of the door: the same vectors for the server and for the script that runs on a phone without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kepu.activities import codes, door

HERE = Path(__file__).resolve()
VECTORS = json.loads((HERE.parents[1] / "data" / "check_in_vectors.json").read_text(encoding="utf-8"))
SCRIPT = HERE.parents[2] / "static" / "js" / "door.js"

RUN_IN_NODE = """
const fs = require("fs");
require(process.argv[2]);
const { normalised, digestOf, decide } = globalThis.kepuDoor;
const vectors = JSON.parse(fs.readFileSync(0, "utf8"));
(async () => {
  const codes = [];
  for (const one of vectors.codes) {
    const code = normalised(one.written);
    codes.push([code, code ? await digestOf(code) : ""]);
  }
  process.stdout.write(JSON.stringify({ codes, answers: vectors.decisions.map((one) => decide(one.entry, one.session, one.at)) }));
})();
"""


def doorway(session):
    moments = {name: datetime.fromtimestamp(session[name], UTC) for name in ("opens_at", "closes_at")}
    return door.Doorway(**session | moments)


@pytest.mark.parametrize("vector", VECTORS["decisions"], ids=lambda one: one["name"])
def test_the_server_answers_as_the_vectors_say(vector):
    entry = door.Entry(**vector["entry"]) if vector["entry"] else None
    at = datetime.fromtimestamp(vector["at"], UTC)
    assert door.decide(entry, doorway=doorway(vector["session"]), at=at).value == vector["answer"]


@pytest.mark.parametrize("vector", VECTORS["codes"], ids=lambda one: one["written"][:20] or "nothing")
def test_the_server_reads_codes_as_the_vectors_say(vector):
    code = codes.normalised(vector["written"])
    assert (code, codes.digest_of(code) if code else "") == (vector["code"], vector["digest"])


def test_the_script_of_the_phone_answers_as_the_vectors_say(tmp_path):
    node = shutil.which("node")
    if not node:
        pytest.skip("Node is not installed; tests/journeys runs the same vectors in the browser")
    runner = tmp_path / "run.js"
    runner.write_text(RUN_IN_NODE, encoding="utf-8")
    said = subprocess.run(
        [node, str(runner), str(SCRIPT)],
        input=json.dumps(VECTORS),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(said.stdout)
    assert answers["answers"] == [one["answer"] for one in VECTORS["decisions"]]
    assert answers["codes"] == [[one["code"], one["digest"]] for one in VECTORS["codes"]]


def test_the_vectors_reach_every_answer_that_the_rule_can_give():
    outside_the_rule = {"heads_counted", "wrong_self_code", "too_far"}
    reached = {one["answer"] for one in VECTORS["decisions"]}
    assert reached == set(door.Answer.values) - outside_the_rule


def test_a_code_read_aloud_and_typed_with_mistaken_letters_is_the_same_code():
    code = codes.new_code()
    written = codes.in_groups(code).lower().replace("0", "o").replace("1", "l")
    assert codes.normalised(written) == code
