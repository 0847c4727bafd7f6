"""The entries of a closed period in the form in which they are hashed, and in their order.

The form is part of what is promised: whoever has the rows can compute the same root. JSON with sorted keys, no spaces,
UTF-8, quantities with two decimals, moments in UTC. The order: the root of the closing before, the facts, what the office
said of occasions, the counts published with the closing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Model, QuerySet

from kepu.ledger.models import Closing, Fact, PartnerCredit, PublishedCount, Verdict

ROWS_AT_ONCE = 1024


def entries_of(
    closing: Closing, *, counts: Iterable[PublishedCount], start: int = 0, stop: int | None = None
) -> Iterator[bytes]:
    """The entries from one place up to another; without a stop all that follow."""
    end = sys.maxsize if stop is None else stop
    for rows in (_chain(closing), facts_in(closing), verdicts_in(closing), list(counts)):
        number = rows.count() if isinstance(rows, QuerySet) else len(rows)
        if start < min(number, end):
            yield from _hashed(rows[start : min(number, end)])
        start, end = max(start - number, 0), max(end - number, 0)


def facts_in(closing: Closing) -> QuerySet[Fact]:
    return Fact.objects.filter(pk__gt=closing.first_fact, pk__lte=closing.last_fact).order_by("pk")


def verdicts_in(closing: Closing) -> QuerySet[Verdict]:
    after, last = closing.first_verdict, closing.last_verdict
    return Verdict.objects.filter(pk__gt=after, pk__lte=last).order_by("pk")


def fact_entry(fact: Fact, *, partners: Iterable[int]) -> bytes:
    return _entry("fact", _columns(fact) | {"partners": sorted(partners)})


def count_entry(count: PublishedCount) -> bytes:
    """Without its place in the tree and the number of the closing's row, which are not known before."""
    names = ("number", "quantity", "unverified", "people")
    values = {name: getattr(count, name) for name in names}
    rule = {"rule": count.rule.code, "version": count.rule.version, "definition": count.rule.definition}
    return _entry("count", values | rule)


def _chain(closing: Closing) -> list[bytes]:
    """The first entry of each closing names the one before, so that none can be exchanged for another."""
    return [_entry("previous", {"root": closing.previous_root})]


def _hashed(rows: Any) -> Iterator[bytes]:
    if isinstance(rows, QuerySet):
        yield from _row_entries(rows)
        return
    for row in rows:
        yield row if isinstance(row, bytes) else count_entry(row)


def _row_entries(rows: QuerySet[Any]) -> Iterator[bytes]:
    found = rows.iterator(chunk_size=ROWS_AT_ONCE)
    while some := list(islice(found, ROWS_AT_ONCE)):
        partners = _partners(some) if isinstance(some[0], Fact) else {}
        for row in some:
            if isinstance(row, Fact):
                yield fact_entry(row, partners=partners.get(row.pk, []))
            else:
                yield _entry("verdict", _columns(row))


def _columns(row: Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _entry(kind: str, values: dict[str, Any]) -> bytes:
    plain = {name: _plain(value) for name, value in values.items()}
    text = json.dumps({"entry": kind, **plain}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _partners(facts: Iterable[Fact]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    credits_given = PartnerCredit.objects.filter(fact__in=[fact.pk for fact in facts])
    for fact, unit in credits_given.values_list("fact", "organisation"):
        found.setdefault(fact, []).append(unit)
    return found
