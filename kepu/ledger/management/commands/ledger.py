"""Look after the ledger's tallies: `ledger rebuild`, `ledger compare`."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kepu.ledger.services.rebuilding import differences, rebuild

FIRST = 20


class Command(BaseCommand):
    help = "Count all tallies anew from the facts, or compare them with the facts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("deed", choices=["rebuild", "compare"])

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        if deed == "rebuild":
            self.stdout.write(f"Counted anew: {rebuild()} cells.")
            return
        found = differences()
        if not found:
            self.stdout.write("The tallies agree with the facts.")
            return
        for one in found[:FIRST]:
            self.stderr.write(str(one))
        self.stderr.write(f"{len(found)} cells differ from the facts; `ledger rebuild` counts them anew.")
        sys.exit(1)
