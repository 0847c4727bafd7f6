"""The few statements that Django does not write: insert unless the key is there, and add to a cell or make it.

Both are one statement on either engine. Cells are touched in the order of their keys, so that two transactions that add to
the same cells wait for each other instead of stopping each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model

from kepu.ledger.contributions import Amounts, Cell, CreditCell, PersonCell, digest
from kepu.ledger.models import CreditTally, Fact, RulePerson, Tally

ROWS_A_STATEMENT = 400
"""Times the columns it stays below SQLite's limit of 32,766 parameters and PostgreSQL's of 65,535."""


def insert_new(facts: Sequence[Fact]) -> dict[str, int]:
    """Insert the facts whose key is not taken, nor their original reversed; gives the ids by key."""
    inserted: dict[str, int] = {}
    for some in _chunks(facts):
        values = [_values(fact) for fact in some]
        sql = f"{_insert(Fact, skip='id')} VALUES {_places(values)} ON CONFLICT DO NOTHING RETURNING key, id"
        inserted.update((row[0], row[1]) for row in _run(sql, values))
    return inserted


def add_up(amounts: Amounts) -> dict[int, int]:
    """Add differences to the tallies. Gives by how many the people of each rule became more or fewer."""
    _add_cells(Tally, amounts=amounts, kind=Cell)
    _add_cells(CreditTally, amounts=amounts, kind=CreditCell)
    return _add_people(amounts)


def _add_cells(model: type[Model], *, amounts: Amounts, kind: type[Cell] | type[CreditCell]) -> None:
    rows = sorted(
        (digest(cell), *cell, quantity, amounts.facts[cell])
        for cell, quantity in amounts.quantity.items()
        if isinstance(cell, kind) and (quantity or amounts.facts[cell])
    )
    for some in _chunks(rows):
        values = [_adapted(model, row) for row in some]
        _run(f"{_insert(model)} VALUES {_places(values)} {_adding(model, 'quantity', 'facts')}", values)


def _add_people(amounts: Amounts) -> dict[int, int]:
    changes = {
        digest(cell): (cell, number)
        for cell, number in amounts.facts.items()
        if isinstance(cell, PersonCell) and number
    }
    more: dict[int, int] = {}
    for some in _chunks(sorted(changes)):
        values = [(key, *changes[key][0], changes[key][1]) for key in some]
        sql = f"{_insert(RulePerson)} VALUES {_places(values)} {_adding(RulePerson, 'facts')} RETURNING cell, facts"
        for key, now in _run(sql, values):
            cell, number = changes[key]
            more[cell.rule] = more.get(cell.rule, 0) + (now > 0) - (now - number > 0)
    return {rule: number for rule, number in more.items() if number}


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        yield rows[start : start + ROWS_A_STATEMENT]


@cache
def _insert(model: type[Model], *, skip: str = "") -> str:
    columns = ", ".join(str(field.column) for field in model._meta.concrete_fields if field.name != skip)
    return f"INSERT INTO {model._meta.db_table} ({columns})"


@cache
def _adding(model: type[Model], *columns: str) -> str:
    table = model._meta.db_table
    sums = ", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in columns)
    return f"ON CONFLICT (cell) DO UPDATE SET {sums}"


def _values(fact: Fact) -> tuple[Any, ...]:
    plain = tuple(getattr(fact, field.attname) for field in Fact._meta.concrete_fields if field.name != "id")
    return _adapted(Fact, plain, skip=1)


def _adapted(model: type[Model], row: Sequence[Any], *, skip: int = 0) -> tuple[Any, ...]:
    columns = model._meta.concrete_fields[skip:]
    return tuple(field.get_db_prep_save(value, connection) for field, value in zip(columns, row, strict=True))


def _places(values: Sequence[Sequence[Any]]) -> str:
    one = f"({', '.join(['%s'] * len(values[0]))})"
    return ", ".join([one] * len(values))


def _run(sql: str, values: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in values for value in row])
        return cursor.fetchall() if cursor.description else []
