"""Begin an import from a file or a pasted text, or give it up."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone
from kepu.audit.services import record
from kepu.core.errors import require
from kepu.core.state import move
from kepu.core.vocabulary import all_terms
from kepu.plans import rules
from kepu.plans.models import ImportState, Plan, PlanImport
from kepu.plans.queries.documents import read_document, understood
from kepu.plans.queries.readiness import plan_of_the_same_period
from kepu.plans.services.importing.access import CLOSING, held_open, person, save
from kepu.plans.services.importing.refusals import DocumentUnreadable, ImportIsClosed, OtherOffice
from plan_document import serialize
from plan_document.draft import PlanDraft, Term
from plan_document.readers import UnreadableDocument


def start_import(
    document: bytes | str,
    *,
    office: Organisation,
    by: Someone,
    at: datetime,
    file_name: str = "",
    amends: Plan | None = None,
) -> PlanImport:
    """Read a file (bytes) or a pasted text, and keep it as an open import.

    The same document again opens the import that is already open. Reading happens before the transaction:
    a long document must not hold up everybody else's writing.
    """
    require(rules.can_import(by, office))
    if amends is not None and amends.office_id != office.pk:
        raise OtherOffice(field="amends")
    content = document if isinstance(document, bytes) else document.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(content).hexdigest()
    existing = _open_import(office, digest=digest)
    draft = None if existing else _draft_of(document, file_name=file_name)
    return _opened(draft, office=office, digest=digest, file_name=file_name, amends=amends, by=by, at=at)


def _draft_of(document: bytes | str, *, file_name: str) -> PlanDraft:
    try:
        source = read_document(document, file_name=file_name)
    except UnreadableDocument as unreadable:
        raise DocumentUnreadable(unreadable) from unreadable
    return understood(source, vocabulary=[Term(*term) for term in all_terms()])


def _open_import(office: Organisation, *, digest: str) -> PlanImport | None:
    return PlanImport.objects.filter(office=office, file_digest=digest, state=ImportState.OPEN).first()


@transaction.atomic
def _opened(draft: PlanDraft | None, *, office: Organisation, digest: str, **how: Any) -> PlanImport:
    """The open import of this document: the one that is there, or a new one."""
    Organisation.objects.select_for_update().get(pk=office.pk)  # two uploads at once become one import
    existing = _open_import(office, digest=digest)
    if existing is None and draft is not None:
        return _store(draft, office=office, digest=digest, **how)
    if existing is None:
        raise ImportIsClosed  # by somebody else, since we looked
    if how["amends"] is not None and existing.amends_id != how["amends"].pk:
        existing.amends = how["amends"]
        save(existing, fields=["amends"], at=how["at"])
    return existing


def _store(
    draft: PlanDraft,
    *,
    office: Organisation,
    digest: str,
    file_name: str,
    amends: Plan | None,
    by: Someone,
    at: datetime,
) -> PlanImport:
    plan_import = PlanImport(
        region=office.region,
        office=office,
        file_name=file_name[-200:],
        file_digest=digest,
        source=draft.source,
        parsed=serialize.dump(draft),
        created_by=person(by),
        created_at=at,
        changed_at=at,
    )
    plan_import.amends = amends or plan_of_the_same_period(plan_import, period=draft.period)
    plan_import.save()
    record(
        "start_plan_import",
        of=plan_import,
        by=by,
        at=at,
        organisation=office.name,
        changes={"characters": len(draft.source), "digest": digest},
    )
    return plan_import


@transaction.atomic
def discard_import(plan_import: PlanImport, *, by: Someone, at: datetime) -> PlanImport:
    """Give an import up. Its text and corrections stay on record."""
    held = held_open(plan_import, by=by)
    move(held, to=ImportState.DISCARDED, moves=CLOSING)
    save(held, fields=["state"], at=at)
    record("discard_plan_import", of=held, by=by, at=at, organisation=held.office.name)
    return held
