"""The layout of exported facts: Parquet, one folder per year and county, the same for every engine.

    FOLDER/year=2025/county=330604/….parquet

A reversal is a row with a negative quantity, as in the ledger, so a sum over any set of rows is right. `person` is the
ledger's keyed digest, empty for head counts; nothing in the export says who anybody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of facts on some engine."""

    table: ir.Table

    def between(self, first: Any, last: Any) -> Facts:
        """What happened from one day to another, both included."""
        return Facts(self.table.filter(self.table.happened_on.between(first, last)))

    def where(self, **equal: object) -> Facts:
        """Only rows whose columns have these values: `where(kind="attendance", is_verified=True)`."""
        return Facts(self.table.filter([self.table[name] == value for name, value in equal.items()]))

    def aged(self, *, least: int) -> Facts:
        """Only rows of people of at least this age on the day; head counts have no age and fall out."""
        return Facts(self.table.filter(self.table.age >= least))


def read_facts(backend: ibis.BaseBackend, folder: Path | str) -> Facts:
    """The facts of a folder that the engine (and every worker of a cluster) can see."""
    if backend.name == "duckdb":
        table = backend.read_parquet(f"{folder}/*/*/*.parquet", hive_partitioning=True, union_by_name=True)
    else:
        table = backend.read_parquet(str(folder))
    return Facts(table.mutate(county=table.county.cast("string")))
