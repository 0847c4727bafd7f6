"""What anybody sees who checks a number: the count or the certificate, its proof, and no person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from kepu.audit.services import SYSTEM
from kepu.ledger import names, services
from tests.factories.ledger import A_MOMENT, happening

pytestmark = pytest.mark.django_db
LATER = A_MOMENT + timedelta(days=1)


@pytest.fixture
def closing():
    services.define_rule("elders", title="老年人培训", definition={"min_age": 60}, by=SYSTEM, at=A_MOMENT)
    list(services.apply_rule("elders"))
    services.record(happening(), key="a", by=SYSTEM, at=A_MOMENT)
    return services.close_period("2025 年第 3 季度", by=SYSTEM, at=LATER)


def page(client, **asked):
    return client.get(reverse("ledger:verify"), asked).content.decode()


def test_the_page_lists_the_closed_periods_with_their_roots(client, closing):
    assert closing.root in page(client)


def test_a_published_count_is_shown_with_its_rule_and_its_proof(client, closing):
    shown = page(client, number=" KP000001 ")
    assert "与结账时封存的数一致" in shown
    assert "满 60 岁" in shown
    assert "a" * 64 not in shown


def test_an_unknown_number_is_said_to_be_unknown(client, closing):
    assert "没有找到 KP999999" in page(client, number="KP999999")


def test_a_certificate_is_shown_as_valid_until_its_fact_is_taken_back(client, closing, monkeypatch):
    monkeypatch.setattr(names, "_certificates", [{"证-1": "a"}.__getitem__])
    valid = page(client, number="证-1")
    services.reverse("a", reason="发错", by=SYSTEM, at=LATER)
    withdrawn = page(client, number="证-1")
    assert "这份证书有效" in valid
    assert "这份证书已经撤销" in withdrawn


def test_numbers_cannot_be_gone_through_one_after_the_other(client, closing):
    answers = [client.get(reverse("ledger:verify"), {"number": f"KP{n:06d}"}).status_code for n in range(31)]
    assert answers == [200] * 30 + [429]
