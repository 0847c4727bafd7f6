"""Tables whose rows the database itself refuses to change or delete, on SQLite and on PostgreSQL.

Used by the migrations of audit and of every record that must not be rewritten. A correction is a new row.
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

SUFFIX = "append_only"


def lock(connection: BaseDatabaseWrapper, *, table: str) -> None:
    """Make the table refuse UPDATE and DELETE (and TRUNCATE where the engine has it)."""
    for statement in _LOCK[connection.vendor](table):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def unlock(connection: BaseDatabaseWrapper, *, table: str) -> None:
    """Take the triggers off again: for a reversed migration and for emptying a test database."""
    for statement in _UNLOCK[connection.vendor](table):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def locked_tables(connection: BaseDatabaseWrapper) -> list[str]:
    """The tables that are append-only in this database now."""
    query = {
        "sqlite": "SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s",
        "postgresql": (
            "SELECT DISTINCT event_object_table FROM information_schema.triggers WHERE trigger_name LIKE %s"
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query, [f"%\\_{SUFFIX}\\_%" if connection.vendor == "postgresql" else f"%{SUFFIX}%"])
        return sorted(row[0] for row in cursor.fetchall())


class MakeAppendOnly(Operation):
    """Migration operation: from here on rows of this model can only be added."""

    reversible = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The model's state does not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        lock(schema_editor.connection, table=_table(to_state.apps, app_label, self.model_name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        unlock(schema_editor.connection, table=_table(from_state.apps, app_label, self.model_name))

    def describe(self) -> str:
        return f"Make {self.model_name} append-only"


def _table(apps: Apps, app_label: str, model_name: str) -> str:
    return str(apps.get_model(app_label, model_name)._meta.db_table)


def _lock_sqlite(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{SUFFIX}_{deed.lower()} BEFORE {deed} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        for deed in ("UPDATE", "DELETE")
    ]


def _unlock_sqlite(table: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {table}_{SUFFIX}_{deed}" for deed in ("update", "delete")]


def _lock_postgresql(table: str) -> list[str]:
    return [
        f"CREATE OR REPLACE FUNCTION {table}_{SUFFIX}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION 'append-only: {table}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER {table}_{SUFFIX}_row BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_{SUFFIX}()",
        f"CREATE TRIGGER {table}_{SUFFIX}_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_{SUFFIX}()",
    ]


def _unlock_postgresql(table: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {table}_{SUFFIX}_row ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_{SUFFIX}_truncate ON {table}",
    ]


_LOCK = {"sqlite": _lock_sqlite, "postgresql": _lock_postgresql}
_UNLOCK = {"sqlite": _unlock_sqlite, "postgresql": _unlock_postgresql}
