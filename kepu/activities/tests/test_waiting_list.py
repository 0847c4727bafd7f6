"""The waiting list: in order, called automatically, with a deadline; and what is done with a sign-up afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kepu.accounts.models import Role
from kepu.activities.models import Participant, RegistrationState, SeatPool, TextMessage
from kepu.activities.services import changing, notices, seats
from kepu.activities.services.changing import (
    CannotChange,
    Correction,
    HasBegun,
    NoSeatThere,
    OfferOver,
    ReasonMissing,
)
from kepu.activities.services.participants import Who
from kepu.activities.services.registering import sign_up
from kepu.activities.tests.sign_ups import asked_for, make_open, signed_up
from kepu.audit.models import Entry
from kepu.core.errors import NotAllowed, WrongState
from kepu.messages.models import Message
from tests.factories.accounts import make_user, personas
from tests.factories.activities import AT, make_pool, make_session

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def office():
    return personas()[Role.DISTRICT_OFFICE]


@pytest.fixture
def activity(office):
    return make_open(seats=1, sessions=3, organiser=office.active_memberships[0].organisation)


def line(activity, count, **changed):
    """So many sign-ups, one minute after the other; the first has the seat."""
    return [
        signed_up(activity, at=AT + timedelta(seconds=number), **changed).registration
        for number in range(count)
    ]


def states(registrations):
    for one in registrations:
        one.refresh_from_db()
    return [one.state for one in registrations]


def test_a_cancelled_seat_is_offered_to_the_first_in_line(activity):
    first, second, third = line(activity, 3)
    changing.cancel(first, at=LATER)
    assert states([first, second, third]) == ["cancelled", "offered", "waiting"]
    assert activity.pools.get().taken == 1


def test_an_offer_holds_the_seat_until_its_deadline_of_a_day(activity):
    first, second = line(activity, 2)
    changing.cancel(first, at=LATER)
    second.refresh_from_db()
    assert second.offer_ends_at == min(LATER + timedelta(hours=24), AT + timedelta(days=1))


def test_an_offer_ends_before_the_session_begins(activity):
    first, second = line(activity, 2)
    starts_at = activity.sessions.order_by("starts_at").first().starts_at
    changing.cancel(first, at=starts_at - timedelta(hours=2))
    second.refresh_from_db()
    assert second.offer_ends_at == starts_at


def test_after_the_last_session_has_begun_nobody_is_called(activity):
    first, second = line(activity, 2)
    changing.cancel(first, at=AT + timedelta(days=4))
    assert states([second]) == ["waiting"]


def test_an_accepted_offer_is_a_seat(activity):
    first, second = line(activity, 2)
    changing.cancel(first, at=LATER)
    changing.accept_offer(second, by=None, at=LATER)
    assert states([second]) == ["seated"]


def test_an_offer_that_ran_out_cannot_be_accepted(activity):
    first, second = line(activity, 2)
    changing.cancel(first, at=LATER)
    with pytest.raises(OfferOver):
        changing.accept_offer(second, by=None, at=LATER + timedelta(days=2))


def test_an_offer_that_ran_out_goes_to_the_next_and_says_so(activity):
    first, second, third = line(activity, 3)
    changing.cancel(first, at=LATER)
    assert changing.expire_offers(at=AT + timedelta(days=1, hours=1)) == 1
    assert states([second, third]) == ["expired", "offered"]
    assert second.participants.get().is_cancelled
    assert TextMessage.objects.filter(registration=second, kind="expired").exists()


def test_expiring_again_changes_nothing(activity):
    first, _second, third = line(activity, 3)
    changing.cancel(first, at=LATER)
    changing.expire_offers(at=AT + timedelta(days=1, hours=1))
    assert changing.expire_offers(at=AT + timedelta(days=1, hours=1)) == 0
    assert states([third]) == ["offered"]


def test_a_larger_capacity_calls_as_many_as_fit(activity, office):
    registrations = line(activity, 4)
    called = seats.set_capacity(activity.pools.get(), capacity=3, waiting_capacity=5, by=office, at=LATER)
    assert len(called) == 2
    assert states(registrations) == ["seated", "offered", "offered", "waiting"]
    assert Entry.objects.get(deed="set_seats").changes["capacity"] == [1, 3]


def test_capacity_cannot_fall_below_what_is_taken(activity, office):
    line(activity, 1)
    with pytest.raises(seats.FewerThanTaken):
        seats.set_capacity(activity.pools.get(), capacity=0, waiting_capacity=5, by=office, at=LATER)


def test_a_party_that_does_not_fit_keeps_its_place_while_a_smaller_one_is_called(activity):
    [first] = line(activity, 1)
    couple = [Who(name=name, audience="elders", birth_year=1950) for name in ("甲", "乙")]
    large = signed_up(activity, *couple, at=AT + timedelta(seconds=5)).registration
    small = signed_up(activity, at=AT + timedelta(seconds=9)).registration
    changing.cancel(first, at=LATER)
    assert states([large, small]) == ["waiting", "offered"]


def test_who_left_no_phone_is_seated_at_once_and_the_clerk_is_told(activity, office):
    [first] = line(activity, 1)
    elder = Who(name="王阿婆", audience="elders", birth_year=1940)
    waits = signed_up(activity, elder, phone="", by=office, at=LATER).registration
    changing.cancel(first, at=LATER)
    assert states([waits]) == ["seated"]
    assert Message.objects.get(recipient=office).kind == "sign_up"


def test_a_cancelled_sign_up_cannot_be_cancelled_again(activity):
    [first] = line(activity, 1)
    changing.cancel(first, at=LATER)
    with pytest.raises(WrongState):
        changing.cancel(first, at=LATER)
    assert activity.pools.get().taken == 0


def test_whoever_cancelled_can_sign_up_again(activity):
    asked = asked_for(activity)
    first = sign_up(asked, by=None, at=AT).registration
    changing.cancel(first, at=LATER)
    assert sign_up(replace(asked, key="again"), by=None, at=LATER).registration.state == "seated"


def test_leaving_one_person_out_frees_one_seat(activity, office):
    seats.set_capacity(activity.pools.get(), capacity=2, waiting_capacity=5, by=office, at=AT)
    couple = [Who(name=name, audience="elders", birth_year=1950) for name in ("甲", "乙")]
    both = signed_up(activity, *couple).registration
    waits = signed_up(activity, at=LATER).registration
    one, other = both.participants.order_by("pk")
    corrections = [
        Correction(one, name="甲", birth_year=1950),
        Correction(other, name="乙", birth_year=1950, stays=False),
    ]
    changing.correct(both, corrections=corrections, answers={}, by=None, at=LATER)
    both.refresh_from_db()
    assert (both.seats, states([waits])) == (1, ["offered"])


def test_somebody_must_stay(activity):
    [first] = line(activity, 1)
    gone = Correction(first.participants.get(), name="甲", birth_year=1950, stays=False)
    with pytest.raises(CannotChange):
        changing.correct(first, corrections=[gone], answers={}, by=None, at=LATER)


def test_a_corrected_name_is_found_by_its_new_pinyin(activity):
    [first] = line(activity, 1)
    right = Correction(first.participants.get(), name="单雄信", birth_year=1950)
    changing.correct(first, corrections=[right], answers={}, by=None, at=LATER)
    assert Participant.objects.get(registration=first).name_initials == "sxx"


def test_an_adult_cannot_be_turned_into_a_child_by_correction(activity):
    [first] = line(activity, 1)
    child = Correction(first.participants.get(), name="小明", birth_year=2020)
    with pytest.raises(CannotChange):
        changing.correct(first, corrections=[child], answers={}, by=None, at=LATER)


def two_dates(activity):
    session = make_session(activity, starts_at=AT + timedelta(days=7))
    pool = make_pool(activity, session=session, capacity=1)
    return SeatPool.objects.select_related("activity", "session").get(pk=pool.pk)


def test_moving_to_another_date_frees_the_old_seat(activity):
    other = two_dates(activity)
    first = signed_up(activity, pool=pool_of(activity)).registration
    waits = signed_up(activity, pool=pool_of(activity), at=LATER).registration
    changing.change_session(first, to=other, at=LATER)
    other.refresh_from_db()
    assert (states([first, waits]), other.taken) == (["seated", "offered"], 1)
    assert TextMessage.objects.filter(registration=first, kind="moved").exists()


def test_nobody_moves_to_where_there_is_no_seat_and_keeps_the_old_one(activity):
    other = two_dates(activity)
    signed_up(activity, pool=SeatPool.objects.select_related("activity__kind", "session").get(pk=other.pk))
    first = signed_up(activity, pool=pool_of(activity)).registration
    with pytest.raises(NoSeatThere):
        changing.change_session(first, to=other, at=LATER)
    assert (states([first]), pool_of(activity).taken) == (["seated"], 1)


def test_nobody_moves_to_what_has_begun(activity):
    other = two_dates(activity)
    first = signed_up(activity, pool=pool_of(activity)).registration
    with pytest.raises(HasBegun):
        changing.change_session(first, to=other, at=AT + timedelta(days=8))


def pool_of(activity):
    return activity.pools.select_related("activity__kind", "session").get(session=None)


def test_staff_cancel_with_a_reason_that_the_people_read(activity, office):
    [first] = line(activity, 1)
    with pytest.raises(ReasonMissing):
        changing.cancel_for(first, reason=" ", by=office, at=LATER)
    changing.cancel_for(first, reason="教室漏水", by=office, at=LATER)
    assert "教室漏水" in TextMessage.objects.get(kind="cancelled").text
    assert Entry.objects.get(deed="cancel_sign_up").reason == "教室漏水"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.DISTRICT_OFFICE, True),
        (Role.LEAD_UNIT, True),
        (Role.PARTNER_UNIT, False),
        (Role.TOWNSHIP, False),
        (Role.VENUE_KEEPER, False),
        (Role.EXPERT, False),
        (Role.VOLUNTEER_ORGANISER, False),
        (Role.RESIDENT, False),
        (Role.GUARDIAN, False),
        (Role.AUDITOR, False),
        ("nobody", False),
    ],
)
def test_who_moves_cancels_and_gives_seats(role, may):
    people = personas()
    activity = make_open(organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation)
    other = two_dates(activity)
    first = signed_up(activity, pool=pool_of(activity)).registration
    deeds = [
        lambda: seats.set_capacity(
            pool_of(activity), capacity=9, waiting_capacity=9, by=people[role], at=LATER
        ),
        lambda: changing.move_for(first, to=other, reason="换", by=people[role], at=LATER),
        lambda: changing.cancel_for(first, reason="有事", by=people[role], at=LATER),
    ]
    for deed in deeds:
        if may:
            deed()
        else:
            with pytest.raises(NotAllowed):
                deed()


def test_the_unit_whose_clerk_signed_somebody_up_may_cancel_it():
    people = personas()
    activity = make_open(organiser=people[Role.LEAD_UNIT].active_memberships[0].organisation)
    clerk = people[Role.TOWNSHIP]
    unit = clerk.active_memberships[0].organisation
    done = signed_up(activity, by=clerk, organisation=unit)
    with pytest.raises(NotAllowed):
        changing.cancel_for(done.registration, reason="有事", by=people[Role.PARTNER_UNIT], at=LATER)
    assert changing.cancel_for(done.registration, reason="有事", by=clerk, at=LATER).state == "cancelled"


def test_everybody_concerned_is_told_once(activity):
    first, second = line(activity, 2)
    gone = signed_up(activity).registration
    changing.cancel(gone, at=LATER)
    told = notices.tell_concerned(activity, kind="activity_cancelled", text="取消了", at=LATER)
    found = TextMessage.objects.filter(kind="activity_cancelled")
    assert (told, {one.registration for one in found}) == (2, {first, second})


def test_only_those_of_a_session_are_told_of_it(activity):
    other = two_dates(activity)
    whole = signed_up(activity, pool=pool_of(activity)).registration
    signed_up(activity, pool=SeatPool.objects.select_related("activity__kind", "session").get(pk=other.pk))
    first_day = activity.sessions.order_by("starts_at").first()
    assert notices.tell_concerned(activity, kind="moved", text="改期", at=LATER, sessions=[first_day]) == 1
    assert TextMessage.objects.get(kind="moved").registration == whole


def test_nobody_accepts_for_others_without_the_right(activity):
    first, second = line(activity, 2)
    changing.cancel(first, at=LATER)
    with pytest.raises(NotAllowed):
        changing.accept_offer(second, by=make_user(), at=LATER)
    assert states([second]) == [RegistrationState.OFFERED]
