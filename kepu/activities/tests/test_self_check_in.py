"""Checking oneself in with the code on the screen: good for a minute, near the place, for who is on the list."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from kepu.activities import rotating
from kepu.activities.door import Answer
from kepu.activities.models import Activity, ActivityState, Attendance, CheckInWay, FailedScan
from kepu.activities.queries.door import sessions_for_door
from kepu.activities.rotating import Position
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import Myself
from kepu.core.rate_limit import Limit
from tests.factories.activities import make_activity
from tests.factories.check_in import during, key, signed_up

pytestmark = pytest.mark.django_db
HALL = Position(30.0300, 120.8700)
NEXT_DOOR = Position(30.0320, 120.8710)
SHANGHAI = Position(31.2304, 121.4737)


@pytest.fixture
def session():
    activity = make_activity(latitude=Decimal("30.030000"), longitude=Decimal("120.870000"))
    return sessions_for_door().get(activity=activity)


def enter(session, *, me, shown=None, position=None, at=None, the_key=""):
    at = at or during(session)
    shown = rotating.code_at(session, at=at).digits if shown is None else shown
    return services.check_in_myself(
        session, me=me, shown_code=shown, position=position, key=the_key or key(), at=at
    )


def test_name_and_phone_of_the_sign_up_and_the_digits_are_enough(session):
    participant = signed_up(session, name="王秀英", phone="13800138000").participant
    done = enter(session, me=Myself(name="王 秀英", phone="138 0013 8000"))
    assert (done.attendance.participant, done.attendance.way) == (participant, CheckInWay.SELF)
    assert (done.attendance.evidence, done.attendance.recorded_by) == ("scanned", None)


def test_the_code_of_the_sign_up_is_enough(session):
    added = signed_up(session)
    assert enter(session, me=Myself(code=added.code.lower())).attendance.participant == added.participant


@pytest.mark.parametrize(
    "me", [Myself(name="王秀英", phone="13900139000"), Myself(name="李桂兰", phone="13800138000"),
           Myself(name="王秀英"), Myself(code="0" * 16), Myself(name="王秀英", phone="not a phone")]
)  # fmt: skip
def test_who_is_not_on_the_list_is_sent_to_the_staff(session, me):
    signed_up(session, name="王秀英", phone="13800138000")
    with pytest.raises(services.NotFoundOnList):
        enter(session, me=me)
    assert Attendance.objects.count() == 0


def test_digits_and_address_change_every_half_minute_and_last_a_minute_longer(session):
    at = during(session)
    first = rotating.code_at(session, at=at)
    later = rotating.code_at(session, at=at + timedelta(seconds=30))
    assert first.digits != later.digits
    assert first.token != later.token
    good = {
        wait: rotating.is_shown(session, code=first.digits, at=at + timedelta(seconds=wait))
        for wait in (0, 60, 89, 90, -1)
    }
    assert good == {0: True, 60: True, 89: True, 90: False, -1: False}


def test_each_session_and_each_secret_has_codes_of_its_own(session):
    at = during(session)
    shown = rotating.code_at(session, at=at)
    other = sessions_for_door().get(activity=make_activity())
    session.check_in_secret = "changed"
    assert not rotating.is_shown(other, code=shown.token, at=at)
    assert not rotating.is_shown(session, code=shown.token, at=at)


def test_a_permit_lasts_ten_minutes_and_cannot_be_made_up(session):
    at = during(session)
    permit = rotating.permit_for(session, at=at)
    moment, _dot, seal = permit.partition(".")
    assert rotating.is_shown(session, code=permit, at=at + timedelta(minutes=10))
    assert not rotating.is_shown(session, code=permit, at=at + timedelta(minutes=10, seconds=2))
    assert not rotating.is_shown(session, code=f"{int(moment) + 60}.{seal}", at=at)
    assert not rotating.is_shown(session, code=f"{moment}.{'0' * 32}", at=at)
    assert not rotating.is_shown(session, code=f"²{moment}.{seal}", at=at)


@pytest.mark.parametrize("shown", ["", "000000", "王秀英", "1.2", "."])
def test_a_wrong_code_is_refused_and_kept_as_failed(session, shown):
    added = signed_up(session)
    with pytest.raises(services.TurnedAway) as refused:
        enter(session, me=Myself(code=added.code), shown=shown)
    assert refused.value.answer is Answer.WRONG_SELF_CODE
    kept = FailedScan.objects.get()
    assert (kept.reason, kept.recorded_by) == ("wrong_self_code", None)


def test_somebody_in_another_town_is_refused_and_the_position_is_kept_nowhere(session):
    added = signed_up(session)
    with pytest.raises(services.TurnedAway) as refused:
        enter(session, me=Myself(code=added.code), position=SHANGHAI)
    assert refused.value.answer is Answer.TOO_FAR
    kept = FailedScan.objects.values().get()
    assert not [value for value in kept.values() if str(value).startswith(("31.2", "121.4"))]


@pytest.mark.parametrize("position", [None, HALL, NEXT_DOOR])
def test_near_enough_or_unsaid_is_here(session, position):
    enter(session, me=Myself(code=signed_up(session).code), position=position)
    assert Attendance.objects.count() == 1


def test_where_the_place_has_no_coordinates_every_position_is_taken():
    session = sessions_for_door().get(activity=make_activity())
    enter(session, me=Myself(code=signed_up(session).code), position=SHANGHAI)
    assert Attendance.objects.count() == 1


def test_the_distance_is_that_of_the_map(session):
    assert 150 < rotating.metres_between(HALL, NEXT_DOOR) < 300
    assert 140_000 < rotating.metres_between(HALL, SHANGHAI) < 150_000


def test_the_hours_of_the_door_hold_for_oneself_too(session):
    added = signed_up(session)
    early = session.starts_at - timedelta(hours=2)
    with pytest.raises(services.TurnedAway) as refused:
        enter(session, me=Myself(code=added.code), at=early)
    assert refused.value.answer is Answer.TOO_EARLY


def post(client, session, at, **fields):
    shown = rotating.code_at(session, at=at).digits
    sent = {"key": key(), "shown": shown, "name": "", "phone": "", "code": ""} | fields
    return client.post(reverse("activities:check_in_myself", args=[session.pk]), sent)


@pytest.fixture
def in_the_hall(session, time_machine):
    time_machine.move_to(during(session), tick=False)
    return during(session)


def test_the_page_says_that_one_is_in_and_says_it_again_the_second_time(client, session, in_the_hall):
    signed_up(session, name="王秀英", phone="13800138000")
    for _ in range(2):
        page = post(client, session, in_the_hall, name="王秀英", phone="13800138000")
        assert "您已签到" in page.content.decode()
    assert Attendance.objects.count() == 1


def test_from_the_qr_code_nobody_types_digits_and_has_ten_minutes(client, session, in_the_hall, time_machine):
    added = signed_up(session)
    address = reverse("activities:check_in_myself", args=[session.pk])
    page = client.get(f"{address}?c={rotating.code_at(session, at=in_the_hall).token}")
    assert "屏幕上的 6 位数字" not in page.content.decode()
    permit = page.context["permit"]
    time_machine.move_to(in_the_hall + timedelta(minutes=9), tick=False)
    post(client, session, in_the_hall, shown=permit, code=added.code)
    assert Attendance.objects.count() == 1


def test_the_page_lists_nobody_and_does_not_say_who_is_on_the_list(client, session, in_the_hall):
    signed_up(session, name="王秀英", phone="13800138000")
    wrong_phone = post(client, session, in_the_hall, name="王秀英", phone="13900139000").content.decode()
    wrong_name = post(client, session, in_the_hall, name="李桂兰", phone="13800138000").content.decode()
    said = "名单里没有找到您"
    assert (said in wrong_phone, said in wrong_name) == (True, True)


def test_a_draft_has_no_page(client, session):
    Activity.objects.update(state=ActivityState.DRAFT)
    assert client.get(reverse("activities:check_in_myself", args=[session.pk])).status_code == 404


def test_too_many_tries_from_one_address_are_stopped(client, session, in_the_hall, monkeypatch):
    from kepu.activities.views.check_in import myself  # noqa: PLC0415 - views load with the addresses

    monkeypatch.setattr(myself, "TRIES", Limit("check-in-myself", most=1, seconds=60))
    first, second = (post(client, session, in_the_hall, code="0" * 16).content.decode() for _ in range(2))
    assert ("尝试次数太多" in first, "尝试次数太多" in second) == (False, True)
