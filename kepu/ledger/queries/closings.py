"""Which periods are closed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet

from kepu.core.composed import composed
from kepu.ledger.models import Closing

NEVER = datetime(1, 1, 1, tzinfo=UTC)


def closed_until() -> datetime:
    """Nothing may be recorded as of a moment before this one."""
    rows = _last()
    return rows[0][0] if rows else NEVER


@composed
def _last() -> QuerySet[Closing, Any]:
    return Closing.objects.order_by("-pk").values_list("until")[:1]
