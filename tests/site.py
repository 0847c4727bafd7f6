"""A whole installation for browser journeys and screenshots: prepared like `make run`, served by gunicorn."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
BROWSER = "/usr/bin/chromium"
FORM_BYTES = 1024 * 1024  # smaller than usual: a browser needs long to fill a form that is longer
BROWSER_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


@dataclass(frozen=True)
class Site:
    """A running demo: its address, the password its people share, and where its files lie."""

    address: str
    password: str
    folder: Path


@contextmanager
def running_site() -> Iterator[Site]:
    """Prepare a fresh demo in a folder (and, where DATABASE_URL is set, a database) of its own, and serve it."""
    with tempfile.TemporaryDirectory(prefix="kepu-site-") as folder, _database() as database:
        environment = {**os.environ, "KEPU_VAR": folder, "KEPU_DEMO": "1", **database}
        environment["KEPU_FORM_BYTES"] = str(FORM_BYTES)
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
        port = _free_port()
        server = subprocess.Popen(_gunicorn(port), cwd=ROOT, env=environment, start_new_session=True)
        try:
            _wait_for(port, server=server)
            password = (Path(folder) / "demo_password.txt").read_text(encoding="utf-8").strip()
            yield Site(f"http://127.0.0.1:{port}", password, Path(folder))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """On PostgreSQL a database of its own beside the one named; on SQLite the folder is enough."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        yield {}
        return
    import psycopg  # noqa: PLC0415 - only needed on PostgreSQL
    from psycopg import sql  # noqa: PLC0415

    name = f"journey_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield {"DATABASE_URL": urlunsplit(urlsplit(address)._replace(path=f"/{name}"))}
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _gunicorn(port: int) -> list[str]:
    options = ["--workers", "1", "--worker-class", "gthread", "--threads", "8", "--log-level", "warning"]
    return [sys.executable, "-m", "gunicorn", "kepu.config.wsgi", "--bind", f"127.0.0.1:{port}", *options]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, *, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"the server stopped with status {server.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not answer within 30 seconds")
