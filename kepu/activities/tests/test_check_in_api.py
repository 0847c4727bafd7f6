"""What the phone at the door asks and sends: receipts by key, bounds, rights, CSRF, and how much each costs."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from kepu.accounts.models import Role
from kepu.activities import codes
from kepu.activities.models import Attendance, FailedScan, Participant, RegistrationState
from kepu.activities.queries import attendance as queries
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import Scan
from kepu.core.vocabulary import Audience
from tests.factories.accounts import make_organisation, make_user
from tests.factories.activities import make_activity, make_participant, make_pool, make_session
from tests.factories.check_in import during, key, make_attendance, signed_up

pytestmark = pytest.mark.django_db
DEVICE = "0123456789abcdef"


@pytest.fixture
def unit():
    return make_organisation()


@pytest.fixture
def staff(unit):
    return make_user(Role.LEAD_UNIT, unit)


@pytest.fixture
def session(unit, time_machine):
    session = make_activity(organiser=unit).sessions.get()
    time_machine.move_to(during(session), tick=False)
    return session


@pytest.fixture
def phone(client, staff, session):
    client.force_login(staff)
    return client


def address(name, session):
    return reverse(f"activities:{name}", args=[session.pk])


def seen(number, *, session, **scan):
    return {"key": f"{DEVICE}.{number:08d}", "at": during(session).timestamp()} | scan


def send(client, session, *scans, device=DEVICE, body=None):
    content = json.dumps({"device": device, "scans": list(scans)}) if body is None else body
    return client.post(address("check_in_batch", session), content, content_type="application/json")


def test_each_scan_gets_its_receipt_and_the_phone_hears_how_many_have_arrived(phone, session):
    added, other = signed_up(session, name="王秀英"), signed_up(session, name="李桂兰")
    answer = send(
        phone,
        session,
        seen(1, session=session, code=added.code),
        seen(2, session=session, code="nonsense"),
        seen(3, session=session, person=other.participant.pk),
        seen(4, session=session, code=added.code),
    ).json()
    assert [(one["key"][-1], one["answer"], one["name"], one["time"]) for one in answer["receipts"]] == [
        ("1", "accepted", "王秀英", "09:15"),
        ("2", "unknown_code", "", ""),
        ("3", "accepted", "李桂兰", "09:15"),
        ("4", "already_in", "王秀英", "09:15"),
    ]
    assert (answer["received"], answer["present"]) == (4, 2)


def test_sent_again_after_a_lost_answer_nothing_counts_twice_and_the_receipts_are_the_same(phone, session):
    scans = [
        seen(1, session=session, code=signed_up(session).code),
        seen(2, session=session, code="0" * 16),
    ]
    first, second = (send(phone, session, *scans).json() for _ in range(2))
    assert first == second
    assert (first["received"], Attendance.objects.count(), FailedScan.objects.count()) == (2, 1, 1)


def test_the_scans_of_another_phone_are_not_counted_as_arrived_from_this_one(phone, session):
    send(phone, session, seen(1, session=session, code=signed_up(session).code))
    other = {"key": "f" * 16 + ".00000001", "at": during(session).timestamp(), "code": "0" * 16}
    assert send(phone, session, other, device="f" * 16).json()["received"] == 1


def test_a_scan_refused_and_then_overridden_is_one_arrival(phone, session, staff):
    waiting = signed_up(session, state=RegistrationState.WAITING)
    scan = seen(1, session=session, code=waiting.code)
    assert send(phone, session, scan).json()["receipts"][0]["answer"] == "not_seated"
    services.admit_unregistered(
        waiting.participant, session=session, reason="有空位", key=key(), by=staff, at=during(session)
    )
    answer = send(phone, session, scan).json()
    assert (answer["receipts"][0]["answer"], answer["received"]) == ("already_in", 1)


GOOD = {"key": f"{DEVICE}.00000001", "at": 1_790_000_000, "code": "x"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "not json",
        "[" * 5000,
        json.dumps({"scans": []}),
        json.dumps({"device": 1, "scans": []}),
        json.dumps({"device": "short", "scans": []}),
        json.dumps({"device": DEVICE, "scans": 5}),
        json.dumps({"device": DEVICE, "scans": [5]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"at": "now"}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"at": True}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"at": 1e300}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"at": float("nan")}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"person": 2**63}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"person": -1}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"person": True}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"code": 5}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"key": "f" * 16 + ".00000001"}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"key": DEVICE}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD | {"key": f"{DEVICE}.王秀英王秀英王秀英"}]}),
        json.dumps({"device": DEVICE, "scans": [GOOD] * 201}),
        "x" * (129 * 1024),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_code_and_nothing_is_written(phone, session, body):
    answer = send(phone, session, body=body)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "words"}
    assert (Attendance.objects.count(), FailedScan.objects.count()) == (0, 0)


def test_a_scan_without_the_csrf_token_is_refused(session, staff):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff)
    assert send(strict, session, seen(1, session=session, code="x")).status_code == 403


@pytest.mark.parametrize(
    "name", ["check_in", "check_in_roster", "check_in_find", "check_in_worker", "attendance_list"]
)
def test_who_may_not_stand_at_the_door_finds_nothing(client, session, name):
    client.force_login(make_user(Role.LEAD_UNIT))
    assert client.get(address(name, session)).status_code == 404


def test_scans_of_somebody_who_may_not_stand_at_the_door_are_refused_as_if_there_were_no_session(
    client, session
):
    client.force_login(make_user(Role.LEAD_UNIT))
    assert send(client, session, seen(1, session=session, code="x")).status_code == 404
    assert FailedScan.objects.count() == 0


def test_the_list_for_the_phone_has_digests_and_names_and_no_phone_or_key(phone, session, staff):
    added = signed_up(session, name="王秀英", phone="13800138000", birth_year=1952)
    make_attendance(session, by=staff, participant=added.participant)
    signed_up(session, name="李桂兰", state=RegistrationState.WAITING)
    answer = phone.get(address("check_in_roster", session))
    people = answer.json()["people"]
    assert people[0] == {
        "id": added.participant.pk,
        "digest": codes.digest_of(added.code),
        "name": "王秀英",
        "initials": "wxy",
        "is_in": True,
        "is_cancelled": False,
        "is_seated": True,
    }
    assert [(one["name"], one["is_seated"]) for one in people] == [("王秀英", True), ("李桂兰", False)]
    said = answer.content.decode()
    assert not [
        hidden for hidden in ("13800138000", added.code, added.participant.person_key) if hidden in said
    ]


def test_the_list_holds_the_people_of_this_session_and_not_of_the_next(phone, session):
    signed_up(session, name="王秀英")
    later = make_session(session.activity, starts_at=session.starts_at + timedelta(days=7))
    pool = make_pool(session.activity, session=later, audience=Audience.ELDERS)
    other = signed_up(session, name="李桂兰").participant
    other.registration.pool = pool
    other.registration.save()
    assert [one["name"] for one in phone.get(address("check_in_roster", session)).json()["people"]] == [
        "王秀英"
    ]


def test_a_long_list_comes_in_pages(phone, session, monkeypatch):
    monkeypatch.setattr("kepu.activities.queries.attendance.ROSTER_PAGE", 2)
    monkeypatch.setattr("kepu.activities.views.check_in.api.ROSTER_PAGE", 2)
    ids = [signed_up(session, name=f"人{n}").participant.pk for n in "一二三"]
    first = phone.get(address("check_in_roster", session)).json()
    rest = phone.get(f"{address('check_in_roster', session)}?after={first['next']}").json()
    assert [one["id"] for one in first["people"] + rest["people"]] == ids
    assert (first["next"], rest["next"]) == (ids[1], None)


@pytest.mark.parametrize("after", ["x", "-1", "²", "9" * 30])
def test_a_page_that_cannot_be_is_refused(phone, session, after):
    assert phone.get(address("check_in_roster", session), {"after": after}).status_code == 400


@pytest.mark.parametrize("text", ["王秀", "秀英", "王 秀英", "wangxiu", "WXY", "xiuying", "wx"])
def test_a_name_is_found_by_characters_pinyin_and_initials(session, text):
    signed_up(session, name="王秀英")
    signed_up(session, name="李桂兰")
    assert [one.name for one in queries.find_people(session, text=text)] == ["王秀英"]


@pytest.mark.parametrize(
    ("name", "text"), [("单雄信", "shan"), ("曾国藩", "zgf"), ("欧阳娜娜", "oynn"), ("吕布", "lvbu")]
)
def test_surnames_are_found_as_they_are_said(session, name, text):
    signed_up(session, name=name)
    assert [one.name for one in queries.find_people(session, text=text)] == [name]


def test_names_that_begin_with_it_come_before_names_that_hold_it(session):
    for name in ("李王", "王英", "赵王英"):
        signed_up(session, name=name)
    assert [one.name for one in queries.find_people(session, text="王")] == ["王英", "李王", "赵王英"]


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\\", "'", "王" * 500, "\x00"])
def test_a_search_for_nothing_or_for_signs_finds_nobody(session, text):
    signed_up(session, name="王秀英")
    assert queries.find_people(session, text=text) == []


def test_somebody_of_another_activity_is_not_found(session):
    make_participant(make_activity(), name="王秀英")
    assert queries.find_people(session, text="王秀英") == []


def test_what_is_found_says_who_is_in(phone, session, staff):
    added = signed_up(session, name="王秀英", birth_year=1952)
    make_attendance(session, by=staff, participant=added.participant)
    answer = phone.get(address("check_in_find", session), {"q": "wxy"}).json()
    assert [(one["name"], one["born"], one["is_in"]) for one in answer["people"]] == [("王秀英", 1952, True)]


@pytest.mark.parametrize("size", [1, 15])
def test_the_cost_of_reads_does_not_grow_with_the_list(
    phone, session, staff, size, django_assert_num_queries
):
    for number in range(size):
        participant = signed_up(session, name=f"王{number}").participant
        if number % 2 == 0:
            make_attendance(session, by=staff, participant=participant)
    phone.get(address("check_in_roster", session))
    with django_assert_num_queries(7):  # log-in, account, roles; session, partners; people, who is in
        phone.get(address("check_in_roster", session))
    with django_assert_num_queries(8):
        queries.find_people(session, text="王")
        queries.present_among(list(Participant.objects.all()), session=session)
        queries.standing_of(session)


def test_a_scan_finds_its_own_session_state_anew(session, staff):
    added, at = signed_up(session), during(session)
    stale = session
    type(session).objects.filter(pk=session.pk).update(state="cancelled")
    receipt = services.scan(stale, seen=Scan(key=key(), code=added.code, came_at=at), by=staff, at=at)
    assert receipt.answer == "session_cancelled"
