"""Planning an activity: drafts are kept half filled, publication is complete, and nobody is left uninformed."""

from dataclasses import replace
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kepu.accounts.models import Role
from kepu.activities.models import (
    Activity,
    ActivityState,
    Attendance,
    CheckInWay,
    Registration,
    RegistrationState,
    Session,
    SessionState,
    Setting,
    SignUp,
    TextMessage,
)
from kepu.activities.people import phone_index
from kepu.activities.queries.readiness import missing
from kepu.activities.recurrence import Frequency, Rule, Slot, slots
from kepu.activities.services import kinds, planning, pools, sessions
from kepu.activities.services.planning import ActivityWords
from kepu.activities.services.sessions import SessionWords
from kepu.audit.models import Entry
from kepu.core.errors import WrongState
from kepu.core.vocabulary import Audience
from kepu.messages.models import Message
from tests.factories.accounts import make_organisation, make_user
from tests.factories.activities import (
    AT,
    make_activity,
    make_kind,
    make_participant,
    make_pool,
    make_series,
    make_session,
)
from tests.factories.plans import make_action, make_measure, make_plan

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
LATER = AT + timedelta(minutes=5)


@pytest.fixture
def unit():
    return make_organisation("百官街道")


@pytest.fixture
def planner(unit):
    return make_user(Role.TOWNSHIP, unit, name="策划人")


@pytest.fixture
def colleague(unit):
    return make_user(Role.TOWNSHIP, unit, name="同事")


@pytest.fixture
def plain_kind():
    return make_kind("plain", audiences=["elders", "other"])


def words(unit, kind, **fields):
    return ActivityWords(
        **{"title": "手机课", "kind": kind, "organiser": unit, "region": unit.region, "audience": "elders"}
        | fields
    )


def gaps(activity):
    return [gap.field for gap in missing(activity)]


def sign_up(activity, *, pool, phone="13800000000"):
    number = f"R{Registration.objects.count():05d}"
    return Registration.objects.create(
        activity=activity,
        pool=pool,
        number=number,
        link_digest=number,
        idempotency_key=number,
        contact_name="王秀英",
        contact_phone=phone,
        contact_phone_index=phone_index(phone),
        seats=1,
        state=RegistrationState.SEATED,
        registered_at=AT,
        changed_at=AT,
    )


class TestDrafts:
    def test_a_half_filled_draft_is_kept_with_a_trace(self, unit, planner, plain_kind):
        activity = planning.plan_activity(words(unit, plain_kind), by=planner, at=AT)
        activity.refresh_from_db()
        assert (activity.state, activity.title, activity.cost) == (ActivityState.DRAFT, "手机课", 0)
        assert activity.created_by == planner
        assert Entry.objects.get().deed == "plan_activity"

    def test_addresses_are_short_and_never_the_same(self, unit, planner, plain_kind):
        slugs = {
            planning.plan_activity(words(unit, plain_kind), by=planner, at=AT).slug for _number in range(20)
        }
        assert len(slugs) == 20
        assert all(len(slug) == 8 and not set(slug) & set("01ilou") for slug in slugs)

    def test_themes_outside_the_kinds_vocabularies_are_left_out(self, unit, planner):
        kind = make_kind(
            "rural",
            audiences=["elders"],
            theme_vocabularies=[{"vocabulary": "rural_themes", "is_required": True}],
        )
        given = {"rural_themes": ["health"], "elder_scenarios": ["travel"]}
        activity = planning.plan_activity(words(unit, kind, themes=given), by=planner, at=AT)
        assert activity.themes == {"rural_themes": ["health"]}

    def test_the_leading_unit_is_not_its_own_partner(self, unit, planner, plain_kind):
        other = make_organisation("区卫健局")
        activity = planning.plan_activity(words(unit, plain_kind, partners=[unit, other]), by=planner, at=AT)
        assert list(activity.partners.all()) == [other]

    def test_a_retired_kind_takes_no_new_activity(self, unit, planner):
        kind = make_kind("old", audiences=["elders"], is_active=False)
        with pytest.raises(planning.KindRetired):
            planning.plan_activity(words(unit, kind), by=planner, at=AT)

    def test_a_title_is_the_least(self, unit, planner, plain_kind):
        with pytest.raises(planning.ActivityUntitled):
            planning.plan_activity(words(unit, plain_kind, title="  "), by=planner, at=AT)

    def test_a_draft_can_be_thrown_away_and_a_published_activity_cannot(self, unit, planner):
        draft = make_activity(organiser=unit, state=ActivityState.DRAFT)
        planning.discard_draft(draft, by=planner, at=AT)
        assert not Activity.objects.filter(pk=draft.pk).exists()
        with pytest.raises(planning.DraftInUse):
            planning.discard_draft(make_activity(organiser=unit), by=planner, at=AT)


