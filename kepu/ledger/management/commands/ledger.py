"""Look after the ledger: `rebuild`, `compare`, `close --label 2025-Q3`, `verify`."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kepu.audit.services import SYSTEM
from kepu.core.clock import now
from kepu.core.errors import Refused
from kepu.ledger.queries.proofs import closings, root_now
from kepu.ledger.services.closing import close_period
from kepu.ledger.services.rebuilding import differences, rebuild

FIRST = 20


class Command(BaseCommand):
    help = (
        "rebuild: count all tallies anew; compare: look whether they agree with the facts; "
        "close: seal what was recorded so far; verify: look whether the rows still lead to the sealed roots."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("deed", choices=["rebuild", "compare", "close", "verify"])
        parser.add_argument("--label", default="", help="what the closed period is called")

    def handle(self, *args: Any, deed: str, label: str, **options: Any) -> None:
        if deed == "close":
            self._close(label)
        elif deed == "rebuild":
            self.stdout.write(f"Counted anew: {rebuild()} cells.")
        else:
            {"compare": self._compare, "verify": self._verify}[deed]()

    def _close(self, label: str) -> None:
        try:
            closing = close_period(label, by=SYSTEM, at=now())
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{closing.label}: {closing.size} entries, root {closing.root}")

    def _verify(self) -> None:
        """Every closing, the oldest first; the first one that differs tells from when on the past is another one."""
        changed = [one for one in reversed(closings()) if root_now(one) != one.root]
        for closing in changed:
            self.stderr.write(f"{closing.label}: the rows no longer lead to {closing.root}")
        if changed:
            sys.exit(1)
        self.stdout.write("The rows lead to every sealed root.")

    def _compare(self) -> None:
        found = differences()
        if not found:
            self.stdout.write("The tallies agree with the facts.")
            return
        for one in found[:FIRST]:
            self.stderr.write(str(one))
        self.stderr.write(f"{len(found)} cells differ from the facts; `ledger rebuild` counts them anew.")
        sys.exit(1)
