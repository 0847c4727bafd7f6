"""A real server, killed with SIGKILL in the middle of a rush: whatever it had acknowledged is there, once, after a restart."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from benchmarks.servers import free_port
from tests.fire.installation import ROOT, migrated, run_module

CLIENTS = 6
KILL_AFTER = int(os.environ.get("KEPU_FIRE_KILL_AFTER", "60"))
ROUNDS = 2
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("fire")]


class Rush:
    """Clients that send scans until nobody answers, and keep what was acknowledged to them."""

    def __init__(self, port, *, made, first):
        self.port, self.made, self.numbers = port, made, iter(range(first, len(made["codes"])))
        self.lock, self.acknowledged, self.attempted, self.wrong = threading.Lock(), [], [], []
        self.enough = threading.Event()

    def run(self):
        threads = [threading.Thread(target=self._send, daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def _send(self):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            while (number := self._next()) is not None:
                try:
                    status, content = self._asked(connection, number=number)
                except (OSError, http.client.HTTPException):
                    return
                if status != 200:
                    self.wrong.append((status, content[:200]))
                    return
                self._keep(number, json.loads(content))

    def _next(self):
        with self.lock:
            number = next(self.numbers, None)
            if number is not None:
                self.attempted.append(number)
            return number

    def _asked(self, connection, *, number):
        connection.request("POST", self.made["path"], body=self._body(number), headers=self._headers())
        with closing(connection.getresponse()) as answer:
            return answer.status, answer.read()

    def _keep(self, number, said):
        with self.lock:
            self.acknowledged.append(number)
            if said["receipts"][0]["answer"] != "accepted":
                self.wrong.append((number, said))
            if len(self.acknowledged) >= KILL_AFTER:
                self.enough.set()

    def _body(self, number):
        scan = {"key": key_of(number), "code": self.made["codes"][number], "at": self.made["at"]}
        return json.dumps({"device": "0" * 16, "scans": [scan]})

    def _headers(self):
        return {
            "Content-Type": "application/json",
            "Cookie": f"sessionid={self.made['session']}; csrftoken={self.made['csrf']}",
            "X-CSRFToken": self.made["csrf"],
        }


def key_of(number):
    return f"{'0' * 16}.{number:08d}"


def serve(port, *, environment):
    options = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "critical"]
    command = [sys.executable, "-m", "gunicorn", "kepu.config.wsgi", "--bind", f"127.0.0.1:{port}", *options]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    raise RuntimeError("the server did not answer")


@pytest.fixture(scope="module")
def outcome():
    """Two rushes on one installation, each ended by SIGKILL to the whole group of processes; then the books are read."""
    with migrated() as environment:
        environment = environment | {"KEPU_DEMO": "1", "KEPU_DEBUG": "1"}
        made = json.loads(
            run_module(
                "tests.fire.killed_server", "make", str(KILL_AFTER * ROUNDS * 3), environment=environment
            ).splitlines()[-1]
        )
        acknowledged, attempted, wrong = [], [], []
        for _round in range(ROUNDS):
            port = free_port()
            server = serve(port, environment=environment)
            rush = Rush(port, made=made, first=max(attempted, default=-1) + 1)
            threads = rush.run()
            rush.enough.wait(timeout=120)
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(timeout=30)
            for thread in threads:
                thread.join(timeout=30)
            acknowledged += rush.acknowledged
            attempted += rush.attempted
            wrong += rush.wrong
        kept = json.loads(
            run_module("tests.fire.killed_server", "read", environment=environment).splitlines()[-1]
        )
    return {"acknowledged": acknowledged, "attempted": attempted, "wrong": wrong, **kept}


def test_every_acknowledged_check_in_is_there_after_the_kill(outcome):
    assert outcome["wrong"] == []
    assert len(outcome["acknowledged"]) >= KILL_AFTER * ROUNDS
    assert {key_of(number) for number in outcome["acknowledged"]} - set(outcome["keys"]) == set()


def test_nothing_is_there_that_nobody_sent_and_nothing_twice(outcome):
    assert set(outcome["keys"]) <= {key_of(number) for number in outcome["attempted"]}
    assert len(outcome["keys"]) == len(set(outcome["keys"]))


def test_attendances_and_facts_were_written_together_or_not_at_all(outcome):
    assert outcome["facts"] == len(outcome["keys"])
