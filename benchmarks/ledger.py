"""The ledger with a million facts, or ten: appending, rebuilding its tallies, its size, and the pages that read it.

`make bench NAME=ledger`; `SIZE=10m make bench NAME=ledger` for ten million. On SQLite in a folder of its own, or on the database
of DATABASE_URL, which must be empty. The first facts go in through the service, one by one and by the batch, and give the append rate; the rest is written
by the database itself (it would only repeat the same measurement for an hour), and the tallies are then rebuilt from all of them.
The target page and the score-card are asked a hundred times each in one process, with templates. There is no peer: no other
platform of this kind keeps facts.
"""

from __future__ import annotations

import json
import os

from tests.fire.installation import migrated, run_module

SIZES = {"100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}


def main() -> None:
    size = SIZES[os.environ.get("SIZE", "1m").lower()]
    with migrated() as environment:
        said = run_module("benchmarks.ledger_parts.inside", str(size), environment=environment)
        found = json.loads(said.splitlines()[-1])
    result = {
        "name": "ledger",
        "unit": "ms, p95 of the slowest page",
        "ours": found,
        "peer": None,
        "ratio": None,
        "limit_ms": 300,
        "database": "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite",
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
