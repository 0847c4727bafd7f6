"""The way every write to an import begins: hold its row, check the right, check that it is open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from kepu.accounts.models import User
from kepu.accounts.rules import Someone
from kepu.core.errors import require
from kepu.plans import rules
from kepu.plans.models import ImportState, PlanImport
from kepu.plans.services.importing.refusals import ImportIsClosed

CLOSING: Mapping[str, frozenset[str]] = {
    ImportState.OPEN: frozenset({ImportState.CONFIRMED, ImportState.DISCARDED})
}


def held_open(plan_import: PlanImport, *, by: Someone) -> PlanImport:
    """The import as it is now, held until the end of the transaction, for somebody who may change it."""
    held = (
        PlanImport.objects.select_for_update(of=("self",))
        .select_related("office", "region", "amends")
        .get(pk=plan_import.pk)
    )
    require(rules.can_edit_import(by, held))
    if held.state != ImportState.OPEN:
        raise ImportIsClosed
    return held


def save(plan_import: PlanImport, *, fields: list[str], at: datetime) -> PlanImport:
    """Write the named fields and when it was."""
    plan_import.changed_at = at
    plan_import.save(update_fields=[*fields, "changed_at"])
    return plan_import


def person(by: Someone) -> User | None:
    """Who to name on a row: nobody for the system."""
    return by if isinstance(by, User) else None
