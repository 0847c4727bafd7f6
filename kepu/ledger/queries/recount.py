"""All tallies counted anew from the facts: to rebuild them, to apply a new rule to the past, to compare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Substr

from kepu.ledger.contributions import TOWN_DIGITS, Amounts, Cell, CreditCell, PersonCell
from kepu.ledger.models import CreditTally, Fact, RulePerson, Tally
from kepu.ledger.queries.counted import counted_rows, with_verified
from kepu.ledger.queries.running_rules import RunningRule

_NET = Sum(Case(When(reverses__isnull=True, then=Value(1)), default=Value(-1), output_field=IntegerField()))
_DIMENSIONS = (
    "month",
    "place",
    "kind",
    "activity_kind",
    "audience",
    "plan",
    "measure",
    "evidence",
    "setting",
    "unit",
    "organisation",
    "verified",
)
_CREDIT_DIMENSIONS = ("month", "kind", "plan", "measure", "unit", "verified")


def months_with_facts() -> list[int]:
    """From the tallies, which know them without reading every fact."""
    return sorted(Tally.objects.filter(rule=None).order_by().values_list("month", flat=True).distinct())


def general_recount() -> Amounts:
    """The general cube and what is credited in it."""
    amounts = Amounts()
    rows = with_verified(Fact.objects.order_by()).annotate(place=Substr("region", 1, TOWN_DIGITS))
    for *dimensions, quantity, facts in rows.values_list(*_DIMENSIONS).annotate(sum=Sum("quantity"), n=_NET):
        cell = _cell(None, dimensions)
        amounts.add(cell, quantity=quantity, facts=facts)
        credit = CreditCell(
            None,
            cell.month,
            cell.organisation,
            True,
            cell.kind,
            cell.plan,
            cell.measure,
            cell.unit,
            cell.is_verified,
        )
        amounts.add(credit, quantity=quantity, facts=facts)
    partners = with_verified(Fact.objects.filter(partners__isnull=False).order_by())
    sums = partners.values_list("partners__organisation", *_CREDIT_DIMENSIONS)
    for unit, *rest, quantity, facts in sums.annotate(sum=Sum("quantity"), n=_NET):
        month, kind, plan, measure, counted_in, verified = rest
        credit = CreditCell(None, month, unit, False, kind, plan, measure, counted_in, verified)
        amounts.add(credit, quantity=quantity, facts=facts)
    return amounts


def rule_recount(rule: RunningRule, *, month: int | None = None) -> Amounts:
    """What a rule counts: of one month, or of all months up to which it follows the facts."""
    when = Q(month__lte=rule.through) if month is None else Q(month=month)
    rows = counted_rows(rule.question).filter(when)
    amounts = Amounts()
    _lead(rows, rule=rule.pk, amounts=amounts)
    _partners(rows, rule=rule.pk, amounts=amounts)
    known = rows.filter(verified=True).exclude(person_key="")
    for person, number in known.values_list("person_key").annotate(n=Count("pk")):
        amounts.facts[PersonCell(rule.pk, person)] += number
    return amounts


def _lead(rows: QuerySet[Any, Any], *, rule: int, amounts: Amounts) -> None:
    placed = rows.annotate(place=Substr("region", 1, TOWN_DIGITS))
    sums = placed.values_list("month", "place", "evidence", "unit", "organisation", "verified")
    for *dimensions, quantity, number in sums.annotate(sum=Sum("quantity"), n=Count("pk")):
        month, place, evidence, unit, organisation, verified = dimensions
        whole = [month, place, "", "", "", "", "", evidence, "", unit, organisation, verified]
        amounts.add(_cell(rule, whole), quantity=quantity, facts=number)
        credit = CreditCell(rule, month, organisation, True, "", "", "", unit, verified)
        amounts.add(credit, quantity=quantity, facts=number)


def _partners(rows: QuerySet[Any, Any], *, rule: int, amounts: Amounts) -> None:
    joint = rows.filter(partners__isnull=False)
    sums = joint.values_list("partners__organisation", "month", "unit", "verified")
    for organisation, month, unit, verified, quantity, number in sums.annotate(
        sum=Sum("quantity"), n=Count("pk")
    ):
        credit = CreditCell(rule, month, organisation, False, "", "", "", unit, verified)
        amounts.add(credit, quantity=quantity, facts=number)


def _cell(rule: int | None, dimensions: list[Any]) -> Cell:
    month, place, *middle, verified = dimensions
    return Cell._make([rule, month, place.ljust(12, "0"), *middle, bool(verified)])


def kept() -> Amounts:
    """What the tallies say now; cells that came back to nothing are left out."""
    amounts = Amounts()
    for model, kind in ((Tally, Cell), (CreditTally, CreditCell)):
        for *dimensions, quantity, facts in _rows(model):
            amounts.add(kind(*dimensions), quantity=quantity, facts=facts)
    for rule, person, facts in RulePerson.objects.order_by().values_list("rule", "person_key", "facts"):
        amounts.facts[PersonCell(rule, person)] = facts
    return amounts


def _rows(model: type[Tally] | type[CreditTally]) -> Iterator[tuple[Any, ...]]:
    columns = [field.attname for field in model._meta.concrete_fields if field.name != "cell"]
    yield from model.objects.order_by().values_list(*columns).iterator(chunk_size=5000)
