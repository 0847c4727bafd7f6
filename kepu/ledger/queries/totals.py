"""Totals of any question, now or as they were known at a moment. They read the facts themselves.

Pages ask a counting rule or the general cube instead (`rule_counts`, `measure_totals`), which read what is kept ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from kepu.ledger.queries.counted import counted_rows
from kepu.ledger.question import Question

NOTHING = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class EvidenceTotal:
    """Of one class of evidence: what is verified and what is not."""

    verified: Decimal = NOTHING
    unverified: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Total:
    """What is verified counts; what is not stands beside it. `people` are the distinct persons among the verified facts."""

    quantity: Decimal = NOTHING
    unverified: Decimal = NOTHING
    people: int = 0
    by_evidence: Mapping[str, EvidenceTotal] = field(default_factory=dict)


def total(question: Question, *, as_of: datetime | None = None) -> Total:
    """Two queries over the facts that the question is about."""
    rows = counted_rows(question, as_of=as_of)
    sums = rows.values_list("evidence", "verified").annotate(sum=Sum("quantity"))
    people = rows.filter(verified=True).exclude(person_key="").values("person_key").distinct().count()
    return total_of(sums, people=people)


def total_of(sums: Iterable[tuple[str, bool, Decimal]], *, people: int) -> Total:
    """Put sums by class of evidence and verification together."""
    by_evidence: dict[str, EvidenceTotal] = {}
    for evidence, verified, amount in sums:
        so_far = by_evidence.get(evidence, EvidenceTotal())
        exact = amount.quantize(_CENT)
        if not exact:
            continue
        by_evidence[evidence] = EvidenceTotal(
            so_far.verified + (exact if verified else NOTHING),
            so_far.unverified + (NOTHING if verified else exact),
        )
    return Total(
        quantity=sum((one.verified for one in by_evidence.values()), NOTHING),
        unverified=sum((one.unverified for one in by_evidence.values()), NOTHING),
        people=people,
        by_evidence=by_evidence,
    )
