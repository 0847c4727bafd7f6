"""Making the tallies again from the facts, and looking whether they still agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q

from kepu.ledger.contributions import Amounts, Cell, CreditCell, PersonCell
from kepu.ledger.models import CreditTally, RulePerson, RuleProgress, Tally
from kepu.ledger.queries.recount import general_recount, kept, rule_recount
from kepu.ledger.queries.running_rules import running_rules
from kepu.ledger.services import rows
from kepu.ledger.services.writers import hold_writers

AnyCell = Cell | CreditCell | PersonCell


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell of which the tallies say something else than the facts."""

    cell: AnyCell
    kept: tuple[Decimal, int]
    counted: tuple[Decimal, int]

    def __str__(self) -> str:
        where = ", ".join(
            f"{name}={value}" for name, value in zip(self.cell._fields, self.cell, strict=True) if value != ""
        )
        return (
            f"{type(self.cell).__name__}({where}): kept {_shown(self.kept)}, counted {_shown(self.counted)}"
        )


@transaction.atomic
def rebuild() -> int:
    """Throw all tallies away and count anew; gives the number of cells. Nobody writes facts meanwhile."""
    hold_writers()
    for model in (Tally, CreditTally, RulePerson):
        model.objects.all().delete()
    counted = recount()
    rows.add_up(counted)
    _keep_people()
    return len(counted.quantity)


@transaction.atomic
def differences() -> list[Difference]:
    """Where the tallies and the facts disagree; none is how it should be."""
    hold_writers()
    counted, there = recount(), kept()
    cells = {*counted.facts, *there.facts}
    found = [Difference(cell, _of(there, cell), _of(counted, cell)) for cell in cells]
    wrong = [one for one in found if one.kept != one.counted]
    return sorted([*wrong, *_people_differences()], key=str)


def recount() -> Amounts:
    """Everything that the tallies should say."""
    counted = general_recount()
    for rule in running_rules():
        counted.take_in(rule_recount(rule))
    return counted


def _of(amounts: Amounts, cell: AnyCell) -> tuple[Decimal, int]:
    quantity = Decimal(0) if isinstance(cell, PersonCell) else amounts.quantity[cell]
    return quantity.quantize(Decimal("0.01")), amounts.facts[cell]


def _people_by_rule() -> dict[int, int]:
    counted = RulePerson.objects.order_by().values("rule").annotate(n=Count("cell", filter=Q(facts__gt=0)))
    return dict(counted.values_list("rule", "n"))


def _keep_people() -> None:
    people = _people_by_rule()
    for progress in RuleProgress.objects.all():
        RuleProgress.objects.filter(pk=progress.pk).update(people=people.get(progress.rule_id, 0))


def _people_differences() -> Iterable[Difference]:
    """The number of people stands beside the rule, so that a page need not count them."""
    people = _people_by_rule()
    for rule, number in RuleProgress.objects.values_list("rule", "people"):
        counted = people.get(rule, 0)
        if number != counted:
            yield Difference(PersonCell(rule, "*"), (Decimal(0), number), (Decimal(0), counted))


def _shown(amount: tuple[Decimal, int]) -> str:
    return f"{amount[0]} in {amount[1]} facts"
