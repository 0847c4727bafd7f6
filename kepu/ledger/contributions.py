"""What a fact adds to which cells: the one place that knows it, for writing, rebuilding and comparing alike."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from kepu.ledger.happenings import UNVERIFIED_AT_FIRST
from kepu.ledger.models import Fact
from kepu.ledger.question import Question

TOWN_DIGITS = 9


class Cell(NamedTuple):
    """The dimensions of a tally. A rule's cells leave out what its definition has decided already."""

    rule: int | None
    month: int
    town: str
    kind: str
    activity_kind: str
    audience: str
    plan: str
    measure: str
    evidence: str
    setting: str
    unit: str
    organisation: int
    is_verified: bool


class CreditCell(NamedTuple):
    """The dimensions of what is credited to a unit."""

    rule: int | None
    month: int
    organisation: int
    is_lead: bool
    kind: str
    plan: str
    measure: str
    unit: str
    is_verified: bool


class PersonCell(NamedTuple):
    """A person whom a rule counts."""

    rule: int
    person_key: str


@dataclass(slots=True)
class Amounts:
    """Quantities and numbers of facts by cell; may be negative when it is a difference."""

    quantity: defaultdict[Cell | CreditCell, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    facts: Counter[Cell | CreditCell | PersonCell] = field(default_factory=Counter)

    def add(self, cell: Cell | CreditCell, *, quantity: Decimal, facts: int) -> None:
        self.quantity[cell] += quantity
        self.facts[cell] += facts

    def take_away(self, other: Amounts) -> None:
        for cell, quantity in other.quantity.items():
            self.quantity[cell] -= quantity
        self.facts.subtract(other.facts)

    def take_in(self, other: Amounts) -> None:
        for cell, quantity in other.quantity.items():
            self.quantity[cell] += quantity
        self.facts.update(other.facts)


Partners = Mapping[int, Collection[int]]
"""By the id of the fact."""
Verdicts = Mapping[str, bool]
"""What holds for an occasion now; absent where nobody has said anything."""


def digest(cell: Cell | CreditCell | PersonCell) -> str:
    """The primary key of a cell: the same for the same dimensions, wherever it is computed."""
    text = "\x1f".join(str(int(value)) if isinstance(value, bool) else str(value) for value in cell)
    return hashlib.blake2b(f"{type(cell).__name__}\x1f{text}".encode(), digest_size=16).hexdigest()


def is_verified(evidence: str, *, verdict: bool | None) -> bool:
    """What the office said holds; where it said nothing, the class of evidence decides."""
    return evidence not in UNVERIFIED_AT_FIRST if verdict is None else verdict


def town_of(region: str) -> str:
    return region[:TOWN_DIGITS].ljust(12, "0")


def general_amounts(facts: Iterable[Fact], *, partners: Partners, verdicts: Verdicts) -> Amounts:
    """The general cube: every row adds its quantity, a reversal a negative one."""
    amounts = Amounts()
    for fact in facts:
        verified = is_verified(fact.evidence, verdict=verdicts.get(fact.occasion))
        number = -1 if fact.reverses_id else 1
        amounts.add(_general_cell(fact, verified=verified), quantity=fact.quantity, facts=number)
        for unit, is_lead in _credited(fact, partners=partners.get(fact.pk, ())):
            cell = CreditCell(
                None, fact.month, unit, is_lead, fact.kind, fact.plan, fact.measure, fact.unit, verified
            )
            amounts.add(cell, quantity=fact.quantity, facts=number)
    return amounts


def rule_amounts(
    facts: Iterable[Fact], *, rule: int, question: Question, partners: Partners, verdicts: Verdicts
) -> Amounts:
    """What a rule counts of these rows. For a rule of once per session they must be whole groups: see `group_of`."""
    amounts = Amounts()
    for fact in counted_facts(facts, question=question, partners=partners):
        verified = is_verified(fact.evidence, verdict=verdicts.get(fact.occasion))
        amounts.add(_rule_cell(fact, rule=rule, verified=verified), quantity=fact.quantity, facts=1)
        for unit, is_lead in _credited(fact, partners=partners.get(fact.pk, ())):
            cell = CreditCell(rule, fact.month, unit, is_lead, "", "", "", fact.unit, verified)
            amounts.add(cell, quantity=fact.quantity, facts=1)
        if verified and fact.person_key:
            amounts.facts[PersonCell(rule, fact.person_key)] += 1
    return amounts


def counted_facts(facts: Iterable[Fact], *, question: Question, partners: Partners) -> list[Fact]:
    """The live rows that a question counts, each group by its best row where a person counts once per session."""
    matching = [fact for fact in live(facts) if question.matches(fact, partners=partners.get(fact.pk, ()))]
    if not question.once_per_session:
        return matching
    best: dict[object, Fact] = {}
    for fact in sorted(matching, key=preference):
        best.setdefault(group_of(fact), fact)
    return list(best.values())


def live(facts: Iterable[Fact]) -> list[Fact]:
    """Rows that are no reversals and have none among these rows."""
    rows = list(facts)
    reversed_rows = {fact.reverses_id for fact in rows if fact.reverses_id}
    return [fact for fact in rows if not fact.reverses_id and fact.pk not in reversed_rows]


def group_of(fact: Fact) -> object:
    """One person at one occasion on one day; a head count is a group of its own."""
    return (fact.occasion, fact.happened_on, fact.person_key) if fact.person_key else fact.pk


def preference(fact: Fact) -> tuple[bool, int]:
    """Of several rows for the same person and session the one with the better evidence counts, then the earlier one."""
    return fact.evidence in UNVERIFIED_AT_FIRST, fact.pk


def _general_cell(fact: Fact, *, verified: bool) -> Cell:
    return Cell(
        rule=None,
        month=fact.month,
        town=town_of(fact.region),
        kind=fact.kind,
        activity_kind=fact.activity_kind,
        audience=fact.audience,
        plan=fact.plan,
        measure=fact.measure,
        evidence=fact.evidence,
        setting=fact.setting,
        unit=fact.unit,
        organisation=fact.organisation,
        is_verified=verified,
    )


def _rule_cell(fact: Fact, *, rule: int, verified: bool) -> Cell:
    whole = _general_cell(fact, verified=verified)
    return whole._replace(rule=rule, kind="", activity_kind="", audience="", plan="", measure="", setting="")


def _credited(fact: Fact, *, partners: Collection[int]) -> list[tuple[int, bool]]:
    return [(fact.organisation, True), *((unit, False) for unit in partners)]
