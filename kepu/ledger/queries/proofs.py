"""Proofs that something is part of a closed period, and the look whether the rows still lead to the published root."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice

from kepu.ledger import merkle
from kepu.ledger.models import Closing, Fact, PublishedCount
from kepu.ledger.queries.entries import entries_of, facts_in
from kepu.ledger.queries.words import Line, in_words
from kepu.ledger.question import question_from

PIECE = 1024
"""Leaves of a full piece; a power of two, so that the tree over pieces is the tree over leaves."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That an entry stands at a place of a closing: its hash and the hashes beside its way to the root."""

    label: str
    closed_at: datetime
    index: int
    size: int
    leaf: str
    path: Sequence[str]
    root: str

    @property
    def holds(self) -> bool:
        """Compute the way from the leaf to the root again."""
        return merkle.is_included(
            bytes.fromhex(self.leaf),
            index=self.index,
            size=self.size,
            path=[bytes.fromhex(one) for one in self.path],
            root=bytes.fromhex(self.root),
        )


@dataclass(frozen=True, slots=True)
class FactStanding:
    """What may be said of a fact in public: that it is there, whether it stands, and where it is sealed. No person."""

    recorded_at: datetime
    stands: bool
    proof: Proof | None
    """None until the period is closed."""


@dataclass(frozen=True, slots=True)
class CountShown:
    """A published count, what it counted, and its proof."""

    number: str
    title: str
    version: int
    words: Sequence[Line]
    quantity: Decimal
    unverified: Decimal
    people: int
    proof: Proof


def standing_of(key: str) -> FactStanding | None:
    """Whether the fact behind a certificate stands and is sealed; None where there is no such fact.

    For the page of whoever knows the key from a number that is printed; it says nothing about the person.
    """
    fact = Fact.objects.filter(key=key).first()
    if fact is None:
        return None
    stands = not Fact.objects.filter(reverses=fact.pk).exists()
    return FactStanding(fact.recorded_at, stands, _fact_proof(fact))


def published_count(number: str) -> CountShown | None:
    """The count that was published under a number."""
    count = PublishedCount.objects.select_related("closing", "rule").filter(number=number.strip()).first()
    if count is None:
        return None
    return CountShown(
        count.number,
        count.rule.title,
        count.rule.version,
        in_words(question_from(count.rule.definition)),
        count.quantity,
        count.unverified,
        count.people,
        _proof(count.closing, index=count.position),
    )


def closings() -> list[Closing]:
    """All closed periods, the newest first, each with its counts."""
    return list(Closing.objects.prefetch_related("counts__rule"))


def root_now(closing: Closing) -> str:
    """The root that the rows lead to today; another one than was published means that the past was changed."""
    counts = closing.counts.select_related("rule").order_by("position")
    return merkle.root(list(pieces(entries_of(closing, counts=counts)))).hex()


def pieces(entries: Iterable[bytes]) -> Iterator[bytes]:
    """The roots of the pieces of a tree over these entries."""
    hashes = map(merkle.leaf_hash, entries)
    while some := list(islice(hashes, PIECE)):
        yield merkle.root(some)


def _fact_proof(fact: Fact) -> Proof | None:
    closing = Closing.objects.filter(last_fact__gte=fact.pk).order_by("pk").first()
    if closing is None:
        return None
    return _proof(closing, index=1 + facts_in(closing).filter(pk__lt=fact.pk).count())


def _proof(closing: Closing, *, index: int) -> Proof:
    """Reads one piece of entries and the roots of the others."""
    piece, place = divmod(index, PIECE)
    counts = closing.counts.select_related("rule").order_by("position")
    found = entries_of(closing, counts=counts, start=piece * PIECE, stop=(piece + 1) * PIECE)
    leaves = list(map(merkle.leaf_hash, found))
    roots = [bytes.fromhex(one) for one in closing.pieces.values_list("root", flat=True)]
    beside = merkle.path(leaves, index=place) + merkle.path(roots, index=piece)
    return Proof(
        closing.label,
        closing.closed_at,
        index,
        closing.size,
        leaves[place].hex(),
        [one.hex() for one in beside],
        closing.root,
    )
