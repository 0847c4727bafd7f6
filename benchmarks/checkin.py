"""CPU and time per check-in: our scan of a code beside pretix's redeem API, on this machine, in one run.

`make bench NAME=checkin`. Ours is what the phone at the door sends: one scan as JSON with a log-in and a CSRF token, the rule, the attendance, the
fact in the ledger with its tallies, and the receipt with the counts of the session; on SQLite under gunicorn with 2 workers of 4 threads,
or on PostgreSQL where DATABASE_URL is set. The peer redeems tickets by its API on PostgreSQL and Redis under 4 sync workers (see
pretix_peer.py). Both are asked first by one client for CPU per check-in, then by 16 at once for the time of an answer.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any

from benchmarks.load import Load, Request, send_all
from benchmarks.pretix_peer import NAME, PeerUnavailable, Pretix, cpu_seconds_below, running_pretix
from benchmarks.servers import free_port, served
from tests.fire.installation import ROOT, migrated, run_module

ALONE = int(os.environ.get("KEPU_BENCH_ALONE", "400"))
AT_ONCE = int(os.environ.get("KEPU_BENCH_AT_ONCE", "1600"))
PEER_ALONE, PEER_AT_ONCE, WARM_UP = 100, 400, 80
CLIENTS = 16
_number = count(1)


def main() -> None:
    ours = measure_ours()
    peer = measured_peer()
    result = {
        "name": "checkin",
        "unit": "CPU-ms per check-in",
        "ours": ours,
        "peer": {"name": NAME, **peer} if peer else None,
        "ratio": round(peer["cpu_ms"] / ours["cpu_ms"], 1) if peer else None,
        "clients": CLIENTS,
        "database": "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite",
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(result))


def measure_ours() -> dict[str, float]:
    """On an installation of its own with as many people as are checked in, 2,000 of them a session's list."""
    people = WARM_UP + ALONE + AT_ONCE
    with migrated() as environment:
        environment = environment | {"KEPU_DEMO": "1", "KEPU_DEBUG": "0"}
        run_manage("collectstatic", "-v0", "--noinput", environment=environment)
        made = json.loads(
            run_module("tests.fire.killed_server", "make", str(people), environment=environment).splitlines()[
                -1
            ]
        )
        port = free_port()
        options = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "error"]
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "kepu.config.wsgi",
            "--bind",
            f"127.0.0.1:{port}",
            *options,
        ]
        with served(command, folder=ROOT, environment=environment, port=port) as server:
            scans = _scans(f"http://127.0.0.1:{port}", made=made)
            return _measured(
                scans, used=lambda: cpu_seconds_below(server), sizes=(WARM_UP, ALONE, AT_ONCE), status=200
            )


def run_manage(*command: str, environment: dict[str, str]) -> None:
    import subprocess  # noqa: PLC0415 - once

    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def measured_peer() -> dict[str, float]:
    """Empty where pretix cannot be had here, with the reason said."""
    sizes = (WARM_UP, PEER_ALONE, PEER_AT_ONCE)
    try:
        with running_pretix(seats=1000, tickets=sum(sizes)) as peer:
            return _measured(_redemptions(peer), used=peer.cpu_seconds, sizes=sizes, status=201)
    except PeerUnavailable as error:
        print(f"pretix is left out: {error}")
        return {}


def _measured(
    requests: Iterator[Request], *, used: Any, sizes: Sequence[int], status: int
) -> dict[str, float]:
    warm_up, alone, at_once = sizes

    def send(most: int, *, clients: int) -> Load:
        return send_all(
            islice(requests, most), clients=clients, expected=lambda said, _headers: said == status
        )

    send(warm_up, clients=CLIENTS)
    before = used()
    one = send(alone, clients=1)
    cpu = (used() - before) * 1000 / alone
    many = send(at_once, clients=CLIENTS)
    return {
        "cpu_ms": round(cpu, 2),
        "p50_ms_alone": round(one.p50, 1),
        "p95_ms_alone": round(one.p95, 1),
        "p50_ms": round(many.p50, 1),
        "p95_ms": round(many.p95, 1),
        "per_minute": round(many.per_minute),
    }


def _scans(address: str, *, made: dict[str, Any]) -> Iterator[Request]:
    """Each code once, each from one of sixteen phones."""
    headers = {
        "Content-Type": "application/json",
        "Cookie": f"sessionid={made['session']}; csrftoken={made['csrf']}",
        "X-CSRFToken": made["csrf"],
    }
    for number, code in enumerate(made["codes"]):
        device = f"{number % CLIENTS:016x}"
        scan = {"key": f"{device}.{number:08d}", "code": code, "at": made["at"]}
        body = json.dumps({"device": device, "scans": [scan]}).encode()
        yield Request(f"{address}{made['path']}", body, headers)


def _redemptions(peer: Pretix) -> Iterator[Request]:
    for secret in peer.secrets:
        yield Request(
            peer.redeem_address, peer.redemption(secret, nonce=f"nonce{next(_number)}"), peer.headers
        )


if __name__ == "__main__":
    main()
