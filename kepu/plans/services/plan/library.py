"""The library of higher documents and their clauses, and which measure serves which clause.

The library is shared by all plans of an installation, so any district's office keeps it; citations belong to a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, WrongState, require
from kepu.plans import rules
from kepu.plans.models import Citation, Clause, Measure, PlanLevel, PolicyDocument
from kepu.plans.services.progress.life import require_in_force


class DocumentTitleTaken(BadInput):
    code = "document_title_taken"
    message = gettext_lazy("文件库里已经有这份文件。")


class ClauseNumberTaken(BadInput):
    code = "clause_number_taken"
    message = gettext_lazy("这份文件里已经有这个条款号。")


class StillCited(WrongState):
    code = "clause_still_cited"
    message = gettext_lazy("还有举措以它为依据，请先在举措页取消引用，再删除。")


@dataclass(frozen=True, slots=True)
class DocumentWords:
    """What is known of a higher document."""

    title: str
    level: str
    issuer: str = ""
    number: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """A clause, in our own short words."""

    number: str
    summary: str


@transaction.atomic
def add_document(words: DocumentWords, *, by: User | System, at: datetime) -> PolicyDocument:
    require(rules.can_keep_library(by))
    document = PolicyDocument()
    _take_over_document(document, words=words)
    document.save()
    audit("add_policy_document", of=document, by=by, at=at)
    return document


@transaction.atomic
def edit_document(
    document: PolicyDocument, *, words: DocumentWords, by: User | System, at: datetime
) -> PolicyDocument:
    document = _lock_document(document)
    require(rules.can_keep_library(by))
    before = str(document)
    _take_over_document(document, words=words)
    document.save()
    audit("edit_policy_document", of=document, by=by, at=at, changes={"title": [before, document.title]})
    return document


@transaction.atomic
def remove_document(document: PolicyDocument, *, by: User | System, at: datetime) -> str:
    """Take a document out of the library, with its clauses, as long as nothing cites them; its title is returned."""
    document = _lock_document(document)
    require(rules.can_keep_library(by))
    if Citation.objects.filter(clause__document=document).exists():
        raise StillCited
    audit("remove_policy_document", of=document, by=by, at=at)
    document.delete()
    return document.title


@transaction.atomic
def add_clause(document: PolicyDocument, *, words: ClauseWords, by: User | System, at: datetime) -> Clause:
    document = _lock_document(document)
    require(rules.can_keep_library(by))
    clause = Clause(document=document)
    _take_over_clause(clause, words=words)
    clause.save()
    audit("add_clause", of=clause, by=by, at=at, changes={"summary": clause.summary})
    return clause


@transaction.atomic
def edit_clause(clause: Clause, *, words: ClauseWords, by: User | System, at: datetime) -> Clause:
    clause = _lock_clause(clause)
    require(rules.can_keep_library(by))
    changes = {"summary": [clause.summary, words.summary.strip()]}
    _take_over_clause(clause, words=words)
    clause.save()
    audit("edit_clause", of=clause, by=by, at=at, changes=changes)
    return clause


@transaction.atomic
def remove_clause(clause: Clause, *, by: User | System, at: datetime) -> PolicyDocument:
    clause = _lock_clause(clause)
    require(rules.can_keep_library(by))
    if clause.citations.exists():
        raise StillCited
    audit("remove_clause", of=clause, by=by, at=at, changes={"summary": clause.summary})
    clause.delete()
    return clause.document


@transaction.atomic
def cite_clause(measure: Measure, *, clause: Clause, by: User | System, at: datetime) -> Citation:
    """Say that a measure serves a clause; saying it twice changes nothing."""
    measure = Measure.objects.select_related("action__plan__office").get(pk=measure.pk)
    require(rules.can_run_plan(by, measure.action.plan))
    require_in_force(measure)
    citation, is_new = Citation.objects.get_or_create(measure=measure, clause=clause)
    if is_new:
        audit("cite_clause", of=measure, by=by, at=at, changes={"clause": str(clause)})
    return citation


@transaction.atomic
def uncite(citation: Citation, *, by: User | System, at: datetime) -> Measure:
    measure = citation.measure
    require(rules.can_run_plan(by, measure.action.plan))
    audit("uncite", of=measure, by=by, at=at, changes={"clause": str(citation.clause)})
    citation.delete()
    return measure


def _lock_document(document: PolicyDocument) -> PolicyDocument:
    return PolicyDocument.objects.select_for_update().get(pk=document.pk)


def _lock_clause(clause: Clause) -> Clause:
    locked = Clause.objects.select_for_update(of=("self",))
    return locked.select_related("document").get(pk=clause.pk)


def _take_over_document(document: PolicyDocument, *, words: DocumentWords) -> None:
    title = words.title.strip()
    if not title or len(title) > 200:
        raise BadInput(_("请填写文件名称，不超过 200 字。"), field="title")
    if words.level not in PlanLevel.values:
        raise BadInput(field="level")
    if PolicyDocument.objects.filter(title=title).exclude(pk=document.pk).exists():
        raise DocumentTitleTaken(field="title")
    document.title, document.level, document.issued_on = title, words.level, words.issued_on
    document.issuer, document.number = words.issuer.strip()[:120], words.number.strip()[:60]


def _take_over_clause(clause: Clause, *, words: ClauseWords) -> None:
    number, summary = words.number.strip(), words.summary.strip()
    if not number or len(number) > 40:
        raise BadInput(_("请填写条款号，不超过 40 字。"), field="number")
    if not summary or len(summary) > 300:
        raise BadInput(_("请写要点，不超过 300 字。"), field="summary")
    if clause.document.clauses.filter(number=number).exclude(pk=clause.pk).exists():
        raise ClauseNumberTaken(field="number")
    clause.number, clause.summary = number, summary
