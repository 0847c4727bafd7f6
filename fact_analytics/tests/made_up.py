"""Facts by chance, as plain rows and as the folder that an export makes."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fact_analytics import write_facts

THEMES = ["rural_themes:fraud", "rural_themes:health", "elder_health_themes:diet"]


def some_facts(count: int, *, seed: int) -> list[dict[str, Any]]:
    """Attendances and head counts of two counties and three years; every tenth is taken back."""
    chance = random.Random(seed)  # noqa: S311 - made-up data, nothing to guess
    rows: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        row = _fact(number, chance=chance)
        rows.append(row)
        if chance.random() < 0.1:
            rows.append({**row, "number": count + number, "quantity": -row["quantity"]})
    return rows


def folder_of(rows: list[dict[str, Any]], folder: Path) -> Path:
    write_facts(rows, folder)
    return folder


def _fact(number: int, *, chance: random.Random) -> dict[str, Any]:
    day = date(2023, 1, 1) + timedelta(days=chance.randrange(1000))
    is_head_count = chance.random() < 0.2
    county = chance.choice(["330604", "330602"])
    return {
        "number": number,
        "kind": "attendance",
        "activity_kind": chance.choice(["silver_digital", "health_lectures"]),
        "quantity": float(chance.randint(5, 90)) if is_head_count else 1.0,
        "unit": "人次",
        "happened_on": day,
        "recorded_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
        "region": f"{county}{chance.randint(1, 4):03d}000",
        "organisation": chance.randint(1, 6),
        "partners": [],
        "plan": "p",
        "measure": "4.1",
        "audience": chance.choice(["elders", "farmers"]),
        "themes": chance.sample(THEMES, chance.randint(0, 2)),
        "setting": "on_site",
        "person": "" if is_head_count else f"person-{chance.randrange(count_of_people(number))}",
        "age": None if is_head_count else chance.randint(18, 90),
        "evidence": "head_count" if is_head_count else "scanned",
        "is_verified": not is_head_count,
    }


def count_of_people(number: int) -> int:
    """Few enough that people come again."""
    return 50 + number // 20