class TestPublishing:
    def test_what_is_missing_is_listed_and_nothing_is_published(self, unit, planner):
        kinds.load_shipped_kinds()
        kind = kinds.Kind.objects.get(code="silver_digital")
        draft = planning.plan_activity(words(unit, kind), by=planner, at=AT)
        with pytest.raises(planning.NotReady) as refused:
            planning.publish_activity(draft, by=planner, at=AT)
        assert [gap.field for gap in refused.value.gaps] == [
            "first_on",
            "seats",
            "measure",
            "place",
            "themes_elder_scenarios",
            "themes_learning_points",
        ]
        assert "还没有安排日期" in str(refused.value)
        draft.refresh_from_db()
        assert draft.state == ActivityState.DRAFT

    def test_an_elder_class_is_planned_on_its_measure_and_published(self, unit, planner):
        kinds.load_shipped_kinds()
        kind = kinds.Kind.objects.get(code="silver_digital")
        measure = make_measure(make_action(make_plan()))
        themes = {"elder_scenarios": ["medical_care"], "learning_points": ["village"]}
        draft = planning.plan_activity(
            words(unit, kind, measure=measure, place="桃园村", themes=themes), by=planner, at=AT
        )
        rule = Rule(date(2026, 10, 13), time(9), time(11), Frequency.WEEKLY, count=6)
        sessions.add_sessions(draft, slots=slots(rule, zone=ZONE), words=SessionWords(), by=planner, at=AT)
        pools.add_pool(draft, capacity=20, waiting_capacity=5, by=planner, at=AT)
        published = planning.publish_activity(draft, by=planner, at=AT)
        assert published.state == ActivityState.PUBLISHED
        assert published.sessions.count() == 6
        assert len({one.check_in_secret for one in published.sessions.all()}) == 6

    @pytest.mark.parametrize(
        ("name", "is_there"),
        [
            ("place", {"place": "文化礼堂"}),
            ("address", {"address": "解放路"}),
            ("text", {"text": "介绍"}),
            ("contact", {"contact": "0575"}),
            ("languages", {"languages": ["mandarin"]}),
            ("accessibility", {"accessibility": ["lift"]}),
        ],
    )
    def test_a_required_field_is_missed_until_it_is_there(self, unit, name, is_there):
        kind = make_kind(f"needs-{name}", audiences=["elders"], required=[name])
        activity = make_activity(organiser=unit, kind=kind, place="")
        assert gaps(activity) == [name]
        Activity.objects.filter(pk=activity.pk).update(**is_there)
        activity.refresh_from_db()
        assert gaps(activity) == []

    def test_hours_and_topics_are_asked_of_every_date(self, unit):
        kind = make_kind("lessons", audiences=["elders"], required=["hours", "topic"])
        activity = make_activity(organiser=unit, kind=kind, sessions=0)
        make_session(activity, hours=2, topic="第一课")
        assert gaps(activity) == []
        make_session(activity, starts_at=AT + timedelta(days=9), hours=2)
        assert gaps(activity) == ["topic"]

    def test_series_partners_and_seats_can_be_required(self, unit):
        kind = make_kind("lecture", audiences=["elders"], required=["series", "partners", "seats"])
        activity = make_activity(organiser=unit, kind=kind, pools={}, sign_up=SignUp.NONE)
        assert gaps(activity) == ["series", "partners", "seats"]
        activity.series = make_series(unit, kind=kind)
        activity.save()
        activity.partners.add(make_organisation())
        make_pool(activity)
        assert gaps(activity) == []

    def test_online_needs_an_address_and_no_place(self, unit):
        kind = make_kind("talk", audiences=["elders"], required=["place"])
        activity = make_activity(organiser=unit, kind=kind, setting=Setting.ONLINE, place="")
        assert gaps(activity) == ["online_address"]

    def test_the_audience_must_be_one_of_the_kind(self, unit):
        kind = make_kind("for-youth", audiences=["youth"])
        assert gaps(make_activity(organiser=unit, kind=kind, audience=Audience.ELDERS)) == ["audience"]

    def test_partners_hear_of_it(self, unit, planner, plain_kind):
        partner = make_organisation("区卫健局")
        helper = make_user(Role.PARTNER_UNIT, partner, name="合作人")
        draft = make_activity(organiser=unit, kind=plain_kind, partners=[partner], state=ActivityState.DRAFT)
        planning.publish_activity(draft, by=planner, at=AT)
        assert list(Message.objects.values_list("recipient", flat=True)) == [helper.pk]

    def test_a_published_activity_cannot_be_edited_into_a_gap(self, unit, planner):
        kind = make_kind("placed", audiences=["elders"], required=["place"])
        activity = make_activity(organiser=unit, kind=kind)
        emptied = replace(ActivityWords.of(activity), place="")
        with pytest.raises(planning.NotReady):
            planning.edit_activity(activity, words=emptied, by=planner, at=LATER)
        activity.refresh_from_db()
        assert activity.place == "文化礼堂"

    def test_another_place_is_told_to_colleagues_and_to_who_signed_up(
        self, unit, planner, colleague, plain_kind
    ):
        activity = make_activity(organiser=unit, kind=plain_kind)
        sign_up(activity, pool=activity.pools.get())
        moved = replace(ActivityWords.of(activity), place="社区中心")
        planning.edit_activity(activity, words=moved, by=planner, at=LATER)
        assert Message.objects.get().recipient == colleague
        assert "社区中心" in TextMessage.objects.get().text

    def test_other_words_are_told_to_nobody(self, unit, planner, colleague, plain_kind):
        activity = make_activity(organiser=unit, kind=plain_kind)
        worded = replace(ActivityWords.of(activity), text="新的介绍")
        planning.edit_activity(activity, words=worded, by=planner, at=LATER)
        assert Message.objects.count() == 0
        assert Entry.objects.get().changes == {"text": ["", "新的介绍"]}


