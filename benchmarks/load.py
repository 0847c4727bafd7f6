"""Send requests from several clients at once and measure how long each answer takes."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    url: str
    body: bytes
    headers: Mapping[str, str]
    method: str = "POST"


@dataclass(frozen=True)
class Load:
    """What came of it: milliseconds per answer, and how many per minute of wall clock."""

    count: int
    seconds: float
    milliseconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return sorted(self.milliseconds)[int(len(self.milliseconds) * 0.95)]

    @property
    def per_minute(self) -> float:
        return self.count / self.seconds * 60


class Unexpected(RuntimeError):
    """An answer was not what the benchmark counts."""


Expected = Callable[[int, Mapping[str, str]], bool]


def send_all(requests: Iterator[Request], *, clients: int, expected: Expected) -> Load:
    """Each client takes the next request as soon as its last one is answered, on a connection that is kept where it can be."""
    crowd = _Crowd(requests, expected)
    begun = time.perf_counter()
    threads = [threading.Thread(target=crowd.work) for _client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if crowd.wrong:
        raise Unexpected(crowd.wrong[0])
    return Load(len(crowd.times), time.perf_counter() - begun, tuple(crowd.times))


class _Crowd:
    """What the clients share."""

    def __init__(self, requests: Iterator[Request], expected: Expected) -> None:
        self.requests, self.expected, self.lock = requests, expected, threading.Lock()
        self.times: list[float] = []
        self.wrong: list[str] = []

    def work(self) -> None:
        connection: http.client.HTTPConnection | None = None
        while not self.wrong and (request := self.next()) is not None:
            begun = time.perf_counter()
            connection, status, headers = _send(request, connection=connection)
            self.times.append((time.perf_counter() - begun) * 1000)
            if not self.expected(status, headers):
                self.wrong.append(f"{request.url} answered {status}")
        if connection is not None:
            connection.close()

    def next(self) -> Request | None:
        with self.lock:
            return next(self.requests, None)


def _send(
    request: Request, *, connection: http.client.HTTPConnection | None
) -> tuple[http.client.HTTPConnection | None, int, dict[str, str]]:
    address = urlsplit(request.url)
    for last_try in (False, True):
        kept = connection or http.client.HTTPConnection(address.hostname or "", address.port, timeout=120)
        try:
            path = f"{address.path}?{address.query}" if address.query else address.path
            kept.request(request.method, path, body=request.body, headers=dict(request.headers))
            answer = kept.getresponse()
            answer.read()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return (None if answer.will_close else kept), answer.status, headers
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # The server closed a connection that was idle; a new one is not its fault.
            kept.close()
            if connection is None or last_try:
                raise
            connection = None
    raise Unexpected(f"{request.url} was not answered")
