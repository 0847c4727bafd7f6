"""Facts as plain values, for pages and exports above the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kepu.ledger.contributions import is_verified
from kepu.ledger.models import Fact
from kepu.ledger.queries.verdicts import verdicts_on


@dataclass(frozen=True, slots=True)
class FactLine:
    """One row of the ledger as staff read it."""

    number: int
    key: str
    kind: str
    quantity: Decimal
    unit: str
    happened_on: date
    recorded_at: datetime
    recorded_by: str
    evidence: str
    source: str
    source_address: str
    reverses: int | None
    reason: str
    verified: bool


def facts_of(occasion: str) -> Sequence[FactLine]:
    """Everything recorded of an occasion in the order of recording, reversals included. Two queries."""
    verdict = verdicts_on([occasion]).get(occasion)
    return [
        FactLine(
            fact.pk,
            fact.key,
            fact.kind,
            fact.quantity,
            fact.unit,
            fact.happened_on,
            fact.recorded_at,
            fact.recorded_by,
            fact.evidence,
            fact.source,
            fact.source_address,
            fact.reverses_id,
            fact.reason,
            is_verified(fact.evidence, verdict=verdict),
        )
        for fact in Fact.objects.filter(occasion=occasion).order_by("pk")
    ]
