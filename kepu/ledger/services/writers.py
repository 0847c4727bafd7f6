"""Holding the writers of facts back for a moment."""

from __future__ import annotations

from django.db import connection

from kepu.ledger.models import Fact


def hold_writers() -> None:
    """Until the caller's transaction ends nobody else writes a fact, and all who began have finished.

    A writer inserts first and looks at verdicts, rules and closings afterwards, so that what it sees is what was
    committed under this lock. SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Fact._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
