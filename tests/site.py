"""A whole installation for browser journeys and screenshots: prepared like `make run`, served by gunicorn."""

from __future__ import annotations

import os
import shutil
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


@dataclass(frozen=True)
class Prepared:
    """A demo that nobody has touched: its folder and, on PostgreSQL, its database."""

    folder: Path
    database: str


@contextmanager
def running_site() -> Iterator[Site]:
    """Prepare a fresh demo in a folder (and, where DATABASE_URL is set, a database) of its own, and serve it."""
    with prepared_demo() as demo, serving(demo) as site:
        yield site


@contextmanager
def prepared_demo() -> Iterator[Prepared]:
    with tempfile.TemporaryDirectory(prefix="kepu-demo-") as folder, _database(template="template1") as name:
        environment = _environment(Path(folder), database=name)
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
        yield Prepared(Path(folder), name)


@contextmanager
def serving_copy(demo: Prepared) -> Iterator[Site]:
    """Serve a copy, so that what is done to it is nobody else's trouble; a copy takes a second, a new demo many."""
    with (
        tempfile.TemporaryDirectory(prefix="kepu-site-") as folder,
        _database(template=demo.database) as name,
    ):
        shutil.copytree(demo.folder, folder, dirs_exist_ok=True)
        with serving(Prepared(Path(folder), name)) as site:
            yield site


@contextmanager
def serving(demo: Prepared) -> Iterator[Site]:
    port = _free_port()
    environment = _environment(demo.folder, database=demo.database)
    server = subprocess.Popen(_gunicorn(port), cwd=ROOT, env=environment, start_new_session=True)
    try:
        _wait_for(port, server=server)
        password = (demo.folder / "demo_password.txt").read_text(encoding="utf-8").strip()
        yield Site(f"http://127.0.0.1:{port}", password, demo.folder)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def _environment(folder: Path, *, database: str) -> dict[str, str]:
    environment = {**os.environ, "KEPU_VAR": str(folder), "KEPU_DEMO": "1"}
    environment["KEPU_FORM_BYTES"] = str(FORM_BYTES)
    if database:
        address = urlsplit(os.environ["DATABASE_URL"])
        environment["DATABASE_URL"] = urlunsplit(address._replace(path=f"/{database}"))
    return environment


@contextmanager
def _database(*, template: str) -> Iterator[str]:
    """The name of a new database beside the one that DATABASE_URL names; on SQLite the folder is enough."""
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        yield ""
        return
    import psycopg  # noqa: PLC0415 - only needed on PostgreSQL
    from psycopg import sql  # noqa: PLC0415

    name = f"journey_{uuid.uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(create)
    try:
        yield name
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
