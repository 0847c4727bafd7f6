"""Ten thousand races over the last seats by sixteen processes: how many seats were given twice, how many errors were shown.

`make bench NAME=fire` runs on SQLite, with DATABASE_URL (`tools/with_postgresql.sh make bench NAME=fire`) on PostgreSQL. KEPU_FIRE_RACES
sets another number of races; the suite runs a few hundred of the same (tests/fire).
"""

from __future__ import annotations

import json
import os
import random

from tests.fire.installation import migrated, run_module

RACES = int(os.environ.get("KEPU_FIRE_RACES", "10000"))


def main() -> None:
    seed = int(os.environ.get("KEPU_FIRE_SEED", "0")) or random.randrange(1_000_000)  # noqa: S311 - a game
    with migrated() as environment:
        told = run_module("tests.fire.last_seats", str(RACES), str(seed), environment=environment)
    outcome = json.loads(told.splitlines()[-1])
    database = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    wrong = sum(
        outcome[name]
        for name in (
            "pools_oversold",
            "pools_adrift",
            "errors",
            "seats_idle_while_people_wait",
            "people_twice",
        )
    )
    print(
        json.dumps(
            {
                "name": "fire",
                "unit": "races that went wrong",
                "ours": wrong,
                "peer": None,
                "ratio": None,
                "database": database,
                "seed": seed,
                **outcome,
            }
        )
    )


if __name__ == "__main__":
    main()
