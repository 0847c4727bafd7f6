"""The one way into the ledger. A key that is known gives the receipt it gave before; nothing is ever changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from kepu.accounts.models import Organisation, User
from kepu.audit.services import System
from kepu.core.errors import require
from kepu.ledger import rules
from kepu.ledger.happenings import EvidenceClass, Happening
from kepu.ledger.models import Fact, PartnerCredit
from kepu.ledger.queries.closings import closed_until
from kepu.ledger.question import month_of
from kepu.ledger.services import rows
from kepu.ledger.services.counting import count_in, partners_of
from kepu.ledger.services.refusals import (
    LONGEST_REASON,
    AlreadyReversed,
    BadFact,
    KeyReused,
    NoSuchFact,
    NotReversible,
    PeriodClosed,
    ReasonMissing,
)

MOST = Decimal(10) ** 12
FACTS_A_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Receipt:
    """Which row it is, and whether this call wrote it."""

    number: int
    key: str
    is_new: bool


def record(happening: Happening, *, key: str, by: User | System, at: datetime) -> Receipt:
    """Write one fact in the caller's transaction, or give the receipt of the one that has this key.

    Who may do the deed has been checked by whoever knows the deed; the ledger checks the fact.
    """
    return record_all([(key, happening)], by=by, at=at)[0]


def record_all(
    happenings: Iterable[tuple[str, Happening]], *, by: User | System, at: datetime
) -> list[Receipt]:
    """Write many facts, all or none, in the order given; keys that are known give their old receipts."""
    receipts: list[Receipt] = []
    batch: list[tuple[str, Happening]] = []
    with transaction.atomic():
        for pair in happenings:
            batch.append(pair)
            if len(batch) == FACTS_A_BATCH:
                receipts += _record_batch(batch, by=by, at=at)
                batch = []
        if batch:
            receipts += _record_batch(batch, by=by, at=at)
    return receipts


def reverse(key: str, *, reason: str, by: User | System, at: datetime) -> Receipt:
    """Take a fact back by a row like it with the opposite quantity. A fact can be taken back once."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ReasonMissing(field="reason")
    original = Fact.objects.filter(key=key).first()
    if original is None:
        raise NoSuchFact
    if original.reverses_id:
        raise NotReversible
    unit = Organisation.objects.filter(pk=original.organisation).first()
    require(rules.can_reverse(by, unit, region=original.region))
    with transaction.atomic():
        return _reverse(original, reason=reason, by=by, at=at)


def _reverse(original: Fact, *, reason: str, by: User | System, at: datetime) -> Receipt:
    row = Fact(
        **{
            field.attname: getattr(original, field.attname)
            for field in Fact._meta.concrete_fields
            if field.name not in _OF_THE_ROW_ITSELF
        },
        key=reversal_key(original),
        quantity=-original.quantity,
        reverses_id=original.pk,
        recorded_at=at,
        recorded_by=str(by)[:150],
        recorded_by_id=by.pk,
        reason=reason,
    )
    numbers = rows.insert_new([row])
    if not numbers:
        raise AlreadyReversed
    partners = partners_of([original]).get(original.pk, [])
    _written([row], numbers=numbers, partners={row.key: partners}, at=at)
    return Receipt(row.pk, row.key, is_new=True)


_OF_THE_ROW_ITSELF = {
    "id",
    "key",
    "quantity",
    "reverses",
    "recorded_at",
    "recorded_by",
    "recorded_by_id",
    "reason",
}


def reversal_key(fact: Fact) -> str:
    """By number, because the key of a fact may be as long as the column."""
    return f"reversal:{fact.pk}"


def _record_batch(
    batch: Sequence[tuple[str, Happening]], *, by: User | System, at: datetime
) -> list[Receipt]:
    facts: dict[str, Fact] = {}
    partners: dict[str, list[int]] = {}
    for key, happening in batch:
        fact = _fact(happening, key=key, by=by, at=at)
        _require_same(facts.setdefault(key, fact), again=fact)
        partners[key] = _partners(happening)
    numbers = rows.insert_new(list(facts.values()))
    new = [fact for key, fact in facts.items() if key in numbers]
    if new:
        _written(new, numbers=numbers, partners=partners, at=at)
    known = _known({key: fact for key, fact in facts.items() if key not in numbers})
    return _receipts([key for key, _happening in batch], numbers=numbers, known=known)


