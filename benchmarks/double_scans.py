"""Ten thousand people, each checked in by four processes at the same moment: how many were counted twice, lost, or met an error.

`make bench NAME=double_scans` runs on SQLite, with DATABASE_URL (`tools/with_postgresql.sh make bench NAME=double_scans`) on
PostgreSQL. KEPU_FIRE_RACES sets another number; the suite runs a few hundred of the same (tests/fire).
"""

from __future__ import annotations

import json
import os
import random

from tests.fire.installation import migrated, run_module

RACES = int(os.environ.get("KEPU_FIRE_RACES", "10000"))
FAULTS = ("counted_twice", "not_counted", "strangers", "ledger_off_by", "errors")


def main() -> None:
    seed = int(os.environ.get("KEPU_FIRE_SEED", "0")) or random.randrange(1_000_000)  # noqa: S311 - a game
    with migrated() as environment:
        told = run_module("tests.fire.double_scans", str(RACES), str(seed), environment=environment)
    outcome = json.loads(told.splitlines()[-1])
    database = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    result = {"name": "double_scans", "unit": "people counted wrongly", "peer": None, "ratio": None}
    wrong = sum(abs(outcome[name]) for name in FAULTS)
    print(json.dumps(result | {"ours": wrong, "database": database, "seed": seed, **outcome}))


if __name__ == "__main__":
    main()
