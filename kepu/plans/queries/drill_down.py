"""From a counted total down to the single fact: by quarter, town, unit and evidence, then the list."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kepu.accounts.models import Organisation
from kepu.ledger.happenings import EvidenceClass
from kepu.ledger.queries import (
    CountedFact,
    Question,
    Share,
    by_evidence,
    by_month,
    by_town,
    by_unit,
    facts_counted_by,
)
from kepu.regions.models import Region

FACTS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a break-down; `value` is what the address asks for to see its facts."""

    value: str
    label: str
    verified: Decimal
    unverified: Decimal


@dataclass(frozen=True, slots=True)
class BreakDown:
    """One way to take the total apart."""

    field: str
    title: str
    note: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact with names in the place of codes."""

    fact: CountedFact
    town: str
    organisation: str
    evidence: str


def break_downs(rule: int) -> list[BreakDown]:
    """The total of a rule in four ways: four queries, and one each for the names of towns and units."""
    return [
        BreakDown("quarter", _("按季度"), "", _quarters(by_month(rule))),
        BreakDown("town", _("按乡镇街道"), "", _parts(by_town(rule), names=_towns)),
        BreakDown(
            "unit",
            _("按单位"),
            _("牵头和参加的单位都记，各单位相加会大于总数"),
            _parts(by_unit(rule), names=_units),
        ),
        BreakDown("evidence", _("按证据"), "", _parts(by_evidence(rule), names=_evidence)),
    ]


def asked_part(asked: Mapping[str, str]) -> Question:
    """What an address asks for, as a question; what it cannot mean is not asked."""
    since, until = _days(asked.get("quarter", ""))
    town, unit, evidence = (asked.get(name, "") for name in ("town", "unit", "evidence"))
    return Question(
        regions=(town,) if town.isdigit() and len(town) == 12 else (),
        organisations=(int(unit),) if unit.isdecimal() and len(unit) < 10 else (),
        evidence=(evidence,) if evidence in EvidenceClass.values else (),
        since=since,
        until=until,
    )


def fact_rows(question: Question, *, within: Question, page: int) -> tuple[list[FactRow], bool]:
    """A page of facts with names, and whether there are more. Three queries."""
    first = (page - 1) * FACTS_A_PAGE
    found = facts_counted_by(question, within=within, first=first, number=FACTS_A_PAGE)
    shown = found[:FACTS_A_PAGE]
    towns = _towns({fact.region for fact in shown})
    units = _units({fact.organisation for fact in shown})
    rows = [
        FactRow(
            fact,
            towns.get(fact.region, fact.region),
            units.get(fact.organisation, ""),
            str(EvidenceClass(fact.evidence).label),
        )
        for fact in shown
    ]
    return rows, len(found) > FACTS_A_PAGE


def _quarters(months: Sequence[Share]) -> list[Part]:
    sums: dict[tuple[int, int], list[Decimal]] = {}
    for share in months:
        year, month = divmod(share.of, 100)
        amounts = sums.setdefault((year, (month + 2) // 3), [Decimal(0), Decimal(0)])
        amounts[0] += share.verified
        amounts[1] += share.unverified
    return [
        Part(f"{year}-{quarter}", _quarter_name(year, quarter), *amounts)
        for (year, quarter), amounts in sums.items()
    ]


def _quarter_name(year: int, quarter: int) -> str:
    return _("%(year)d 年第 %(quarter)d 季度") % {"year": year, "quarter": quarter}


def _days(quarter: str) -> tuple[date | None, date | None]:
    year, dash, number = quarter.partition("-")
    if not (dash and year.isdecimal() and len(year) == 4 and number in {"1", "2", "3", "4"}):
        return None, None
    last = 3 * int(number)
    if not int(year):
        return None, None
    return date(int(year), last - 2, 1), date(int(year), last, monthrange(int(year), last)[1])


def _parts(shares: Sequence[Share], *, names: Callable[[set[Any]], Mapping[Any, str]]) -> list[Part]:
    known = names({share.of for share in shares})
    parts = [
        Part(str(one.of), known.get(one.of, str(one.of)), one.verified, one.unverified) for one in shares
    ]
    return sorted(parts, key=lambda part: (-part.verified, -part.unverified, part.label))


def _towns(codes: set[str]) -> dict[str, str]:
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


def _units(ids: set[int]) -> dict[int, str]:
    return dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "short_name"))


def _evidence(codes: set[str]) -> dict[str, str]:
    return {code: str(EvidenceClass(code).label) for code in codes}
