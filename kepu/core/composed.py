"""Reads whose SQL is composed once, for pages that everybody asks for all the time.

Composing a query costs about ten times as much as running it on a small table, and it comes out the same every
time the same arguments are asked for. Only the SQL is kept; the rows are read anew on every call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]
STATEMENTS_A_READ = 64


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL with its parameters, and how the database's values of some columns become Python's."""

    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Callable[..., Any]], Any]]


def composed(build: Callable[P, QuerySet[Any, Any]]) -> Callable[P, list[Row]]:
    """Turn a function that gives a `values_list` into one that gives its rows. Arguments must be plain values."""

    statement = lru_cache(maxsize=STATEMENTS_A_READ)(_composing(build))

    @wraps(build)
    def rows(*args: P.args, **kwargs: P.kwargs) -> list[Row]:
        return _run(statement(*args, **kwargs))  # type: ignore[arg-type]  # plain values, so they can be hashed

    return rows


def composed_with_marks(
    build: Callable[P, QuerySet[Any, Any]], *, locking: type[Model] | None = None
) -> Callable[P, list[Row]]:
    """The same for arguments that are others on every call, such as a key: composed once, with a mark for each of them.

    Whole numbers and texts are marked and must go into the statement as they are (a text for LIKE needs no escaping);
    everything else is part of what the SQL is kept for. `locking` holds the rows of that table until the transaction ends.
    """

    @lru_cache(maxsize=STATEMENTS_A_READ)
    def statement(*shape: Any) -> _Statement:
        return _compose(build(*shape))  # type: ignore[call-arg]  # the shape of its arguments, by place

    @wraps(build)
    def rows(*args: P.args, **kwargs: P.kwargs) -> list[Row]:
        marked = {
            place: _mark(value, place=place) for place, value in enumerate(args) if type(value) in (int, str)
        }
        found = statement(*(marked.get(place, value) for place, value in enumerate(args)))
        values = {mark: args[place] for place, mark in marked.items()}
        lock = f" FOR UPDATE OF {locking._meta.db_table}" if locking and _can_lock() else ""
        params = tuple(_unmarked(param, values=values) for param in found.params)
        return _run(_Statement(found.sql + lock, params, found.converters))

    return rows


def _mark(value: object, *, place: int) -> int | str:
    """A value that no row has and no two arguments share."""
    return 8_070_450_532_247_928_832 + place if type(value) is int else f"\ue000{place}\ue001"


def _unmarked(param: Any, *, values: dict[int | str, Any]) -> Any:
    if isinstance(param, str):
        for mark, value in values.items():
            if isinstance(mark, str):
                param = param.replace(mark, value)
        return param
    return values.get(param, param) if type(param) is int else param


def _can_lock() -> bool:
    return connection.features.has_select_for_update


def columns_of(model: type[Model]) -> list[str]:
    """For a `values_list` whose rows become instances again."""
    return [field.attname for field in model._meta.concrete_fields]


def instances(model: type[M], rows: list[Row]) -> list[M]:
    """The rows of all columns of a model as objects, as if a queryset had made them."""
    names = columns_of(model)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows]


def _composing(build: Callable[P, QuerySet[Any, Any]]) -> Callable[P, _Statement]:
    def statement(*args: P.args, **kwargs: P.kwargs) -> _Statement:
        return _compose(build(*args, **kwargs))

    return statement


def _compose(queryset: QuerySet[Any, Any]) -> _Statement:
    compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([column for column, _sql, _alias in compiler.select or ()])
    return _Statement(
        sql, tuple(params), [(place, list(found), column) for place, (found, column) in converters.items()]
    )


def _run(statement: _Statement) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        found: list[Row] = cursor.fetchall()
    return [_converted(row, by=statement.converters) for row in found] if statement.converters else found


def _converted(row: Row, *, by: list[tuple[int, list[Callable[..., Any]], Any]]) -> Row:
    """A converter takes the connection of this thread, so none is kept."""
    values = list(row)
    for place, converters, column in by:
        for convert in converters:
            values[place] = convert(values[place], column, connection)
    return tuple(values)
