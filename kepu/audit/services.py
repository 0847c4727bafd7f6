"""The one writer of the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.db.models import Model

from kepu.audit.models import Entry


class Actor(Protocol):
    """Whoever acts: a user of the platform, or SYSTEM for jobs."""

    pk: Any

    def __str__(self) -> str: ...


class System:
    """The named actor of scheduled jobs and commands: checks are never skipped, they are passed by somebody."""

    pk = None

    def __str__(self) -> str:
        return "系统"


SYSTEM = System()


def record(
    deed: str,
    *,
    of: Model,
    by: Actor,
    at: datetime,
    organisation: str = "",
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> Entry:
    """Write down one deed; call it in the transaction of the deed itself."""
    return Entry.objects.create(
        at=at,
        actor=str(by)[:150],
        actor_id=by.pk,
        organisation=organisation[:120],
        deed=deed,
        object_type=of._meta.label_lower,
        object_id=str(of.pk),
        object_label=str(of)[:200],
        reason=reason,
        changes=changes or {},
    )
