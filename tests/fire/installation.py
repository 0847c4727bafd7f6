"""A database of its own for processes that really run at once: a SQLite file, or where DATABASE_URL is set, a database there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def migrated() -> Iterator[dict[str, str]]:
    """The environment of an installation with empty tables; it is gone when the block ends."""
    with tempfile.TemporaryDirectory(prefix="kepu-fire-") as folder, _database() as address:
        environment = {**os.environ, "KEPU_VAR": folder, "KEPU_DEMO": "0", "KEPU_SMS_SENDER": "", **address}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        for command in (["migrate", "-v0"], ["createcachetable"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
        yield environment


def run_module(name: str, *arguments: str, environment: dict[str, str]) -> str:
    """What a module prints when it is run there; its errors are shown when it fails."""
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-m", name, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(
            f"{name} ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
    return done.stdout


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    address = os.environ.get("DATABASE_URL", "")
    if not address:
        yield {}
        return
    import psycopg  # noqa: PLC0415 - only needed on PostgreSQL
    from psycopg import sql  # noqa: PLC0415

    name = f"fire_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield {"DATABASE_URL": urlunsplit(urlsplit(address)._replace(path=f"/{name}"))}
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