class TestCopying:
    def test_a_copy_has_words_and_seats_and_no_dates(self, unit, planner, plain_kind):
        partner = make_organisation()
        activity = make_activity(
            organiser=unit, kind=plain_kind, partners=[partner], sessions=3, pools={"": 7}
        )
        copy = planning.copy_activity(activity, by=planner, at=LATER)
        assert (copy.state, copy.place, copy.copied_from) == (ActivityState.DRAFT, "文化礼堂", activity)
        assert copy.title == f"{activity.title}（副本）"
        assert list(copy.partners.all()) == [partner]
        assert [(pool.capacity, pool.taken) for pool in copy.pools.all()] == [(7, 0)]
        assert copy.sessions.count() == 0


class TestCancelling:
    def test_everybody_concerned_is_told_why(self, unit, planner, colleague, plain_kind):
        partner = make_organisation()
        helper = make_user(Role.PARTNER_UNIT, partner)
        activity = make_activity(organiser=unit, kind=plain_kind, partners=[partner], sessions=2)
        sign_up(activity, pool=activity.pools.get())
        planning.cancel_activity(activity, reason="台风", by=planner, at=LATER)
        activity.refresh_from_db()
        assert (activity.state, activity.state_reason) == (ActivityState.CANCELLED, "台风")
        assert {one.state for one in activity.sessions.all()} == {SessionState.CANCELLED}
        assert {one.recipient for one in Message.objects.all()} == {colleague, helper}
        assert "台风" in TextMessage.objects.get().text

    def test_a_reason_is_asked_for(self, unit, planner):
        with pytest.raises(planning.CancelledWithoutReason):
            planning.cancel_activity(make_activity(organiser=unit), reason=" ", by=planner, at=AT)

    def test_what_has_begun_cannot_be_cancelled_as_a_whole(self, unit, planner):
        activity = make_activity(organiser=unit)
        attend(activity.sessions.get())
        with pytest.raises(planning.ActivityHasBegun):
            planning.cancel_activity(activity, reason="台风", by=planner, at=AT)

    @pytest.mark.parametrize("state", ["draft", "cancelled", "reported", "verified"])
    def test_only_what_is_published_can_be_cancelled(self, unit, planner, state):
        with pytest.raises(WrongState):
            planning.cancel_activity(
                make_activity(organiser=unit, state=state), reason="台风", by=planner, at=AT
            )

    @pytest.mark.parametrize("state", ["published", "cancelled", "reported", "verified"])
    def test_only_a_draft_can_be_published(self, unit, planner, plain_kind, state):
        activity = make_activity(organiser=unit, kind=plain_kind, state=state)
        with pytest.raises(WrongState):
            planning.publish_activity(activity, by=planner, at=AT)

    @pytest.mark.parametrize("state", ["cancelled", "reported", "verified"])
    def test_what_is_closed_is_not_changed_any_more(self, unit, planner, state):
        activity = make_activity(organiser=unit, state=state)
        with pytest.raises(WrongState):
            planning.edit_activity(activity, words=ActivityWords.of(activity), by=planner, at=AT)


