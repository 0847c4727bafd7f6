"""Checking in: who is let in, who is not and why, receipts by key, and what the ledger is handed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kepu.accounts.models import Role
from kepu.activities.door import Answer
from kepu.activities.models import (
    Activity,
    ActivityState,
    Attendance,
    CheckInWay,
    FailedScan,
    Participant,
    RegistrationState,
    Session,
    SessionState,
)
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import Scan
from kepu.activities.services.participants import Who
from kepu.core.errors import NotAllowed
from kepu.core.vocabulary import Audience
from kepu.ledger import services as ledger
from kepu.ledger.happenings import EvidenceClass
from tests.factories.accounts import make_organisation, make_region, make_user
from tests.factories.activities import make_activity, make_kind, make_pool, make_session
from tests.factories.check_in import during, key, make_attendance, signed_up
from tests.factories.plans import make_action, make_measure, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded(monkeypatch):
    """Every happening handed to the ledger, by key; the ledger still records it."""
    handed = {}
    real = ledger.record

    def record(happening, *, key, by, at):
        handed[key] = happening
        return real(happening, key=key, by=by, at=at)

    monkeypatch.setattr(ledger, "record", record)
    return handed


@pytest.fixture
def unit():
    return make_organisation()


@pytest.fixture
def staff(unit):
    return make_user(Role.LEAD_UNIT, unit)


@pytest.fixture
def session(unit):
    return make_activity(organiser=unit).sessions.get()


def scan(session, *, code="", person=None, by, at=None, the_key=""):
    at = at or during(session)
    seen = Scan(key=the_key or key(), code=code, participant=person, came_at=at)
    return services.scan(session, seen=seen, by=by, at=at)


def test_a_scan_makes_one_attendance_and_one_fact(session, staff, recorded):
    added = signed_up(session, name="王秀英", birth_year=1952)
    receipt = scan(session, code=added.code, by=staff)
    attendance = Attendance.objects.get()
    assert (receipt.answer, receipt.name, receipt.attendance) == (Answer.ACCEPTED, "王秀英", attendance)
    assert (attendance.way, attendance.evidence, attendance.recorded_by) == ("scanned", "scanned", staff)
    assert list(recorded) == [f"attendance:{session.pk}:{added.participant.pk}:1"]


def test_the_fact_carries_what_was_true_copied_from_plan_to_person(staff, unit, recorded):
    measure = make_measure(make_action(make_plan(office=unit)))
    partner = make_organisation()
    activity = make_activity(
        organiser=unit,
        measure=measure,
        partners=[partner],
        kind=make_kind("silver_digital"),
        themes={"elder_scenarios": ["travel", "health"]},
    )
    session = activity.sessions.get()
    added = signed_up(session, birth_date=date(1960, 10, 9))
    scan(session, code=added.code, by=staff)
    (happening,) = recorded.values()
    assert (happening.kind, happening.activity_kind, happening.quantity, happening.unit) == (
        "attendance",
        "silver_digital",
        Decimal(1),
        "人次",
    )
    assert (happening.plan, happening.measure) == (measure.action.plan.slug, measure.code)
    assert (happening.organisation, list(happening.partners)) == (unit.pk, [partner.pk])
    assert (happening.occasion, happening.region) == (f"session:{session.pk}", unit.region_id)
    assert (happening.happened_on, happening.age) == (date(2026, 10, 9), 66)
    assert list(happening.themes) == ["elder_scenarios:travel", "elder_scenarios:health"]
    assert (happening.evidence, happening.setting) == (EvidenceClass.SCANNED, "on_site")
    assert happening.person_key == added.participant.person_key
    assert happening.source == "扫码 2026-10-09"
    assert happening.source_address == f"/desk/activities/attendances/{Attendance.objects.get().pk}/"


def test_a_place_of_the_session_goes_before_that_of_the_activity(session, staff, recorded):
    town = make_region("330604001000", name="百官街道", level=4, parent=make_region())
    Session.objects.filter(pk=session.pk).update(region=town)
    scan(session, code=signed_up(session).code, by=staff)
    assert [one.region for one in recorded.values()] == ["330604001000"]


def test_the_same_scan_sent_again_gets_the_same_receipt_and_counts_once(session, staff, recorded):
    added, the_key = signed_up(session), key()
    first = scan(session, code=added.code, by=staff, the_key=the_key)
    again = scan(session, code=added.code, by=staff, the_key=the_key, at=during(session) + timedelta(days=9))
    assert (first.answer, again.answer) == (Answer.ACCEPTED, Answer.ACCEPTED)
    assert first.attendance == again.attendance == Attendance.objects.get()
    assert (len(recorded), FailedScan.objects.count()) == (1, 0)


def test_somebody_who_is_in_hears_so_with_the_time_and_counts_once(session, staff, recorded):
    added = signed_up(session)
    first = scan(session, code=added.code, by=staff)
    second = scan(session, code=added.code, by=staff, at=during(session) + timedelta(minutes=5))
    assert (second.answer, second.attendance, second.name) == (Answer.ALREADY_IN, first.attendance, "王秀英")
    assert (Attendance.objects.count(), len(recorded)) == (1, 1)
    assert [one.reason for one in FailedScan.objects.all()] == ["already_in"]


def test_a_key_that_belongs_to_somebody_else_is_refused(session, staff):
    the_key = key()
    scan(session, code=signed_up(session).code, by=staff, the_key=the_key)
    with pytest.raises(services.KeyReused):
        scan(session, code=signed_up(session, name="李桂兰").code, by=staff, the_key=the_key)
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("bad", ["", "short", "中文中文中文中文", "x" * 200, "-starts-badly"])
def test_a_scan_without_a_usable_key_is_refused(session, staff, bad):
    at = during(session)
    with pytest.raises(services.WrongKey):
        services.scan(session, seen=Scan(key=bad, code=signed_up(session).code, came_at=at), by=staff, at=at)


def _cancel_session(session, **_):
    Session.objects.filter(pk=session.pk).update(state=SessionState.CANCELLED)


def _cancel_activity(session, **_):
    Activity.objects.filter(pk=session.activity_id).update(state=ActivityState.CANCELLED)


def _draft(session, **_):
    Activity.objects.filter(pk=session.activity_id).update(state=ActivityState.DRAFT)


def _verified(session, **_):
    Activity.objects.filter(pk=session.activity_id).update(state=ActivityState.VERIFIED)


def _not_coming(participant, **_):
    Participant.objects.filter(pk=participant.pk).update(is_cancelled=True)


def _state(state):
    def change(participant, **_):
        participant.registration.state = state
        participant.registration.save()

    return change


def _other_activity(participant, **_):
    Participant.objects.filter(pk=participant.pk).update(activity=make_activity())


def _other_session(participant, session, **_):
    other = make_session(session.activity, starts_at=session.starts_at + timedelta(days=7))
    participant.registration.pool = make_pool(session.activity, session=other, audience=Audience.ELDERS)
    participant.registration.save()


def _nothing(**_):
    pass


EARLY, LATE = timedelta(hours=-1, seconds=-1), timedelta(hours=4, seconds=1)
IN_TIME = timedelta(minutes=10)
REFUSALS = {
    "session cancelled": (_cancel_session, IN_TIME, "session_cancelled"),
    "activity cancelled": (_cancel_activity, IN_TIME, "session_cancelled"),
    "not published": (_draft, IN_TIME, "session_closed"),
    "verified": (_verified, IN_TIME, "session_closed"),
    "one of a party who stays away": (_not_coming, IN_TIME, "cancelled"),
    "sign-up cancelled": (_state(RegistrationState.CANCELLED), IN_TIME, "cancelled"),
    "offer expired": (_state(RegistrationState.EXPIRED), IN_TIME, "cancelled"),
    "waiting": (_state(RegistrationState.WAITING), IN_TIME, "not_seated"),
    "offered, not confirmed": (_state(RegistrationState.OFFERED), IN_TIME, "not_seated"),
    "another activity": (_other_activity, IN_TIME, "other_session"),
    "another session": (_other_session, IN_TIME, "other_session"),
    "more than an hour before": (_nothing, EARLY, "too_early"),
    "more than two hours after": (_nothing, LATE, "too_late"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_scan_that_is_refused_is_kept_once_with_its_reason_and_nothing_counts(
    case, session, staff, recorded
):
    change, wait, reason = REFUSALS[case]
    added = signed_up(session)
    change(session=session, participant=added.participant)
    the_key = key()
    answers = {
        scan(session, code=added.code, by=staff, at=session.starts_at + wait, the_key=the_key).answer.value
        for _ in range(2)
    }
    assert answers == {reason}
    kept = FailedScan.objects.get()
    assert (kept.reason, kept.recorded_by, kept.token_digest) == (
        reason,
        staff,
        added.participant.code_digest,
    )
    assert (Attendance.objects.count(), recorded) == (0, {})


@pytest.mark.parametrize("code", ["0000000000000000", "https://example.org/", "王秀英", ""])
def test_a_code_that_nobody_has_is_kept_without_the_code_itself(session, staff, code):
    assert scan(session, code=code, by=staff).answer is Answer.UNKNOWN_CODE
    kept = FailedScan.objects.get()
    assert kept.reason == "unknown_code"
    assert code not in kept.token_digest or not code


def test_of_somebody_from_another_activity_not_even_the_name_is_said(session, staff):
    stranger = signed_up(make_activity().sessions.get(), name="赵丽华")
    receipt = scan(session, code=stranger.code, by=staff)
    assert (receipt.answer, receipt.name, receipt.participant) == (Answer.OTHER_SESSION, "", None)


def test_a_name_of_another_activity_cannot_be_tapped(session, staff):
    stranger = signed_up(make_activity().sessions.get()).participant
    assert scan(session, person=stranger.pk, by=staff).answer is Answer.UNKNOWN_CODE


def test_a_scan_kept_without_a_network_counts_at_its_own_time(session, staff):
    added, came_at = signed_up(session), during(session)
    seen = Scan(key=key(), code=added.code, came_at=came_at)
    receipt = services.scan(session, seen=seen, by=staff, at=came_at + timedelta(days=3))
    assert receipt.attendance.checked_in_at == came_at
    assert receipt.attendance.recorded_at == came_at + timedelta(days=3)


def test_a_phone_whose_clock_runs_ahead_cannot_open_the_door_before_its_time(session, staff):
    early = session.starts_at - timedelta(hours=3)
    seen = Scan(key=key(), code=signed_up(session).code, came_at=session.starts_at)
    assert services.scan(session, seen=seen, by=staff, at=early).answer is Answer.TOO_EARLY


def test_what_a_phone_hands_in_is_taken_one_by_one(session, staff):
    at = during(session)
    good, late = signed_up(session), signed_up(session, name="李桂兰", state=RegistrationState.WAITING)
    seen = [Scan(key=key(), code=code, came_at=at) for code in (good.code, "0" * 16, late.code)]
    receipts = services.scan_all(session, scans=seen, by=staff, at=at)
    assert [one.answer.value for one in receipts] == ["accepted", "unknown_code", "not_seated"]
    assert [one.key for one in receipts] == [one.key for one in seen]


def test_a_phone_hands_in_two_hundred_scans_at_most(session, staff):
    at = during(session)
    seen = [Scan(key=key(), code="0" * 16, came_at=at) for _ in range(services.MOST_SCANS + 1)]
    with pytest.raises(services.TooManyScans):
        services.scan_all(session, scans=seen, by=staff, at=at)
    assert FailedScan.objects.count() == 0


def test_a_tapped_name_counts_as_from_the_roster(session, staff):
    participant = signed_up(session).participant
    attendance = scan(session, person=participant.pk, by=staff).attendance
    assert (attendance.way, attendance.evidence) == (CheckInWay.BY_NAME, EvidenceClass.ROSTER)


def test_one_sign_up_for_a_class_opens_each_of_its_lessons(unit, staff):
    lessons = list(make_activity(organiser=unit, sessions=2).sessions.all())
    added = signed_up(lessons[0])
    answers = [scan(one, code=added.code, by=staff).answer for one in lessons]
    assert answers == [Answer.ACCEPTED, Answer.ACCEPTED]
    assert Attendance.objects.count() == 2


def test_a_walk_in_needs_no_phone_and_no_account(session, staff, recorded):
    who = Who(name="陈阿婆", audience=Audience.ELDERS)
    done = services.check_in_walk_in(session, who=who, key=key(), by=staff, at=during(session))
    participant = Participant.objects.get()
    assert (participant.name, participant.is_walk_in, participant.phone) == ("陈阿婆", True, "")
    assert (done.attendance.participant, done.attendance.evidence) == (participant, EvidenceClass.ROSTER)
    assert len(recorded) == 1


def test_a_walk_in_sent_twice_is_one_person(session, staff):
    who, the_key = Who(name="陈阿婆", audience=Audience.ELDERS), key()
    done = [
        services.check_in_walk_in(session, who=who, key=the_key, by=staff, at=during(session))
        for _ in range(2)
    ]
    assert [one.is_new for one in done] == [True, False]
    assert (Participant.objects.count(), Attendance.objects.count()) == (1, 1)


def test_two_walk_ins_of_one_name_are_two_people(session, staff):
    for _ in range(2):
        who = Who(name="王秀英", audience=Audience.ELDERS)
        services.check_in_walk_in(session, who=who, key=key(), by=staff, at=during(session))
    assert Attendance.objects.values("participant").distinct().count() == 2


def test_a_walk_in_who_had_signed_up_is_checked_in_as_that_person(session, staff):
    participant = signed_up(session, name="王秀英", phone="13800138000").participant
    who = Who(name="王 秀英", audience=Audience.ELDERS, phone="+86 138-0013-8000")
    done = services.check_in_walk_in(session, who=who, key=key(), by=staff, at=during(session))
    assert done.attendance.participant == participant
    assert Participant.objects.count() == 1


def test_a_couple_with_one_phone_is_two_people(session, staff):
    signed_up(session, name="王秀英", phone="13800138000")
    who = Who(name="李建国", audience=Audience.ELDERS, phone="13800138000")
    done = services.check_in_walk_in(session, who=who, key=key(), by=staff, at=during(session))
    assert done.attendance.participant.name == "李建国"


def test_a_walk_in_who_is_turned_away_leaves_no_row(session, staff):
    who = Who(name="陈阿婆", audience=Audience.ELDERS)
    with pytest.raises(services.TurnedAway) as refused:
        services.check_in_walk_in(
            session, who=who, key=key(), by=staff, at=session.ends_at + timedelta(hours=3)
        )
    assert refused.value.code == "too_late"
    assert Participant.objects.count() == 0


def test_a_child_walks_in_only_with_a_guardian(session, staff):
    child = Who(name="小明", audience=Audience.YOUTH, birth_year=2016)
    with pytest.raises(services.GuardianMissing) as refused:
        services.check_in_walk_in(session, who=child, key=key(), by=staff, at=during(session))
    assert refused.value.field == "guardian_name"
    with_guardian = Who(name="小明", audience=Audience.YOUTH, birth_year=2016, guardian_name="大明")
    services.check_in_walk_in(session, who=with_guardian, key=key(), by=staff, at=during(session))
    assert Participant.objects.get().guardian_name == "大明"


def test_a_reversal_takes_attendance_and_fact_back_and_the_person_can_come_again(session, staff, recorded):
    added = signed_up(session)
    first = scan(session, code=added.code, by=staff).attendance
    services.reverse_attendance(first, reason="扫错了人", by=staff, at=during(session))
    first.refresh_from_db()
    assert (first.reversal_reason, first.reversed_by) == ("扫错了人", staff)
    second = scan(session, code=added.code, by=staff).attendance
    assert second.pk != first.pk
    assert list(recorded) == [f"attendance:{session.pk}:{added.participant.pk}:{n}" for n in (1, 2)]


def test_a_reversal_needs_a_reason_and_happens_once(session, staff):
    attendance = make_attendance(session, by=staff)
    with pytest.raises(services.ReasonMissing):
        services.reverse_attendance(attendance, reason="  ", by=staff, at=during(session))
    services.reverse_attendance(attendance, reason="算了两遍", by=staff, at=during(session))
    with pytest.raises(services.AlreadyReversed):
        services.reverse_attendance(attendance, reason="再来", by=staff, at=during(session))


def test_a_fact_that_cannot_be_reversed_leaves_the_attendance_as_it_was(session, staff, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise NotAllowed

    attendance = make_attendance(session, by=staff)
    monkeypatch.setattr(ledger, "reverse", refuse)
    with pytest.raises(NotAllowed):
        services.reverse_attendance(attendance, reason="x", by=staff, at=during(session))
    attendance.refresh_from_db()
    assert attendance.reversed_at is None


def test_a_fact_that_cannot_be_recorded_leaves_no_attendance(session, staff, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise NotAllowed

    monkeypatch.setattr(ledger, "record", refuse)
    with pytest.raises(NotAllowed):
        scan(session, code=signed_up(session).code, by=staff)
    assert Attendance.objects.count() == 0


def test_somebody_late_is_admitted_with_a_reason_that_stays(session, staff, recorded):
    participant = signed_up(session).participant
    late = session.ends_at + timedelta(hours=5)
    done = services.admit_late(participant, session=session, reason="网络坏了", key=key(), by=staff, at=late)
    assert (done.attendance.way, done.attendance.reason) == (CheckInWay.OVERRIDE, "网络坏了")
    assert len(recorded) == 1


@pytest.mark.parametrize("change", [_state(RegistrationState.WAITING), _not_coming, _other_session])
def test_somebody_without_a_seat_is_admitted_with_a_reason_but_not_as_merely_late(change, session, staff):
    participant = signed_up(session).participant
    change(participant=participant, session=session)
    at = {"by": staff, "at": during(session)}
    with pytest.raises(services.TurnedAway):
        services.admit_late(participant, session=session, reason="x", key=key(), **at)
    done = services.admit_unregistered(participant, session=session, reason="有空位", key=key(), **at)
    assert done.attendance.way == CheckInWay.OVERRIDE


@pytest.mark.parametrize("deed", [services.admit_late, services.admit_unregistered])
def test_an_override_needs_a_reason_and_a_need(deed, session, staff):
    participant = signed_up(session).participant
    with pytest.raises(services.ReasonMissing):
        deed(participant, session=session, reason=" ", key=key(), by=staff, at=during(session))
    with pytest.raises(services.NothingToOverride):
        deed(participant, session=session, reason="x", key=key(), by=staff, at=during(session))


def test_an_override_opens_no_cancelled_session(session, staff):
    participant = signed_up(session).participant
    _cancel_session(session)
    with pytest.raises(services.TurnedAway) as refused:
        services.admit_unregistered(
            participant, session=session, reason="x", key=key(), by=staff, at=during(session)
        )
    assert refused.value.code == "session_cancelled"


def test_an_override_sent_twice_is_one(session, staff):
    participant, the_key = signed_up(session).participant, key()
    late = session.ends_at + timedelta(hours=5)
    done = [
        services.admit_late(participant, session=session, reason="x", key=the_key, by=staff, at=late)
        for _ in range(2)
    ]
    assert [one.is_new for one in done] == [True, False]


def test_heads_are_counted_where_nobody_is_listed(session, staff, recorded):
    done = services.count_heads(session, number=120, photo=None, key=key(), by=staff, at=during(session))
    assert (done.attendance.quantity, done.attendance.participant) == (120, None)
    (happening,) = recorded.values()
    assert (happening.quantity, happening.evidence, happening.person_key, happening.age) == (
        Decimal(120),
        EvidenceClass.HEAD_COUNT,
        "",
        None,
    )


def test_heads_and_people_are_never_both_counted(session, staff):
    at = {"by": staff, "at": during(session)}
    attendance = make_attendance(session, by=staff)
    with pytest.raises(services.PeopleListed):
        services.count_heads(session, number=30, photo=None, key=key(), **at)
    services.reverse_attendance(attendance, reason="改为点人数", **at)
    services.count_heads(session, number=30, photo=None, key=key(), **at)
    with pytest.raises(services.HeadsCounted):
        services.count_heads(session, number=31, photo=None, key=key(), **at)
    receipt = scan(session, code=signed_up(session, name="李桂兰").code, by=staff)
    assert receipt.answer is Answer.HEADS_COUNTED
    assert Attendance.objects.filter(reversed_at=None).count() == 1


def test_a_head_count_sent_twice_is_one_and_a_wrong_one_is_counted_again_after_its_reversal(
    session, staff, recorded
):
    the_key, at = key(), {"by": staff, "at": during(session)}
    done = [services.count_heads(session, number=30, photo=None, key=the_key, **at) for _ in range(2)]
    assert [one.is_new for one in done] == [True, False]
    services.reverse_attendance(done[0].attendance, reason="数错了", **at)
    services.count_heads(session, number=33, photo=None, key=key(), **at)
    assert list(recorded) == [f"attendance:{session.pk}:heads:{n}" for n in (1, 2)]


@pytest.mark.parametrize("number", [0, -1, 100_001])
def test_a_head_count_is_a_number_of_people(session, staff, number):
    with pytest.raises(services.WrongNumber):
        services.count_heads(session, number=number, photo=None, key=key(), by=staff, at=during(session))


def test_nobody_is_counted_before_the_door_opens(session, staff):
    early = session.starts_at - timedelta(hours=2)
    with pytest.raises(services.TurnedAway) as refused:
        services.count_heads(session, number=5, photo=None, key=key(), by=staff, at=early)
    assert refused.value.code == "too_early"
