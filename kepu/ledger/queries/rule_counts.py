"""What counting rules count now, from the tallies: a handful of small reads, however many facts there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from kepu.ledger.models import CountingRule, CreditTally, RuleProgress, RuleState, Tally
from kepu.ledger.queries.counted import counted_rows
from kepu.ledger.queries.totals import NOTHING, Total, total, total_of
from kepu.ledger.question import Question, question_from

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule as a page shows it; the newest may still be going through the past."""

    pk: int
    code: str
    version: int
    title: str
    question: Question
    reason: str
    defined_at: datetime
    defined_by: str
    state: str
    through: int

    @property
    def is_ready(self) -> bool:
        return self.state == RuleState.READY

    @property
    def state_word(self) -> str:
        return str(RuleState(self.state).label)


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What a rule counts now, and by which version."""

    rule: int
    code: str
    version: int
    title: str
    total: Total


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a count: of a quarter, a town, a unit or a class of evidence."""

    of: Any
    verified: Decimal
    unverified: Decimal


def rule_counts(codes: Collection[str]) -> dict[str, RuleCount]:
    """What these rules count now, by code; a rule that has not gone through the past yet is absent. Two queries."""
    found = RuleProgress.objects.filter(rule__code__in=codes, state=RuleState.READY)
    ready = list(found.values_list("rule", "rule__code", "rule__version", "rule__title", "people"))
    sums: dict[int, list[tuple[str, bool, Decimal]]] = {}
    kept = Tally.objects.filter(rule__in=[row[0] for row in ready]).order_by()
    for rule, evidence, verified, amount in kept.values_list("rule", "evidence", "is_verified").annotate(
        sum=Sum("quantity")
    ):
        sums.setdefault(rule, []).append((evidence, verified, amount))
    return {
        code: RuleCount(rule, code, version, title, total_of(sums.get(rule, ()), people=people))
        for rule, code, version, title, people in ready
    }


def count_of_version(rule: int, *, as_of: datetime | None = None) -> Total:
    """What one version counts, also one that was replaced, also as it was known at a moment: it reads the facts."""
    definition = CountingRule.objects.values_list("definition", flat=True).get(pk=rule)
    return total(question_from(definition), as_of=as_of)


def rule_versions(code: str) -> list[RuleVersion]:
    """Every version of a rule, the newest first."""
    found = CountingRule.objects.filter(code=code).select_related("progress").order_by("-version")
    return [
        RuleVersion(
            rule.pk,
            rule.code,
            rule.version,
            rule.title,
            question_from(rule.definition),
            rule.reason,
            rule.defined_at,
            rule.defined_by,
            rule.progress.state,
            rule.progress.through,
        )
        for rule in found
    ]


def by_month(rule: int) -> list[Share]:
    return _shares(Tally.objects.filter(rule=rule), by="month")


def by_town(rule: int) -> list[Share]:
    return _shares(Tally.objects.filter(rule=rule), by="town")


def by_evidence(rule: int) -> list[Share]:
    return _shares(Tally.objects.filter(rule=rule), by="evidence")


def by_unit(rule: int) -> list[Share]:
    """What each unit led or took part in. A joint activity stands at each of them, so these do not add up."""
    return _shares(CreditTally.objects.filter(rule=rule), by="organisation")


def _shares(rows: QuerySet[Any, Any], *, by: str) -> list[Share]:
    found: dict[Any, list[Decimal]] = {}
    for key, verified, amount in (
        rows.order_by().values_list(by, "is_verified").annotate(sum=Sum("quantity")).order_by(by)
    ):
        found.setdefault(key, [NOTHING, NOTHING])[0 if verified else 1] += amount.quantize(_CENT)
    return [Share(key, *amounts) for key, amounts in found.items() if any(amounts)]


@dataclass(frozen=True, slots=True)
class CountedFact:
    """One row that a rule counts, without its person."""

    number: int
    happened_on: Any
    region: str
    organisation: int
    quantity: Decimal
    unit: str
    evidence: str
    verified: bool
    source: str
    source_address: str


def facts_counted_by(
    question: Question, *, within: Question, first: int, number: int
) -> Sequence[CountedFact]:
    """A page of the rows that a question counts, of those that another one asks for; the newest month first.

    One row more than asked for says that there are more.
    """
    columns = (
        "pk",
        "happened_on",
        "region",
        "organisation",
        "quantity",
        "unit",
        "evidence",
        "verified",
        "source",
        "source_address",
    )
    rows = counted_rows(question).filter(within.condition()).order_by("-month", "-pk").values_list(*columns)
    return [CountedFact(*row) for row in rows[first : first + number + 1]]