def attend(session):
    person = make_participant(session.activity)
    return Attendance.objects.create(
        session=session,
        participant=person,
        way=CheckInWay.BY_NAME,
        evidence="roster",
        idempotency_key=f"a{session.pk}",
        fact_key=f"f{session.pk}",
        checked_in_at=AT,
        recorded_at=AT,
    )


class TestDates:
    def slot(self, day, *, hour=9):
        starts = AT.replace(hour=hour) + timedelta(days=day)
        return Slot(starts, starts + timedelta(hours=2))

    def test_the_same_rule_sent_twice_adds_nothing(self, unit, planner):
        activity = make_activity(organiser=unit, sessions=0)
        given = [self.slot(1), self.slot(2)]
        for _time in range(2):
            sessions.add_sessions(activity, slots=given, words=SessionWords(), by=planner, at=AT)
        assert activity.sessions.count() == 2

    def test_more_than_a_thousand_in_all_are_refused(self, unit, planner):
        activity = make_activity(organiser=unit, sessions=0)
        given = [self.slot(day) for day in range(1, 601)]
        sessions.add_sessions(activity, slots=given, words=SessionWords(), by=planner, at=AT)
        more = [self.slot(day) for day in range(601, 1002)]
        with pytest.raises(sessions.TooManyDates):
            sessions.add_sessions(activity, slots=more, words=SessionWords(), by=planner, at=AT)
        assert activity.sessions.count() == 600

    def test_moving_a_date_keeps_seats_and_tells_the_old_and_the_new_one(self, unit, planner, colleague):
        activity = make_activity(organiser=unit, sessions=1)
        sign_up(activity, pool=activity.pools.get())
        moved = sessions.move_session(
            activity.sessions.get(), slot=self.slot(9), reason="场地维修", by=planner, at=LATER
        )
        assert (moved.state, moved.starts_at) == (SessionState.PLANNED, self.slot(9).starts_at)
        body = Message.objects.get(recipient=colleague).body
        assert "原定：2026 年 10 月 9 日 09:00。现在：2026 年 10 月 17 日 17:00。原因：场地维修。" in body
        assert "场地维修" in TextMessage.objects.get().text

    def test_a_date_put_off_can_get_a_new_time(self, unit, planner):
        session = make_activity(organiser=unit).sessions.get()
        off = sessions.put_session_off(session, reason="台风", by=planner, at=AT)
        assert off.state == SessionState.POSTPONED
        with pytest.raises(WrongState):
            sessions.put_session_off(session, reason="台风", by=planner, at=AT)
        again = sessions.move_session(session, slot=self.slot(20), reason="天晴", by=planner, at=LATER)
        assert again.state == SessionState.PLANNED

    def test_two_dates_cannot_begin_at_once(self, unit, planner):
        activity = make_activity(organiser=unit, sessions=2)
        first, second = activity.sessions.all()
        with pytest.raises(sessions.DateTaken):
            sessions.move_session(
                first, slot=Slot(second.starts_at, second.ends_at), reason="换", by=planner, at=AT
            )

    def test_one_date_is_called_off_and_the_last_one_is_not(self, unit, planner, colleague):
        activity = make_activity(organiser=unit, sessions=2)
        first, second = activity.sessions.all()
        sessions.cancel_session(first, reason="停电", by=planner, at=AT)
        assert Message.objects.filter(recipient=colleague).count() == 1
        with pytest.raises(sessions.LastSession):
            sessions.cancel_session(second, reason="停电", by=planner, at=LATER)

    def test_what_people_know_of_changes_only_with_a_reason(self, unit, planner):
        session = make_activity(organiser=unit, sessions=2).sessions.first()
        for deed in (sessions.put_session_off, sessions.cancel_session):
            with pytest.raises(sessions.ChangedWithoutReason):
                deed(session, reason="", by=planner, at=AT)

    def test_a_draft_changes_silently(self, unit, planner, colleague):
        draft = make_activity(organiser=unit, state=ActivityState.DRAFT)
        sessions.move_session(draft.sessions.get(), slot=self.slot(5), reason="", by=planner, at=AT)
        assert Message.objects.count() == 0

    def test_a_date_to_which_people_came_is_not_moved_or_called_off(self, unit, planner):
        session = make_activity(organiser=unit, sessions=2).sessions.first()
        attend(session)
        with pytest.raises(sessions.SessionHasBegun):
            sessions.cancel_session(session, reason="停电", by=planner, at=AT)
        with pytest.raises(sessions.SessionHasBegun):
            sessions.move_session(session, slot=self.slot(5), reason="停电", by=planner, at=AT)

    def test_a_date_is_removed_only_while_nobody_counts_on_it(self, unit, planner):
        activity = make_activity(organiser=unit, sessions=3)
        first, second, _third = activity.sessions.all()
        sessions.remove_session(first, by=planner, at=AT)
        assert activity.sessions.count() == 2
        sign_up(activity, pool=activity.pools.get())
        with pytest.raises(sessions.SessionInUse):
            sessions.remove_session(second, by=planner, at=AT)

    def test_a_date_has_words_of_its_own(self, unit, planner):
        session = make_activity(organiser=unit).sessions.get()
        described = SessionWords(topic="第一课", place="二楼", hours=2)
        sessions.describe_session(session, words=described, by=planner, at=AT)
        kept = Session.objects.get(pk=session.pk)
        assert (kept.topic, kept.place, kept.hours) == ("第一课", "二楼", 2)


