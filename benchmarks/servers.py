"""Start a web server, ask it for a page many times, and read from /proc how much CPU its processes used."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
RUNS = 5


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Sequence[str], *, folder: Path, environment: dict[str, str], port: int) -> Iterator[int]:
    """Run the server in a process group of its own; gives the group's id once the port answers."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process=process)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def cpu_milliseconds(url: str, *, group: int, requests: int, cookie: str = "") -> float:
    """CPU time (user and system, server and its workers) per request, after a warm-up, one client.

    The least of several runs: whatever else the machine does makes a run dearer, never cheaper.
    """
    headers = {"Cookie": cookie} if cookie else {}
    _fetch_often(url, headers=headers, requests=20)
    return min(_one_run(url, headers=headers, group=group, requests=requests // RUNS) for _ in range(RUNS))


def _one_run(url: str, *, headers: dict[str, str], group: int, requests: int) -> float:
    before = _cpu_seconds(group)
    _fetch_often(url, headers=headers, requests=requests)
    return (_cpu_seconds(group) - before) * 1000 / requests


def _fetch_often(url: str, *, headers: dict[str, str], requests: int) -> None:
    for _ in range(requests):
        _fetch(url, headers=headers)


def _fetch(url: str, *, headers: dict[str, str]) -> None:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - only ever an address on loopback
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        if answer.status != 200 or not answer.read():
            raise RuntimeError(f"{url} answered {answer.status}")


def _wait_for(port: int, *, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with status {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")


def _cpu_seconds(group: int) -> float:
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group:  # process group
            total += int(fields[11]) + int(fields[12])
    return total / TICKS
