"""The statistics core beside its peers, in one run.

`make bench NAME=stats`; `python -m benchmarks.stats raking scoring` runs some parts only. Each part times us and its
peer on the same data; a figure that was recorded elsewhere is named as recorded. `ratio` in the last line is the
smallest measured ratio, each divided by its goal, times five: 5 means that every goal is met.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys

from benchmarks.stats_parts import Row

PARTS = ("raking", "replicates", "calibration_2pl", "scoring", "adaptive", "small_areas")


def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    absent = [name for name in chosen if importlib.util.find_spec(f"benchmarks.stats_parts.{name}") is None]
    rows = [row for name in chosen if name not in absent for row in _run(name)]
    print("\n".join(_table(rows)))
    for name in absent:
        print(f"{name}: this part is not in the checkout")
    print(json.dumps(_summary(rows, absent=absent), ensure_ascii=False))


def _run(name: str) -> list[Row]:
    print(f"… {name}", file=sys.stderr, flush=True)
    part = importlib.import_module(f"benchmarks.stats_parts.{name}")
    rows: list[Row] = part.run()
    return rows


def _table(rows: list[Row]) -> list[str]:
    lines = [("what", "ours", "peer", "peer's", "ratio", "goal", "met", "note")]
    for row in rows:
        ratio = "–" if row.ratio is None else f"{row.ratio:.1f}×"
        met = "–" if row.ratio is None else ("yes" if row.ratio >= row.goal else "NO")
        theirs = "–" if row.peer_seconds is None else _seconds(row.peer_seconds)
        ours = _seconds(row.ours_seconds)
        lines.append((row.name, ours, row.peer, theirs, ratio, f"{row.goal:g}×", met, row.note))
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    padded = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return ["  ".join(line).rstrip() for line in padded]


def _seconds(value: float) -> str:
    if value < 1e-3:
        return f"{value * 1e6:.2f} µs"
    return f"{value * 1e3:.1f} ms" if value < 1 else f"{value:.2f} s"


def _summary(rows: list[Row], *, absent: list[str]) -> dict[str, object]:
    measured = [row for row in rows if row.ratio is not None]
    ratio = min((row.ratio / row.goal for row in measured if row.ratio is not None), default=None)
    return {
        "name": "stats",
        "unit": "smallest of (measured ratio ÷ goal) × 5",
        "ours": {f"{row.name} / {row.peer}": float(f"{row.ours_seconds:.4g}") for row in rows},
        "peer": {
            f"{row.name} / {row.peer}": None if row.peer_seconds is None else float(f"{row.peer_seconds:.4g}")
            for row in rows
        },
        "ratio": None if ratio is None else round(5 * ratio, 2),
        "below_goal": [
            f"{row.name} / {row.peer}" for row in measured if row.ratio is not None and row.ratio < row.goal
        ],
        "not_run": absent + [f"{row.name} / {row.peer}" for row in rows if row.ratio is None],
    }


if __name__ == "__main__":
    main()