class TestSeats:
    def test_seats_for_each_date_are_given_to_those_without(self, unit, planner):
        activity = make_activity(organiser=unit, sessions=3, pools={})
        pools.add_pool_to_each_session(activity, capacity=10, by=planner, at=AT)
        make_session(activity, starts_at=AT + timedelta(days=30))
        added = pools.add_pool_to_each_session(activity, capacity=5, by=planner, at=LATER)
        assert [pool.capacity for pool in added] == [5]
        assert activity.pools.count() == 4

    def test_seats_are_either_of_dates_or_of_the_whole(self, unit, planner):
        activity = make_activity(organiser=unit, sessions=2)
        with pytest.raises(pools.SeatsMixed):
            pools.add_pool_to_each_session(activity, capacity=10, by=planner, at=AT)

    def test_one_audience_has_one_set_of_seats(self, unit, planner):
        activity = make_activity(organiser=unit)
        pools.add_pool(activity, capacity=5, audience="elders", by=planner, at=AT)
        with pytest.raises(pools.PoolExists):
            pools.add_pool(activity, capacity=5, audience="elders", by=planner, at=AT)

    def test_seats_that_somebody_took_stay(self, unit, planner):
        activity = make_activity(organiser=unit)
        pool = activity.pools.get()
        sign_up(activity, pool=pool)
        with pytest.raises(pools.PoolInUse):
            pools.remove_pool(pool, by=planner, at=AT)

    @pytest.mark.parametrize("capacity", [0, 100_001])
    def test_seats_are_a_number_that_makes_sense(self, unit, planner, capacity):
        with pytest.raises(pools.SeatsNotCountable):
            pools.add_pool(make_activity(organiser=unit, pools={}), capacity=capacity, by=planner, at=AT)
