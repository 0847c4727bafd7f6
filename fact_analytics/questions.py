"""What is asked of facts: how many, how many people, and how they spread over two dimensions.

Each question is an expression; nothing is computed before `.to_pyarrow()` or `.execute()` sends it to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir

from fact_analytics.facts import Facts


@dataclass(frozen=True, slots=True)
class Dimension:
    """A way to divide facts. `spreads` says that a fact can lie in several of its classes, as it has several themes."""

    name: str
    of: Callable[[ir.Table], ir.Value]
    spreads: bool = False


def _quarter(table: ir.Table) -> ir.Value:
    return table.happened_on.year() * 10 + table.happened_on.quarter()


YEAR = Dimension("year", lambda table: table.happened_on.year())
QUARTER = Dimension("quarter", _quarter)
MONTH = Dimension("month", lambda table: table.happened_on.year() * 100 + table.happened_on.month())
TOWN = Dimension("town", lambda table: table.region.substr(0, 9))
AUDIENCE = Dimension("audience", lambda table: table.audience)
KIND = Dimension("activity_kind", lambda table: table.activity_kind)
ORGANISATION = Dimension("organisation", lambda table: table.organisation)
THEME = Dimension("theme", lambda table: table.themes.unnest(), spreads=True)
DIMENSIONS = {one.name: one for one in (YEAR, QUARTER, MONTH, TOWN, AUDIENCE, KIND, ORGANISATION, THEME)}


def totals(facts: Facts, *, by: Sequence[Dimension] = ()) -> ir.Table:
    """人次: `quantity`, and the part of it that is verified, per class; one row without classes.

    A fact with several themes counts in each of them, so a column of themes must not be added up.
    """
    table = _divided(facts.table, by=by)
    amounts = {
        "quantity": table.quantity.sum().coalesce(0.0),
        "verified": table.quantity.sum(where=table.is_verified).coalesce(0.0),
    }
    return _aggregated(table, by=by, **amounts)


def distinct_people(facts: Facts, *, by: Sequence[Dimension] = ()) -> ir.Table:
    """人数: people with something left after reversals. Head counts name nobody and are not in it."""
    known = _divided(facts.table, by=by).filter(lambda table: table.person != "")
    names = [dimension.name for dimension in by]
    left = known.group_by([*names, "person"]).aggregate(left=known.quantity.sum())
    return _aggregated(left.filter(left.left > 0), by=by, people=left.person.nunique())


def matrix(facts: Facts, *, rows: Dimension, columns: Dimension) -> ir.Table:
    """人次 for each pair of classes that has any, in order; what is missing is zero and is the reader's to show."""
    found = totals(facts, by=[rows, columns])
    return found.order_by([rows.name, columns.name])


def _divided(table: ir.Table, *, by: Sequence[Dimension]) -> ir.Table:
    """The table with a column for each dimension; those that spread come last, since they multiply rows."""
    for dimension in sorted(by, key=lambda one: one.spreads):
        table = table.mutate(**{dimension.name: dimension.of(table)})
    return table


def _aggregated(table: ir.Table, *, by: Sequence[Dimension], **amounts: ir.Value) -> ir.Table:
    names = [dimension.name for dimension in by]
    return table.group_by(names).aggregate(**amounts) if names else table.aggregate(**amounts)