def _receipts(keys: Sequence[str], *, numbers: dict[str, int], known: dict[str, int]) -> list[Receipt]:
    """A key that comes twice in one batch is new once."""
    given: set[str] = set()
    receipts = []
    for key in keys:
        is_new = key in numbers and key not in given
        given.add(key)
        receipts.append(Receipt(numbers.get(key) or known[key], key, is_new))
    return receipts


def _written(
    facts: Sequence[Fact], *, numbers: dict[str, int], partners: dict[str, list[int]], at: datetime
) -> None:
    """Give the rows their numbers, credit their partners and count them.

    A closing takes a lock that waits for whoever has written; so the look at it comes after the writing.
    """
    for fact in facts:
        fact.pk = numbers[fact.key]
    if closed_until() > at:
        raise PeriodClosed
    by_number = {fact.pk: partners[fact.key] for fact in facts if partners[fact.key]}
    if by_number:
        PartnerCredit.objects.bulk_create(
            (
                PartnerCredit(fact_id=pk, organisation=unit)
                for pk, units in by_number.items()
                for unit in units
            ),
            batch_size=2000,
        )
    count_in(facts, partners=by_number)


def _known(facts: dict[str, Fact]) -> dict[str, int]:
    """The numbers of facts whose keys were taken before, by the same fact."""
    if not facts:
        return {}
    there = {fact.key: fact for fact in Fact.objects.filter(key__in=facts)}
    for key, fact in facts.items():
        _require_same(there[key], again=fact)
    return {key: fact.pk for key, fact in there.items()}


def _require_same(fact: Fact, *, again: Fact) -> None:
    """A retry says the same; another fact under the same key would be lost in silence."""
    if any(getattr(fact, name) != getattr(again, name) for name in _SAME_IN_A_RETRY):
        raise KeyReused


_SAME_IN_A_RETRY = ("kind", "quantity", "unit", "occasion", "person_key", "reverses_id")


def _fact(happening: Happening, *, key: str, by: User | System, at: datetime) -> Fact:
    _check(happening, key=key)
    themes = ",".join(dict.fromkeys(happening.themes))
    return Fact(
        key=key,
        kind=happening.kind,
        activity_kind=happening.activity_kind,
        quantity=happening.quantity,
        unit=happening.unit,
        happened_on=happening.happened_on,
        month=month_of(happening.happened_on),
        recorded_at=at,
        region=happening.region,
        organisation=happening.organisation,
        plan=happening.plan,
        measure=happening.measure,
        audience=happening.audience,
        themes=f",{themes}," if themes else "",
        setting=happening.setting,
        person_key=happening.person_key,
        age=happening.age,
        evidence=EvidenceClass(happening.evidence).value,
        occasion=happening.occasion,
        source=happening.source,
        source_address=happening.source_address,
        recorded_by=str(by)[:150],
        recorded_by_id=by.pk,
    )


def _partners(happening: Happening) -> list[int]:
    return [unit for unit in dict.fromkeys(happening.partners) if unit != happening.organisation]


_NEEDED = ("kind", "unit", "region", "occasion", "source")
_LENGTHS = {
    field.name: field.max_length
    for field in Fact._meta.concrete_fields
    if field.max_length and hasattr(Happening, field.name)
}


def _check(happening: Happening, *, key: str) -> None:
    if not 0 < len(key) <= 120 or key.startswith("reversal:"):
        raise BadFact(field="key")
    for name in _NEEDED:
        if not getattr(happening, name):
            raise BadFact(field=name)
    for name, length in _LENGTHS.items():
        if len(getattr(happening, name)) > length:
            raise BadFact(field=name)
    if any("," in theme for theme in happening.themes):
        raise BadFact(field="themes")
    _check_quantity(happening.quantity)
    if happening.age is not None and not 0 <= happening.age <= 150:
        raise BadFact(field="age")


def _check_quantity(quantity: Decimal) -> None:
    """Only what the database keeps without rounding; what takes away is a reversal."""
    if not quantity.is_finite() or not 0 < quantity < MOST or quantity != round(quantity, 2):
        raise BadFact(field="quantity")
