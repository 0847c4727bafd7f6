"""Facts are written once, are never changed, and every total follows from the rows that stand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from kepu.audit.services import SYSTEM
from kepu.core.errors import NotAllowed
from kepu.ledger import queries, services
from kepu.ledger.happenings import EvidenceClass
from kepu.ledger.models import Fact, PartnerCredit, Tally, Verdict
from kepu.ledger.queries import EvidenceTotal, Question
from kepu.ledger.services.rebuilding import differences, rebuild
from tests.factories.ledger import A_MOMENT, happening

pytestmark = pytest.mark.django_db
ANYTHING = Question()
LATER = A_MOMENT + timedelta(days=1)


def record(key, *, at=A_MOMENT, **different):
    return services.record(happening(**different), key=key, by=SYSTEM, at=at)


def test_a_repeated_key_gives_the_same_receipt_and_counts_once():
    first, again = record("a"), record("a")
    assert (first.is_new, again.is_new, again.number) == (True, False, first.number)
    assert queries.total(ANYTHING).quantity == 1


def test_a_key_that_stands_for_another_fact_is_refused():
    record("a")
    with pytest.raises(services.KeyReused):
        record("a", person_key="b" * 64)
    assert Fact.objects.count() == 1


def test_a_batch_gives_receipts_in_its_order_and_takes_a_key_once():
    record("b")
    pairs = [("a", happening()), ("b", happening()), ("a", happening())]
    receipts = services.record_all(pairs, by=SYSTEM, at=A_MOMENT)
    assert [(one.key, one.is_new) for one in receipts] == [("a", True), ("b", False), ("a", False)]


@pytest.mark.parametrize(
    ("different", "field"),
    [
        ({"quantity": Decimal(0)}, "quantity"),
        ({"quantity": Decimal("-1")}, "quantity"),
        ({"quantity": Decimal("0.001")}, "quantity"),
        ({"quantity": Decimal("NaN")}, "quantity"),
        ({"kind": ""}, "kind"),
        ({"source": "长" * 201}, "source"),
        ({"age": 151}, "age"),
        ({"themes": ["a,b"]}, "themes"),
    ],
)
def test_what_the_database_would_not_keep_as_it_is_is_refused(different, field):
    with pytest.raises(services.BadFact) as refused:
        record("a", **different)
    assert refused.value.field == field


@pytest.mark.parametrize("model", [Fact, PartnerCredit, Verdict])
@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_written(model, deed):
    record("a", partners=[8])
    services.verify_occasion("session:1", by=SYSTEM, at=A_MOMENT)
    rows = model.objects.all()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows._raw_delete("default") if deed == "delete" else rows.update(id=77)
    assert model.objects.count() == 1


def test_a_reversal_takes_the_fact_out_of_the_total_from_then_on():
    record("a")
    services.reverse("a", reason="重复登记", by=SYSTEM, at=LATER)
    assert queries.total(ANYTHING) == queries.Total()
    assert queries.total(ANYTHING, as_of=A_MOMENT).quantity == 1


def test_a_fact_is_reversed_at_most_once_and_a_reversal_never():
    record("a")
    receipt = services.reverse("a", reason="重复登记", by=SYSTEM, at=LATER)
    with pytest.raises(services.AlreadyReversed):
        services.reverse("a", reason="再来一次", by=SYSTEM, at=LATER)
    with pytest.raises(services.NotReversible):
        services.reverse(receipt.key, reason="反悔", by=SYSTEM, at=LATER)


def test_a_reversal_needs_a_reason_and_a_fact():
    record("a")
    with pytest.raises(services.ReasonMissing):
        services.reverse("a", reason="  ", by=SYSTEM, at=LATER)
    with pytest.raises(services.NoSuchFact):
        services.reverse("b", reason="没有", by=SYSTEM, at=LATER)


def test_an_import_counts_as_unverified_until_its_occasion_is_verified():
    record("a", evidence=EvidenceClass.IMPORTED, occasion="import:1")
    record("b", person_key="b" * 64)
    before = queries.total(ANYTHING)
    services.verify_occasion("import:1", by=SYSTEM, at=LATER)
    after = queries.total(ANYTHING)
    assert (before.quantity, before.unverified, before.people) == (1, 1, 1)
    assert (after.quantity, after.unverified, after.people) == (2, 0, 2)
    assert after.by_evidence == {
        "imported": EvidenceTotal(Decimal(1), Decimal(0)),
        "scanned": EvidenceTotal(Decimal(1), Decimal(0)),
    }
    assert queries.total(ANYTHING, as_of=A_MOMENT) == before


def test_what_is_recorded_after_the_verdict_follows_it():
    record("a", evidence=EvidenceClass.HEAD_COUNT, person_key="", age=None)
    services.verify_occasion("session:1", by=SYSTEM, at=A_MOMENT)
    record("b", evidence=EvidenceClass.HEAD_COUNT, person_key="", age=None, quantity=Decimal(30))
    assert (queries.total(ANYTHING).quantity, differences()) == (31, [])


def test_a_refused_occasion_counts_nothing_as_verified_whatever_the_evidence():
    record("a")
    services.refuse_occasion("session:1", reason="现场没有开课", by=SYSTEM, at=LATER)
    found = queries.total(ANYTHING)
    assert (found.quantity, found.unverified, found.people) == (0, 1, 0)


def test_a_verdict_cannot_be_put_before_the_last_one():
    record("a")
    services.verify_occasion("session:1", by=SYSTEM, at=LATER)
    with pytest.raises(services.VerdictTooEarly):
        services.refuse_occasion("session:1", reason="晚了", by=SYSTEM, at=A_MOMENT)


def test_a_joint_activity_credits_every_unit_and_counts_once_for_the_district():
    rule = ready_rule({})
    record("a", partners=[8, 9, 7])
    assert queries.total(ANYTHING).quantity == 1
    assert [(one.of, one.verified) for one in queries.by_unit(rule.pk)] == [(7, 1), (8, 1), (9, 1)]
    assert queries.total(Question(organisations=(9,))).quantity == 1


def test_compare_finds_a_tally_that_is_wrong_and_rebuild_mends_it():
    ready_rule({"once_per_session": True})
    record("a", partners=[8])
    assert differences() == []
    Tally.objects.update(quantity=5)
    assert len(differences()) == 2
    rebuild()
    assert differences() == []


def test_somebody_without_a_unit_in_it_may_not_reverse_or_verify(django_user_model):
    record("a")
    nobody = django_user_model.objects.create(username="nobody", name="路人")
    with pytest.raises(NotAllowed):
        services.reverse("a", reason="想改", by=nobody, at=LATER)
    with pytest.raises(NotAllowed):
        services.verify_occasion("session:1", by=nobody, at=LATER)
    with pytest.raises(NotAllowed):
        services.define_rule("x", title="规则", definition={}, by=nobody, at=LATER)


def ready_rule(definition, *, code="elders"):
    rule = services.define_rule(code, title="老年人培训", definition=definition, by=SYSTEM, at=A_MOMENT)
    list(services.apply_rule(code))
    return rule
