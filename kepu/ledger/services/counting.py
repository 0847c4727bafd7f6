"""Keeping the tallies right in the transaction that changes the facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, Q

from kepu.ledger.contributions import Amounts, general_amounts, rule_amounts
from kepu.ledger.models import Fact, PartnerCredit, RuleProgress
from kepu.ledger.queries.running_rules import RunningRule, running_rules
from kepu.ledger.queries.verdicts import verdicts_on
from kepu.ledger.services import rows


def count_in(facts: Sequence[Fact], *, partners: Mapping[int, Sequence[int]]) -> None:
    """Take rows that have just been written into every tally they belong to."""
    verdicts = verdicts_on({fact.occasion for fact in facts})
    change = general_amounts(facts, partners=partners, verdicts=verdicts)
    for rule in running_rules():
        change.take_in(_rule_change(rule, facts=facts, partners=partners, verdicts=verdicts))
    keep(change)


def count_again(facts: Sequence[Fact], *, before: Mapping[str, bool], after: Mapping[str, bool]) -> None:
    """Move all rows of some occasions from one side to the other when the office has said something of them."""
    partners = partners_of(facts)
    change = general_amounts(facts, partners=partners, verdicts=after)
    change.take_away(general_amounts(facts, partners=partners, verdicts=before))
    for rule in running_rules():
        due = [fact for fact in facts if fact.month <= rule.through]
        for verdicts, put in ((after, change.take_in), (before, change.take_away)):
            put(rule_amounts(due, rule=rule.pk, question=rule.question, partners=partners, verdicts=verdicts))
    keep(change)


def keep(change: Amounts) -> None:
    """Write differences into the tallies, and how many people each rule counts."""
    for rule, number in sorted(rows.add_up(change).items()):
        RuleProgress.objects.filter(rule=rule).update(people=F("people") + number)


def partners_of(facts: Iterable[Fact]) -> dict[int, list[int]]:
    """The units that took part in each of these rows."""
    found: dict[int, list[int]] = {}
    credits_given = PartnerCredit.objects.filter(fact__in=[fact.pk for fact in facts])
    for fact, unit in credits_given.values_list("fact", "organisation"):
        found.setdefault(fact, []).append(unit)
    return found


def _rule_change(
    rule: RunningRule,
    *,
    facts: Sequence[Fact],
    partners: Mapping[int, Sequence[int]],
    verdicts: Mapping[str, bool],
) -> Amounts:
    """What new rows change in a rule: all rows of their groups, counted with them and without them."""
    new = [
        fact
        for fact in facts
        if fact.month <= rule.through and rule.question.matches(fact, partners=partners.get(fact.pk, ()))
    ]
    if not new:
        return Amounts()
    older = _older_rows(new, rule=rule)
    known = {**partners_of(older), **partners} if older else partners
    change = rule_amounts(
        [*older, *new], rule=rule.pk, question=rule.question, partners=known, verdicts=verdicts
    )
    change.take_away(
        rule_amounts(older, rule=rule.pk, question=rule.question, partners=known, verdicts=verdicts)
    )
    return change


def _older_rows(new: Sequence[Fact], *, rule: RunningRule) -> list[Fact]:
    """Rows written before that decide what the new ones change: the originals of reversals, and the groups."""
    asked = Q(pk__in=[fact.reverses_id for fact in new if fact.reverses_id])
    people = [fact for fact in new if fact.person_key] if rule.question.once_per_session else []
    if people:
        asked |= Q(
            occasion__in={fact.occasion for fact in people},
            person_key__in={fact.person_key for fact in people},
        )
    elif not any(fact.reverses_id for fact in new):
        return []
    return list(Fact.objects.filter(asked).exclude(pk__in=[fact.pk for fact in new]))
