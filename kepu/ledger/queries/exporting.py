"""Facts in bulk, for engines outside the database. Nothing in them says who anybody is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from kepu.ledger.contributions import is_verified
from kepu.ledger.models import Fact, PartnerCredit
from kepu.ledger.queries.verdicts import verdicts_on

ROWS_AT_A_TIME = 5000
_PLAIN = (
    "kind",
    "activity_kind",
    "unit",
    "happened_on",
    "recorded_at",
    "region",
    "organisation",
    "plan",
    "measure",
    "audience",
    "setting",
    "age",
    "evidence",
)


def exported_facts(*, after: int = 0, rows: int = ROWS_AT_A_TIME) -> Iterator[list[dict[str, Any]]]:
    """All facts after a number in the order of recording, in portions: three queries for each."""
    while True:
        facts = list(Fact.objects.filter(pk__gt=after).order_by("pk")[:rows])
        if not facts:
            return
        yield _portion(facts)
        after = facts[-1].pk


def _portion(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    verdicts = verdicts_on({fact.occasion for fact in facts})
    partners = _partners(facts)
    return [
        {name: getattr(fact, name) for name in _PLAIN}
        | {
            "number": fact.pk,
            "quantity": float(fact.quantity),
            "partners": partners[fact.pk],
            "themes": [theme for theme in fact.themes.split(",") if theme],
            "person": fact.person_key,
            "is_verified": is_verified(fact.evidence, verdict=verdicts.get(fact.occasion)),
        }
        for fact in facts
    ]


def _partners(facts: Sequence[Fact]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    between = PartnerCredit.objects.filter(fact__gte=facts[0].pk, fact__lte=facts[-1].pk)
    for fact, organisation in between.order_by("pk").values_list("fact", "organisation"):
        found[fact].append(organisation)
    return found
