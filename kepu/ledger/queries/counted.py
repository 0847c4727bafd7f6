"""The rows that a question counts, in SQL: the same as `contributions.counted_facts` says of rows in hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from kepu.ledger.happenings import UNVERIFIED_AT_FIRST
from kepu.ledger.models import Fact, Verdict
from kepu.ledger.question import Question

_WEAK = sorted(UNVERIFIED_AT_FIRST)
_WEAKNESS = Case(When(evidence__in=_WEAK, then=Value(1)), default=Value(0), output_field=IntegerField())


def counted_rows(question: Question, *, as_of: datetime | None = None) -> QuerySet[Any, Any]:
    """The live rows that the question counts, as they were known at a moment; each with `verified`."""
    rows = _live_rows(question, as_of=as_of).alias(weakness=_WEAKNESS)
    if question.once_per_session:
        rows = rows.filter(Q(person_key="") | ~Exists(_better_rows(question, as_of=as_of)))
    return with_verified(rows, as_of=as_of)


def with_verified(rows: QuerySet[Fact], *, as_of: datetime | None = None) -> QuerySet[Any, Any]:
    """Each row with whether it was verified at a moment: what the office said last, else its class of evidence."""
    said = Verdict.objects.filter(occasion=OuterRef("occasion"))
    if as_of is not None:
        said = said.filter(at__lte=as_of)
    newest = Subquery(said.order_by("-pk").values("is_confirmed")[:1], output_field=BooleanField())
    by_class = Case(
        When(evidence__in=_WEAK, then=Value(False)),
        default=Value(True),
        output_field=BooleanField(),
    )
    return rows.annotate(verified=Coalesce(newest, by_class))


def _live_rows(question: Question, *, as_of: datetime | None) -> QuerySet[Fact]:
    reversals = Fact.objects.filter(reverses=OuterRef("pk"))
    rows = Fact.objects.filter(question.condition(), reverses__isnull=True).order_by()
    if as_of is not None:
        reversals = reversals.filter(recorded_at__lte=as_of)
        rows = rows.filter(recorded_at__lte=as_of)
    return rows.filter(~Exists(reversals))


def _better_rows(question: Question, *, as_of: datetime | None) -> QuerySet[Fact]:
    """Rows of the same person, occasion and day that count instead."""
    same = _live_rows(question, as_of=as_of).filter(
        occasion=OuterRef("occasion"),
        person_key=OuterRef("person_key"),
        happened_on=OuterRef("happened_on"),
    )
    stronger = Q(weakness__lt=OuterRef("weakness"))
    earlier = Q(weakness=OuterRef("weakness"), pk__lt=OuterRef("pk"))
    return same.alias(weakness=_WEAKNESS).filter(stronger | earlier)
