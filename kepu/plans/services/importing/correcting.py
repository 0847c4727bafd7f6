"""Correct what was understood. Every correction is kept, so that each can be undone and done again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from kepu.accounts.rules import Someone
from kepu.audit.services import record
from kepu.plans.models import Plan, PlanImport
from kepu.plans.queries.drafts import WorkingDraft, corrected, revision, working_draft
from kepu.plans.queries.readiness import plan_of_the_same_period
from kepu.plans.services.importing.access import held_open, save
from kepu.plans.services.importing.refusals import (
    CorrectionRefused,
    DraftHasMoved,
    NothingToUndo,
    OtherOffice,
)
from plan_document.draft import Warning
from plan_document.editing import EditRefused


@transaction.atomic
def apply_edit(
    plan_import: PlanImport, *, edit: Mapping[str, Any], by: Someone, at: datetime, shown: str = ""
) -> PlanImport:
    """Add one correction (the shapes are those of plan_document.editing, and set_number_kind).

    `shown` is the revision of the draft that the person had before them: positions count from it.
    """
    held = held_open(plan_import, by=by)
    if shown and shown != revision(held):
        raise DraftHasMoved
    working = _after(working_draft(held), edit)
    held.edits = [*held.edits, dict(edit)]
    held.undone_edits = []
    if edit["op"] == "set_period" and held.amends is None:
        held.amends = plan_of_the_same_period(held, period=working.draft.period)
    save(held, fields=["edits", "undone_edits", "amends"], at=at)
    record("correct_plan_import", of=held, by=by, at=at, organisation=held.office.name, changes=dict(edit))
    return held


def _after(working: WorkingDraft, edit: Mapping[str, Any]) -> WorkingDraft:
    try:
        return corrected(working, edit)
    except EditRefused as refused:
        raise CorrectionRefused(refused) from refused


def dismiss_warning(plan_import: PlanImport, *, warning: Warning, by: Someone, at: datetime) -> PlanImport:
    """A person has looked at it and settled it."""
    return apply_edit(plan_import, edit=_about(warning, deed="dismiss_warning"), by=by, at=at)


def restore_warning(plan_import: PlanImport, *, warning: Warning, by: Someone, at: datetime) -> PlanImport:
    """It needs attention after all."""
    return apply_edit(plan_import, edit=_about(warning, deed="restore_warning"), by=by, at=at)


def _about(warning: Warning, *, deed: str) -> dict[str, Any]:
    return {"op": deed, "code": warning.code, "start": warning.start, "end": warning.end}


@transaction.atomic
def undo_edit(plan_import: PlanImport, *, by: Someone, at: datetime) -> PlanImport:
    """Take the last correction back."""
    held = held_open(plan_import, by=by)
    if not held.edits:
        raise NothingToUndo
    *kept, undone = held.edits
    held.edits, held.undone_edits = kept, [*held.undone_edits, undone]
    save(held, fields=["edits", "undone_edits"], at=at)
    record("undo_plan_correction", of=held, by=by, at=at, organisation=held.office.name, changes=undone)
    return held


@transaction.atomic
def redo_edit(plan_import: PlanImport, *, by: Someone, at: datetime) -> PlanImport:
    """Make the correction again that was taken back last."""
    held = held_open(plan_import, by=by)
    if not held.undone_edits:
        raise NothingToUndo
    *kept, again = held.undone_edits
    held.edits, held.undone_edits = [*held.edits, again], kept
    save(held, fields=["edits", "undone_edits"], at=at)
    record("redo_plan_correction", of=held, by=by, at=at, organisation=held.office.name, changes=again)
    return held


@transaction.atomic
def choose_amended_plan(
    plan_import: PlanImport, *, plan: Plan | None, by: Someone, at: datetime
) -> PlanImport:
    """Say which plan this document is a later version of; None: it is a plan of its own."""
    held = held_open(plan_import, by=by)
    if plan is not None and plan.office_id != held.office_id:
        raise OtherOffice(field="plan")
    held.amends = plan
    save(held, fields=["amends"], at=at)
    record(
        "choose_amended_plan",
        of=held,
        by=by,
        at=at,
        organisation=held.office.name,
        changes={"amends": plan.slug if plan else None},
    )
    return held
