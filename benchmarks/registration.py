"""CPU and time per registration: our sign-up form beside pretix's REST API, on this machine, in one run.

`make bench NAME=registration`. Ours is the public form as a phone posts it (session of nobody, CSRF, rate limits, one person with name,
phone, year of birth and town, a waiting text), on SQLite under gunicorn with 2 workers of 4 threads. The peer takes free orders by its
REST API on PostgreSQL and Redis under 4 sync workers, without sending anything (see pretix_peer.py). Both are asked first by one client
for CPU per registration, then by 16 at once for the time of an answer.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.load import Request, send_all
from benchmarks.pretix_peer import NAME, PeerUnavailable, Pretix, cpu_seconds_below, running_pretix
from benchmarks.servers import free_port, served

ROOT = Path(__file__).resolve().parents[1]
BENCH = ROOT / "var" / "bench"
ALONE = int(os.environ.get("KEPU_BENCH_ALONE", "300"))
AT_ONCE = int(os.environ.get("KEPU_BENCH_AT_ONCE", "1600"))
PEER_ALONE, PEER_AT_ONCE, WARM_UP = 60, 240, 40
CLIENTS = 16
_number = count(1)


def main() -> None:
    ours = measure_ours()
    peer, ratio = measured_peer(), None
    if peer:
        ratio = round(peer["cpu_ms"] / ours["cpu_ms"], 1)
    print(
        json.dumps(
            {
                "name": "registration",
                "unit": "CPU-ms per registration",
                "ours": ours,
                "peer": {"name": NAME, **peer} if peer else None,
                "ratio": ratio,
                "clients": CLIENTS,
                "load_average": os.getloadavg()[0],
            }
        )
    )


def measure_ours() -> dict[str, float]:
    folder = BENCH / "kepu-registration"
    environment = {"KEPU_VAR": str(folder), "KEPU_DEMO": "0", "KEPU_SMS_SENDER": "", "KEPU_PROXIES": "1"}
    for command in (
        ["migrate", "-v0"],
        ["createcachetable"],
        ["load_regions"],
        ["load_vocabulary"],
        ["collectstatic", "-v0", "--noinput"],
    ):
        _run([sys.executable, "manage.py", *command], environment=environment)
    slug = _run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", SEED], environment=environment
    ).split()[-1]
    port = free_port()
    options = ["--workers", "2", "--worker-class", "gthread", "--threads", "4", "--log-level", "error"]
    command = [sys.executable, "-m", "gunicorn", "kepu.config.wsgi", "--bind", f"127.0.0.1:{port}", *options]
    with served(command, folder=ROOT, environment=environment, port=port) as server:
        form = f"http://127.0.0.1:{port}/activities/{slug}/sign-up/"
        cookie, fields = _opened(form)
        send = {"expected": lambda status, headers: status == 302 and "my-sign-ups" in headers["location"]}
        send_all(_sign_ups(form, cookie=cookie, fields=fields, most=WARM_UP), clients=CLIENTS, **send)
        before = cpu_seconds_below(server)
        alone = send_all(_sign_ups(form, cookie=cookie, fields=fields, most=ALONE), clients=1, **send)
        cpu = (cpu_seconds_below(server) - before) * 1000 / ALONE
        at_once = send_all(
            _sign_ups(form, cookie=cookie, fields=fields, most=AT_ONCE), clients=CLIENTS, **send
        )
        before = cpu_seconds_below(server)
        pages = (Request(form, b"", {"X-Forwarded-For": _visitor()}, method="GET") for _page in range(200))
        send_all(pages, clients=1, expected=lambda status, _headers: status == 200)
        page_cpu = (cpu_seconds_below(server) - before) * 1000 / 200
    return {
        "cpu_ms": round(cpu, 2),
        "form_page_cpu_ms": round(page_cpu, 2),
        "p50_ms_alone": round(alone.p50, 1),
        "p50_ms": round(at_once.p50, 1),
        "p95_ms": round(at_once.p95, 1),
        "per_minute": round(at_once.per_minute),
    }


def measured_peer() -> dict[str, float]:
    """Empty where pretix cannot be had here, with the reason said."""
    try:
        with running_pretix(seats=100_000, tickets=0) as peer:
            return measure_peer(peer)
    except PeerUnavailable as error:
        print(f"pretix is left out: {error}")
        return {}


def measure_peer(peer: Pretix) -> dict[str, float]:
    created = {"expected": lambda status, _headers: status == 201}
    send_all(_orders(peer, most=WARM_UP), clients=CLIENTS, **created)
    before = peer.cpu_seconds()
    alone = send_all(_orders(peer, most=PEER_ALONE), clients=1, **created)
    cpu = (peer.cpu_seconds() - before) * 1000 / PEER_ALONE
    at_once = send_all(_orders(peer, most=PEER_AT_ONCE), clients=CLIENTS, **created)
    return {
        "cpu_ms": round(cpu, 1),
        "p50_ms_alone": round(alone.p50, 1),
        "p50_ms": round(at_once.p50, 1),
        "p95_ms": round(at_once.p95, 1),
        "per_minute": round(at_once.per_minute),
    }


def _opened(form: str) -> tuple[str, dict[str, str]]:
    """The page as a phone gets it: its cookie, and what its hidden fields say."""
    import urllib.request  # noqa: PLC0415 - once

    request = urllib.request.Request(form, headers={"X-Forwarded-For": _visitor()})  # noqa: S310 - on loopback
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        html, cookie = answer.read().decode(), answer.headers["Set-Cookie"].split(";")[0]
    found = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)[1]  # type: ignore[index]
        for name in ("csrfmiddlewaretoken", "pool")
    }
    return cookie, found


def _sign_ups(form: str, *, cookie: str, fields: dict[str, str], most: int) -> Iterator[Request]:
    for _one in range(most):
        number = next(_number)
        written = {
            **fields,
            "key": f"benchmark{number}",
            "people": "1",
            "for_whom": "self",
            "name_0": f"王秀英{number}",
            "birth_year_0": str(1940 + number % 25),
            "phone": f"138{number:08d}",
            "town": "",
            "consent": "on",
        }
        headers = {"Cookie": cookie, "X-Forwarded-For": _visitor()}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        yield Request(form, urlencode(written).encode(), headers)


def _orders(peer: Pretix, *, most: int) -> Iterator[Request]:
    for _one in range(most):
        yield Request(peer.orders_address, peer.order(next(_number)), peer.headers)


def _visitor() -> str:
    """Everybody comes from an address of their own."""
    number = next(_number)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _run(command: list[str], *, environment: dict[str, str]) -> str:
    BENCH.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return done.stdout.strip()


SEED = """
from datetime import timedelta
from kepu.activities.models import PhoneCheckWaiver
from kepu.core.clock import now
from kepu.regions.models import Region
from tests.factories.accounts import make_organisation, make_user
from tests.factories.activities import make_activity, make_pool
import secrets
at = now()
district = Region.objects.get(code="330604000000")
office = make_organisation(f"benchmark {secrets.token_hex(4)}", region=district)
PhoneCheckWaiver.objects.create(office=office, reason="benchmark", decided_by=make_user(username=secrets.token_hex(8)), decided_at=at)
activity = make_activity(
    organiser=office, by=make_user(username=secrets.token_hex(8)), at=at, slug=secrets.token_hex(8), pools={"": 1_000_000}
)
print(activity.slug)
"""

if __name__ == "__main__":
    main()
