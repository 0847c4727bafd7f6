"""The engine is named by a URL: DuckDB in this process, or a Spark cluster through its Connect server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import ibis

DUCKDB = "duckdb"
SPARK_CONNECT = "sc"
DEFAULT = "duckdb://"
# DuckDB would fetch extensions from the network; everything used here is built in.
DUCKDB_SETTINGS = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


class EngineUnknown(ValueError):
    """The URL names no engine that is supported here."""


def engine(url: str = DEFAULT, *, threads: int = 2, memory: str = "1GB") -> ibis.BaseBackend:
    """Connect to `duckdb://` (in memory) or to `sc://host:port` (Spark Connect).

    `threads` and `memory` bound DuckDB, which shares its machine; a cluster has limits of its own.
    """
    scheme = urlsplit(url).scheme
    if scheme == DUCKDB:
        settings: dict[str, Any] = {**DUCKDB_SETTINGS, "threads": threads, "memory_limit": memory}
        return ibis.duckdb.connect(**settings)
    if scheme == SPARK_CONNECT:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - only where a cluster is asked for

        return ibis.pyspark.connect(SparkSession.builder.remote(url).getOrCreate())
    raise EngineUnknown(f"{url}: use duckdb:// or sc://host:port")
