"""What the office said of occasions."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from kepu.ledger.models import Verdict

_TABLE = Verdict._meta.db_table


def verdicts_on(occasions: Collection[str]) -> dict[str, bool]:
    """What holds now, by occasion; an occasion of which nobody has said anything is absent.

    Asked for every fact that is written, so the statement is written by hand: Django would compose it anew each time.
    """
    places = ", ".join(["%s"] * len(occasions))
    sql = f"SELECT occasion, is_confirmed FROM {_TABLE} WHERE occasion IN ({places}) ORDER BY id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, list(occasions))
        return {occasion: bool(confirmed) for occasion, confirmed in cursor.fetchall()}
