"""A counted target moves with the facts that its rule asks for, and the way from the total to the fact is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.audit.services import SYSTEM
from kepu.core.errors import NotAllowed
from kepu.ledger import services as ledger
from kepu.ledger.happenings import EvidenceClass
from kepu.plans.models import NumberKind, Target
from kepu.plans.queries.goals import goal_progress, goals
from kepu.plans.services import plan as services
from tests.factories.accounts import make_user, personas
from tests.factories.ledger import happening
from tests.factories.plans import make_plan, make_target

pytestmark = pytest.mark.django_db
AT = datetime(2025, 10, 8, 4, tzinfo=UTC)
TODAY = date(2025, 10, 8)


@pytest.fixture(autouse=True)
def _in_october(time_machine_at):
    with time_machine_at(TODAY):
        yield


@pytest.fixture
def target():
    return make_target(make_plan(slug="shangyu"))


@pytest.fixture
def office(target):
    return make_user(Role.DISTRICT_OFFICE, target.plan.office)


def attend(key, **different):
    return ledger.record(happening(**different), key=key, by=SYSTEM, at=AT)


def elders(target):
    return services.count_by_shipped_rule(target, code="elder_training", by=SYSTEM, at=AT)


def test_a_target_with_a_rule_shows_what_is_counted_apart_from_what_waits(target):
    elders(target)
    attend("a")
    attend("b", person_key="b" * 64)
    attend("c", person_key="c" * 64, evidence=EvidenceClass.IMPORTED, occasion="import:1")
    goal = goals(target.plan, on=TODAY)[0]
    assert (goal.value.kind, goal.value.value, goal.value.unverified) == (NumberKind.COUNTED, 2, 1)
    assert (goal.counted.people, goal.value.as_of) == (2, TODAY)


@pytest.mark.parametrize(
    "different",
    [
        {"age": 59},
        {"age": None},
        {"activity_kind": "science_event"},
        {"kind": "training_hours"},
        {"evidence": EvidenceClass.SELF_REPORTED},
        {"evidence": EvidenceClass.HEAD_COUNT, "person_key": "", "quantity": Decimal(40)},
        {"happened_on": date(2021, 12, 31)},
        {"region": "330602001000"},
    ],
)
def test_the_shipped_elder_rule_leaves_out_what_is_not_an_elder_with_evidence(target, different):
    elders(target)
    attend("a")
    attend("b", **({"person_key": "b" * 64} | different))
    assert goals(target.plan, on=TODAY)[0].value.value == 1


def test_the_same_elder_counts_once_a_session_and_again_at_the_next(target):
    elders(target)
    attend("a")
    attend("b", evidence=EvidenceClass.PAPER_SHEET)
    attend("c", occasion="session:2")
    goal = goal_progress(Target.objects.get(pk=target.pk), on=TODAY)
    assert (goal.value.value, goal.counted.people) == (2, 1)


def test_a_past_day_is_counted_as_it_was_known_then(target):
    elders(target)
    attend("a")
    later = AT + timedelta(days=40)
    ledger.reverse("a", reason="不是本人", by=SYSTEM, at=later)
    found = Target.objects.get(pk=target.pk)
    assert goal_progress(found, on=TODAY).value.value == 0
    # Seen from later, the day of the record still shows what was known on it.
    import time_machine  # noqa: PLC0415 - travel on within the test

    with time_machine.travel(later + timedelta(days=1), tick=False):
        assert goal_progress(found, on=TODAY).value.value == 1
        assert goal_progress(found, on=later.date() + timedelta(days=1)).value.value == 0


def test_reported_values_stay_in_the_history_and_do_not_mix_with_the_count(target):
    services.record_value(target, value=Decimal(900), as_of=TODAY, source="统计表", by=SYSTEM, at=AT)
    elders(target)
    attend("a")
    goal = goals(target.plan, on=TODAY)[0]
    assert ([one.value for one in goal.history], target.values.get().value) == ([1], 900)


def test_who_is_not_the_office_may_not_say_what_counts(target):
    for name, user in personas().items():
        with pytest.raises(NotAllowed):
            services.count_target(target, title=name, definition={}, by=user, at=AT)


def test_an_estimated_target_cannot_be_counted(office):
    share = make_target(make_plan(slug="other", office=office.active_memberships[0].organisation))
    Target.objects.filter(pk=share.pk).update(kind=NumberKind.ESTIMATED)
    with pytest.raises(services.CannotBeCounted):
        services.count_target(share, title="素质", definition={}, by=office, at=AT)


FORM = {"title": "老年人培训", "kinds": ["attendance"], "min_age": "60", "evidence": ["scanned"]}


def test_the_preview_says_what_the_rule_would_count_today_and_saves_nothing(client, target, office):
    attend("a")
    client.force_login(office)
    address = reverse("plans:target_counting", args=[target.pk])
    page = client.post(address, FORM | {"preview": "1"}).content.decode()
    part = client.post(address, FORM | {"preview": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "今天数出 <strong>1</strong> 人次" in page
    assert "今天数出 <strong>1</strong> 人次" in part
    assert "<html" not in part
    assert Target.objects.get(pk=target.pk).counting_rule == ""


def test_a_saved_rule_counts_at_once_and_a_changed_one_is_its_next_version(client, target, office):
    attend("a")
    attend("b", person_key="b" * 64, age=30)
    client.force_login(office)
    address = reverse("plans:target_counting", args=[target.pk])
    client.post(address, FORM)
    first = goal_progress(Target.objects.get(pk=target.pk), on=TODAY)
    client.post(address, FORM | {"min_age": "18", "reason": "办公室会议决定"})
    second = goal_progress(Target.objects.get(pk=target.pk), on=TODAY)
    assert (first.value.value, first.counted.version) == (1, 1)
    assert (second.value.value, second.counted.version) == (2, 2)
    page = client.get(address).content.decode()
    assert "第 2 版" in page
    assert "办公室会议决定" in page


def test_the_total_leads_to_the_facts_and_each_fact_to_its_source(client, target, office):
    elders(target)
    attend("a", happened_on=date(2025, 5, 6))
    attend("b", person_key="b" * 64, evidence=EvidenceClass.PAPER_SHEET, source_address="/desk/sheets/7/")
    client.force_login(office)
    address = reverse("plans:target_counted", args=[target.pk])
    whole = client.get(address).content.decode()
    sheets = client.get(address, {"evidence": "paper_sheet"}).content.decode()
    spring = client.get(address, {"quarter": "2025-2"}).content.decode()
    assert '<a href="/desk/sheets/7/">' in whole
    assert '<a href="/desk/sheets/7/">' in sheets
    assert "/desk/activities/attendances/1/" not in sheets
    assert '<a href="/desk/sheets/7/">' not in spring
    assert "a" * 64 not in whole


def test_nonsense_in_the_address_of_the_facts_asks_for_nothing(client, target, office):
    elders(target)
    attend("a")
    client.force_login(office)
    address = reverse("plans:target_counted", args=[target.pk])
    asked = {"quarter": "0000-1", "town": "x", "unit": "²", "evidence": "?", "page": "²"}
    assert "/desk/activities/attendances/1/" in client.get(address, asked).content.decode()


def test_the_facts_cost_the_same_queries_at_one_and_at_many(
    client, target, office, django_assert_num_queries
):
    elders(target)
    attend("a")
    client.force_login(office)
    address = reverse("plans:target_counted", args=[target.pk])
    client.get(address)
    with django_assert_num_queries(20):
        client.get(address)
    for number in range(40):
        attend(f"k{number}", person_key=f"{number:064}", occasion=f"session:{number % 7}")
    with django_assert_num_queries(20):
        client.get(address)


def test_who_does_not_work_on_the_plan_does_not_see_the_facts(client, target):
    elders(target)
    client.force_login(make_user(Role.RESIDENT, target.plan.office))
    assert client.get(reverse("plans:target_counted", args=[target.pk])).status_code == 404


def test_counting_can_be_stopped_and_begun_again_with_the_next_version(target):
    elders(target)
    attend("a")
    stopped = services.stop_counting(target, by=SYSTEM, at=AT)
    assert goals(target.plan, on=TODAY)[0].value is None
    assert elders(stopped).counting_rule == f"target:{target.pk}"
    assert goals(target.plan, on=TODAY)[0].counted.version == 2
