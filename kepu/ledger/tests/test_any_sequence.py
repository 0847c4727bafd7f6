"""Whatever happens in whatever order, every total is that of the facts that stand.

A plain model in Python (lists, no tallies, no SQL) goes through the same steps and says what the ledger should.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kepu.audit.services import SYSTEM
from kepu.ledger import queries, services
from kepu.ledger.happenings import UNVERIFIED_AT_FIRST, EvidenceClass, Happening
from kepu.ledger.models import Closing, Fact
from kepu.ledger.queries.proofs import root_now
from kepu.ledger.question import Question, question_from
from kepu.ledger.services.rebuilding import differences, rebuild
from tests.factories.ledger import A_MOMENT, happening

RULES = [
    {"min_age": 60, "once_per_session": True},
    {"evidence": ["scanned", "imported"], "regions": ["330604000000"], "once_per_session": True},
    {"organisations": [8], "since": "2025-10-01", "until": "2025-10-31"},
    {},
]
HAPPENINGS = st.builds(
    lambda person, day, **rest: happening(
        person_key=person, happened_on=date(2025, 9, 30) + timedelta(days=day), **rest
    ),
    person=st.sampled_from(["", "p1", "p2", "p3"]),
    day=st.integers(0, 2),
    quantity=st.sampled_from([Decimal(1), Decimal(1), Decimal("2.5")]),
    occasion=st.sampled_from(["session:1", "session:2", "import:1"]),
    evidence=st.sampled_from(list(EvidenceClass)),
    age=st.sampled_from([None, 59, 60, 80]),
    region=st.sampled_from(["330604101000", "330604102003", "330602001000"]),
    organisation=st.sampled_from([7, 8]),
    partners=st.sampled_from([(), (8,), (8, 9)]),
)


@dataclass(frozen=True)
class Row:
    number: int
    fact: Happening


class Model:
    """What should hold."""

    def __init__(self):
        self.rows: dict[str, Row] = {}
        self.live: dict[str, Row] = {}
        self.verdicts: dict[str, bool] = {}

    def counted(self, question: Question):
        rows = [row for row in self.live.values() if self.asks(question, row.fact)]
        if not question.once_per_session:
            return rows
        rows.sort(key=lambda row: (row.fact.evidence in UNVERIFIED_AT_FIRST, row.number))
        best = {}
        for row in rows:
            one = row.fact
            best.setdefault(
                (one.occasion, one.happened_on, one.person_key) if one.person_key else row.number, row
            )
        return list(best.values())

    @staticmethod
    def asks(question, one):
        return (
            (question.min_age is None or (one.age is not None and one.age >= question.min_age))
            and (not question.evidence or one.evidence in question.evidence)
            and (not question.regions or one.region.startswith("330604"))
            and (not question.organisations or 8 in (one.organisation, *one.partners))
            and (question.since is None or question.since <= one.happened_on <= question.until)
        )

    def total(self, question):
        rows = self.counted(question)
        sure = [row.fact for row in rows if self.is_verified(row.fact)]
        verified = sum((one.quantity for one in sure), Decimal(0))
        people = {one.person_key for one in sure} - {""}
        return verified, sum((row.fact.quantity for row in rows), Decimal(0)) - verified, len(people)

    def is_verified(self, one):
        return self.verdicts.get(one.occasion, one.evidence not in UNVERIFIED_AT_FIRST)


class AnySequence(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.model, self.now, self.snapshots, self.codes = Model(), A_MOMENT, [], {}

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def tick(self):
        self.now += timedelta(minutes=1)
        return self.now

    def take_in(self, key, one, receipt):
        if receipt.is_new:
            self.model.rows[key] = self.model.live[key] = Row(receipt.number, one)

    @rule(one=HAPPENINGS, name=st.integers(0, 40))
    def record(self, one, name):
        key = f"k{name}"
        known = self.model.rows.get(key)
        one = known.fact if known else one
        receipt = services.record(one, key=key, by=SYSTEM, at=self.tick())
        assert receipt.is_new == (known is None)
        self.take_in(key, one, receipt)

    @rule(many=st.lists(HAPPENINGS, min_size=1, max_size=6), start=st.integers(41, 60))
    def import_many(self, many, start):
        pairs = []
        for place, one in enumerate(many):
            key = f"k{start + place}"
            known = self.model.rows.get(key)
            pairs.append((key, known.fact if known else one))
        receipts = services.record_all(pairs, by=SYSTEM, at=self.tick())
        for (key, one), receipt in zip(pairs, receipts, strict=True):
            self.take_in(key, one, receipt)

    @precondition(lambda self: self.model.rows)
    @rule(data=st.data())
    def reverse(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.rows)))
        if key in self.model.live:
            services.reverse(key, reason="更正", by=SYSTEM, at=self.tick())
            del self.model.live[key]
        else:
            with pytest.raises(services.AlreadyReversed):
                services.reverse(key, reason="更正", by=SYSTEM, at=self.tick())

    @rule(occasion=st.sampled_from(["session:1", "import:1"]), confirmed=st.booleans())
    def decide(self, occasion, confirmed):
        if not any(row.fact.occasion == occasion for row in self.model.rows.values()):
            return
        if confirmed:
            services.verify_occasion(occasion, by=SYSTEM, at=self.tick())
        else:
            services.refuse_occasion(occasion, reason="不属实", by=SYSTEM, at=self.tick())
        self.model.verdicts[occasion] = confirmed

    @rule(number=st.integers(0, 1), definition=st.sampled_from(RULES), months=st.integers(0, 4))
    def define(self, number, definition, months):
        """A rule may stay on its way through the past while facts go on coming in."""
        code = f"rule{number}"
        services.define_rule(code, title="规则", definition=definition, by=SYSTEM, at=self.tick())
        self.codes[code] = definition
        steps = services.apply_rule(code)
        for _step in range(months):
            next(steps, None)

    @precondition(lambda self: self.codes)
    @rule()
    def finish_rules(self):
        for code in self.codes:
            list(services.apply_rule(code))

    @rule()
    def remember(self):
        """What is known at this moment is what will be printed of it later."""
        question = question_from(RULES[len(self.snapshots) % len(RULES)])
        self.snapshots.append((question, self.now, queries.total(question, as_of=self.now)))

    @rule()
    def close(self):
        try:
            services.close_period(f"{self.now:%d%H%M}-{Closing.objects.count()}", by=SYSTEM, at=self.tick())
        except services.NothingToClose:
            assert not Fact.objects.filter(recorded_at__gt=self.now).exists()

    @rule()
    def rebuild(self):
        rebuild()

    @invariant()
    def totals_are_those_of_the_standing_facts(self):
        for definition in RULES:
            question = question_from(definition)
            found = queries.total(question)
            assert (found.quantity, found.unverified, found.people) == self.model.total(question)

    @invariant()
    def rules_in_force_say_the_same(self):
        for code, found in queries.rule_counts(list(self.codes)).items():
            question = next(
                one for one in queries.rule_versions(code) if one.version == found.version
            ).question
            assert (found.total.quantity, found.total.unverified, found.total.people) == self.model.total(
                question
            )

    @invariant()
    def tallies_agree_with_the_facts(self):
        assert differences() == []

    @invariant()
    def the_past_prints_again(self):
        for question, moment, known in self.snapshots:
            assert queries.total(question, as_of=moment) == known

    @invariant()
    def closed_periods_stay_sealed(self):
        for closing in Closing.objects.all():
            assert root_now(closing) == closing.root


@pytest.mark.django_db
def test_totals_are_those_of_the_standing_facts_after_any_sequence():
    run_state_machine_as_test(
        AnySequence,
        settings=settings(
            max_examples=10,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_a_question_asks_the_same_of_a_row_and_of_the_table():
    """The two readings of a question differ in language only."""
    pairs = [
        (f"k{n}", happening(person_key=f"p{n}", age=age, region=region, themes=themes, happened_on=day))
        for n, (age, region, themes, day) in enumerate(
            (age, region, themes, day)
            for age in (None, 59, 60)
            for region in ("330604101000", "330602001000", "330000000000")
            for themes in ([], ["a:b"], ["a:bc"])
            for day in (date(2025, 9, 30), date(2025, 10, 1))
        )
    ]
    services.record_all(pairs, by=SYSTEM, at=A_MOMENT)
    questions = [
        Question(min_age=60),
        Question(max_age=59),
        Question(regions=("330604000000",)),
        Question(regions=("330600000000",)),
        Question(regions=("330000000000",)),
        Question(themes=("a:b",)),
        Question(since=date(2025, 10, 1)),
        Question(until=date(2025, 9, 30)),
        Question(plan="other"),
        Question(kinds=("attendance",), audiences=("elders",), themes=("a:b", "a:bc"), min_age=60),
    ]
    for question in questions:
        in_sql = set(Fact.objects.filter(question.condition()).values_list("pk", flat=True))
        in_hand = {fact.pk for fact in Fact.objects.all() if question.matches(fact, partners=())}
        assert in_sql == in_hand, question
        assert question_from(question.as_json()) == question
        assert replace(question) == question
