"""Signing up: who may, what is asked, what is agreed to, and that nobody is signed up twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from kepu.accounts.models import Role
from kepu.activities.models import (
    ActivityState,
    ConsentOf,
    Participant,
    Registration,
    RegistrationState,
    SeatPool,
    SessionState,
    SignUp,
    SignUpConsent,
    TextMessage,
)
from kepu.activities.questions import AnswerMissing, WrongAnswer
from kepu.activities.services.participants import Who
from kepu.activities.services.registering import (
    Agreed,
    AlreadySignedUp,
    ConsentMissing,
    NeedsGuardian,
    NoSeatLeft,
    PhoneNotConfirmed,
    SignUpClosed,
    sign_up,
)
from kepu.activities.tests.sign_ups import asked_for, make_open, signed_up
from kepu.audit.models import Entry
from kepu.core.errors import BadInput, NotAllowed
from tests.factories.accounts import make_organisation, make_region, make_user, personas
from tests.factories.activities import AT, make_activity, make_kind, make_pool

pytestmark = pytest.mark.django_db
CHILD = Who(name="王小明", audience="youth", birth_year=2018, guardian_name="王建国")
GUARDIAN = Agreed(ConsentOf.GUARDIAN, name="王建国", relation="父亲", as_guardian=True)


def test_whoever_signs_up_has_a_seat_and_everything_that_belongs_to_it():
    activity = make_open(seats=2)
    done = signed_up(activity)
    registration = Registration.objects.get()
    assert (registration.state, registration.seats, activity.pools.get().taken) == ("seated", 1, 1)
    assert done.is_new
    assert registration.participants.get().name_initials.startswith("wxy")
    assert TextMessage.objects.get().kind == "seated"


def test_the_phone_lies_encrypted_and_the_link_only_as_a_digest():
    done = signed_up(make_open(), phone="13800001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_phone, link_digest FROM activities_registration")
        phone, digest = cursor.fetchone()
    assert "13800001234" not in phone
    assert done.token not in digest


def test_the_same_form_sent_twice_is_one_sign_up():
    activity = make_open(seats=5)
    asked = asked_for(activity)
    first = sign_up(asked, by=None, at=AT)
    second = sign_up(asked, by=None, at=AT + timedelta(seconds=2))
    assert (second.registration, second.token, second.is_new) == (first.registration, first.token, False)
    assert activity.pools.get().taken == 1


def test_a_retry_after_the_last_seat_was_taken_by_itself_is_not_turned_away():
    activity = make_open(seats=1, waiting=0)
    asked = asked_for(activity)
    first = sign_up(asked, by=None, at=AT)
    assert sign_up(asked, by=None, at=AT).registration == first.registration


def test_going_back_to_sign_somebody_else_up_with_the_same_form_is_not_a_retry():
    activity = make_open(seats=5)
    asked = asked_for(activity)
    sign_up(asked, by=None, at=AT)
    other = replace(asked, people=[Who(name="李阿公", audience="elders", birth_year=1950)])
    assert sign_up(other, by=None, at=AT).is_new


def test_nobody_has_two_seats():
    activity = make_open(seats=5)
    asked = asked_for(activity)
    sign_up(asked, by=None, at=AT)
    with pytest.raises(AlreadySignedUp):
        sign_up(replace(asked, key="another"), by=None, at=AT)
    assert activity.pools.get().taken == 1


def test_the_same_person_cannot_stand_twice_in_one_party():
    activity, who = make_open(), Who(name="王秀英", audience="elders", birth_year=1955, phone="13800000009")
    with pytest.raises(AlreadySignedUp):
        signed_up(activity, who, who)
    assert activity.pools.get().taken == 0


def test_a_party_that_does_not_fit_waits_as_a_whole():
    activity = make_open(seats=1, waiting=2)
    people = [Who(name=name, audience="elders", birth_year=1950) for name in ("甲", "乙")]
    assert signed_up(activity, *people).registration.state == RegistrationState.WAITING
    assert activity.pools.get().taken == 0


def test_when_the_waiting_list_is_full_too_it_says_so():
    activity = make_open(seats=1, waiting=1)
    for _somebody in range(2):
        signed_up(activity)
    with pytest.raises(NoSeatLeft):
        signed_up(activity)


def test_seats_of_one_audience_are_not_given_to_another():
    activity = make_open(seats=1, waiting=0)
    youth = make_pool(activity, audience="youth", capacity=1)
    everybody = activity.pools.get(audience="")
    signed_up(
        activity, pool=SeatPool.objects.select_related("activity__kind", "session").get(pk=everybody.pk)
    )
    with pytest.raises(NoSeatLeft):
        signed_up(
            activity, pool=SeatPool.objects.select_related("activity__kind", "session").get(pk=everybody.pk)
        )
    youth.refresh_from_db()
    assert youth.taken == 0


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"state": ActivityState.CANCELLED}, AT),
        ({"state": ActivityState.DRAFT}, AT),
        ({"sign_up": SignUp.NONE}, AT),
        ({"sign_up": SignUp.STAFF}, AT),
        ({"sign_up_opens_at": AT + timedelta(hours=1)}, AT),
        ({"sign_up_closes_at": AT - timedelta(hours=1)}, AT),
        ({}, AT + timedelta(days=2)),
    ],
    ids=["cancelled", "draft", "no sign-up", "staff only", "not yet", "closed", "begun"],
)
def test_nobody_signs_up_when_it_is_not_open(changed, at):
    activity = make_open(**changed)
    with pytest.raises(SignUpClosed):
        signed_up(activity, at=at)


def test_nobody_signs_up_for_a_cancelled_session():
    activity = make_open()
    session = activity.sessions.get()
    session.state = SessionState.CANCELLED
    session.save()
    pool = make_pool(activity, session=session)
    with pytest.raises(SignUpClosed):
        signed_up(activity, pool=SeatPool.objects.select_related("activity__kind", "session").get(pk=pool.pk))


def test_a_phone_that_was_not_proved_is_refused_where_phones_are_checked(settings):
    settings.SMS_SENDER = "kepu.activities.senders.ConsoleSender"
    with pytest.raises(PhoneNotConfirmed):
        signed_up(make_open())


def test_without_a_sender_and_without_the_offices_word_phones_are_checked_all_the_same():
    with pytest.raises(PhoneNotConfirmed):
        signed_up(make_open(is_waived=False))


@pytest.mark.parametrize(
    "agreed", [None, Agreed(ConsentOf.SELF, name=" "), Agreed(ConsentOf.PROXY, name="儿子"), GUARDIAN]
)
def test_a_child_comes_only_through_a_guardian_who_agreed(agreed):
    activity = make_open()
    if agreed is GUARDIAN:
        signed_up(activity, CHILD, agreed=agreed)
        consent = SignUpConsent.objects.get()
        assert (consent.given_by, consent.name, consent.purpose) == ("guardian", "王建国", "child_sign_up")
    else:
        with pytest.raises((NeedsGuardian, ConsentMissing)):
            signed_up(activity, CHILD, agreed=agreed)
        assert activity.pools.get().taken == 0


def test_a_child_without_the_name_of_a_guardian_is_refused():
    with pytest.raises(NeedsGuardian):
        signed_up(make_open(), replace(CHILD, guardian_name=""), agreed=GUARDIAN)


def test_in_a_family_each_consent_is_that_of_the_right_person():
    mother = Who(name="陈红", audience="other", birth_year=1985, phone="13800000077", guardian_name="陈红")
    signed_up(
        make_open(),
        mother,
        replace(CHILD, guardian_name="陈红"),
        agreed=Agreed(ConsentOf.SELF, name="陈红", as_guardian=True),
    )
    found = {(one.participant.name, one.given_by, one.purpose) for one in SignUpConsent.objects.all()}
    assert found == {("陈红", "self", "sign_up"), ("王小明", "guardian", "child_sign_up")}


def test_a_consent_keeps_the_version_of_the_text():
    signed_up(make_open())
    assert SignUpConsent.objects.get().text_version == "2026-1"


def test_required_questions_of_kind_and_activity_must_be_answered():
    kind = make_kind("ask", questions=[{"name": "school", "label": "学校", "type": "text", "required": True}])
    choice = {
        "name": "stage",
        "label": "学段",
        "type": "choice",
        "choices": ["小学", "初中"],
        "required": False,
    }
    activity = make_open(kind=kind, questions=[choice])
    with pytest.raises(AnswerMissing):
        signed_up(activity)
    with pytest.raises(WrongAnswer):
        signed_up(activity, answers={"school": "实验小学", "stage": "大学"})
    signed_up(activity, answers={"school": "实验小学", "stage": "小学", "unasked": "x"})
    assert Registration.objects.get().answers == {"school": "实验小学", "stage": "小学"}


@pytest.mark.parametrize("year", [1850, 2030])
def test_a_year_of_birth_that_cannot_be_is_refused(year):
    with pytest.raises(BadInput):
        signed_up(make_open(), Who(name="某人", audience="elders", birth_year=year))


def test_a_clerk_of_another_unit_of_the_district_signs_somebody_up_who_has_no_phone():
    people = personas()
    activity = make_open(organiser=people[Role.DISTRICT_OFFICE].active_memberships[0].organisation)
    clerk = people[Role.TOWNSHIP]
    proxy = Agreed(ConsentOf.PROXY, name=clerk.name, channel="desk")
    who = Who(name="王阿婆", audience="elders", birth_year=1940)
    done = signed_up(activity, who, phone="", by=clerk, agreed=proxy)
    assert (done.registration.registered_by, done.registration.state) == (clerk, "seated")
    assert SignUpConsent.objects.get().given_by == ConsentOf.PROXY
    assert Entry.objects.get(deed="sign_up_others").actor_id == clerk.pk
    assert not TextMessage.objects.exists()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.DISTRICT_OFFICE, True),
        (Role.LEAD_UNIT, True),
        (Role.PARTNER_UNIT, True),
        (Role.TOWNSHIP, True),
        (Role.VENUE_KEEPER, True),
        (Role.VOLUNTEER_ORGANISER, True),
        (Role.EXPERT, False),
        (Role.RESIDENT, False),
        (Role.GUARDIAN, False),
        (Role.AUDITOR, False),
        ("nobody", False),
    ],
)
def test_who_signs_others_up(role, may):
    people = personas()
    activity = make_open(organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation)
    proxy = Agreed(ConsentOf.PROXY, name="代办人", channel="desk")
    if may:
        assert signed_up(activity, by=people[role], agreed=proxy).is_new
    else:
        with pytest.raises(NotAllowed):
            signed_up(activity, by=people[role], agreed=proxy)


def test_a_sign_up_costs_as_many_queries_for_six_people_as_for_one(django_assert_num_queries):
    activity = make_open(seats=50)
    signed_up(activity)
    one = asked_for(activity)
    six = asked_for(
        activity, *(Who(name=f"家人{n}", audience="elders", birth_year=1950 + n) for n in range(6))
    )
    with django_assert_num_queries(10):
        sign_up(one, by=None, at=AT)
    with django_assert_num_queries(9):  # the waiver of the first was looked up; the activity is the same row
        sign_up(replace(six, pool=one.pool), by=None, at=AT)


def test_the_person_of_a_sign_up_is_known_again_at_the_next_activity():
    who = Who(name="王秀英", audience="elders", birth_year=1955, phone="13800000066")
    signed_up(make_open(), who)
    signed_up(make_open(), replace(who, name="王 秀英", phone="+86 138-0000-0066"))
    assert Participant.objects.values("person_key").distinct().count() == 1


def test_somebody_with_a_birth_date_is_a_child_until_the_day():
    born = date(2012, 10, 9)
    who = Who(name="小华", audience="youth", birth_date=born)
    with pytest.raises(NeedsGuardian):
        signed_up(make_open(sessions=5), who, phone="13800000055")
    signed_up(make_open(sessions=5), who, phone="13800000055", at=AT + timedelta(days=1))
    assert Participant.objects.get().birth_year == 2012


def test_nobody_else_is_shown_in_a_refusal():
    activity = make_open(seats=5)
    asked = asked_for(activity)
    sign_up(asked, by=None, at=AT)
    with pytest.raises(AlreadySignedUp) as refused:
        sign_up(replace(asked, key="other"), by=None, at=AT)
    assert asked.people[0].name in str(refused.value)


def test_an_activity_without_a_public_form_is_still_open_to_the_clerk():
    people = personas()
    office = people[Role.DISTRICT_OFFICE]
    activity = make_activity(
        organiser=office.active_memberships[0].organisation, sign_up=SignUp.STAFF, pools={"": 3}
    )
    proxy = Agreed(ConsentOf.PROXY, name=office.name, channel="desk")
    assert signed_up(activity, by=office, agreed=proxy).is_new


def test_a_stranger_with_a_role_in_another_district_does_not_sign_others_up():
    elsewhere = make_organisation(region=make_region("330602000000", name="越城区"))
    stranger = make_user(Role.TOWNSHIP, elsewhere)
    with pytest.raises(NotAllowed):
        signed_up(make_open(), by=stranger)
