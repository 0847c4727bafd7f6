"""Are the figures right? Not how fast, but how often the truth lies where the statistics say it does.

`make bench NAME=coverage`; `python -m benchmarks.coverage districts cut volunteer_rows` runs some parts only. Takes some
minutes. Ends with status 1 if anything lies outside its limits. There is no peer: the other side is the truth.
"""

from __future__ import annotations

import importlib
import json
import sys

from benchmarks.coverage_parts import Part

PARTS = ("districts", "cut", "volunteer_rows")


def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    parts = {name: _run(name) for name in chosen}
    failures = [failure for part in parts.values() for failure in part.failures]
    print(
        json.dumps(
            {
                "name": "coverage",
                "unit": "% held, points of bias",
                "ours": {
                    name: {key: round(value, 3) for key, value in part.figures.items()}
                    for name, part in parts.items()
                },
                "peer": "the truth of the simulation",
                "ratio": 0.0 if failures else 1.0,
                "failures": failures,
            },
            ensure_ascii=False,
        )
    )
    sys.exit(1 if failures else 0)


def _run(name: str) -> Part:
    print(f"… {name}", file=sys.stderr, flush=True)
    part: Part = importlib.import_module(f"benchmarks.coverage_parts.{name}").run()
    print("\n".join((part.title, *part.table, *part.failures, "")), flush=True)
    return part


if __name__ == "__main__":
    main()
