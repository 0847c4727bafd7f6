"""Facts into the layout that `read_facts` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema(
    [
        ("number", pa.int64()),
        ("kind", pa.string()),
        ("activity_kind", pa.string()),
        ("quantity", pa.float64()),
        ("unit", pa.string()),
        ("happened_on", pa.date32()),
        ("recorded_at", pa.timestamp("us", tz="UTC")),
        ("region", pa.string()),
        ("organisation", pa.int64()),
        ("partners", pa.list_(pa.int64())),
        ("plan", pa.string()),
        ("measure", pa.string()),
        ("audience", pa.string()),
        ("themes", pa.list_(pa.string())),
        ("setting", pa.string()),
        ("person", pa.string()),
        ("age", pa.int16()),
        ("evidence", pa.string()),
        ("is_verified", pa.bool_()),
        ("year", pa.int64()),
        ("county", pa.string()),
    ]
)
PARTITIONS = ["year", "county"]
COUNTY_DIGITS = 6


def write_facts(rows: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Add rows to the folder. Files are named by the numbers in them, so the same rows written again replace themselves."""
    if not rows:
        return
    placed = [
        {**row, "year": row["happened_on"].year, "county": row["region"][:COUNTY_DIGITS]} for row in rows
    ]
    pq.write_to_dataset(
        pa.Table.from_pylist(placed, schema=SCHEMA),
        folder,
        partition_cols=PARTITIONS,
        basename_template=f"facts-{rows[0]['number']}-{rows[-1]['number']}-{{i}}.parquet",
        existing_data_behavior="overwrite_or_ignore",
    )
