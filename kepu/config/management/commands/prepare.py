"""Bring database, shipped data and static files up to date before serving. Safe to interrupt and to run again."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from kepu.activities.services.kinds import load_shipped_kinds
from kepu.core.vocabulary import load_shipped_terms
from kepu.demo.services import describe_log_ins, load_demo
from kepu.regions.services import load_shipped_regions


class Command(BaseCommand):
    requires_system_checks = []  # they load every page; `make check` runs them
    help = "Prepare the installation: database, regions, words, static files and, with KEPU_DEMO=1, the demo district."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="", help="print this address when all is ready")

    def handle(self, *args: Any, address: str, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        self._step("Database", _migrate)
        self._step("Regions of China", load_shipped_regions)
        self._step("Words of the plan", load_shipped_terms)
        self._step("Kinds of activity", load_shipped_kinds)
        self._step("Static files", _collect_static)
        if settings.DEMO:
            self._step("Demo district (all its data is invented)", load_demo)
        if address:
            self._say_where(address)

    def _step(self, name: str, work: Callable[[], object]) -> None:
        self.stdout.write(f"{name} … ", ending="")
        self.stdout.flush()
        begin = time.monotonic()
        work()
        self.stdout.write(f"{time.monotonic() - begin:.1f} s")

    def _say_where(self, address: str) -> None:
        self.stdout.write(f"\nKepu is served at {address}  (stop with Ctrl-C)")
        if settings.DEMO:
            self.stdout.write(describe_log_ins())


def _migrate() -> None:
    """Asking what is pending is much cheaper than running migrate when nothing is."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _collect_static() -> None:
    """Collect only when a source file is newer than the last collection."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == _static_fingerprint()):
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(_static_fingerprint())


def _static_fingerprint() -> str:
    newest, count = 0.0, 0
    for finder in get_finders():
        for path, storage in finder.list([]):
            newest = max(newest, Path(storage.path(path)).stat().st_mtime)
            count += 1
    return f"{count} {newest}"
