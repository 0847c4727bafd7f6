"""Totals, distinct people and matrices of exported facts, as Ibis expressions that run on any engine Ibis knows.

The web process never imports this: it takes a second to load, and its questions belong into jobs and commands.
"""

from fact_analytics.engines import EngineUnknown, engine
from fact_analytics.facts import Facts, read_facts
from fact_analytics.questions import (
    AUDIENCE,
    DIMENSIONS,
    KIND,
    MONTH,
    ORGANISATION,
    QUARTER,
    THEME,
    TOWN,
    YEAR,
    Dimension,
    distinct_people,
    matrix,
    totals,
)
from fact_analytics.writing import write_facts

__all__ = [
    "AUDIENCE",
    "DIMENSIONS",
    "KIND",
    "MONTH",
    "ORGANISATION",
    "QUARTER",
    "THEME",
    "TOWN",
    "YEAR",
    "Dimension",
    "EngineUnknown",
    "Facts",
    "distinct_people",
    "engine",
    "matrix",
    "read_facts",
    "totals",
    "write_facts",
]
