"""Who may plan what: deeds down, people across. This table is the test and the documentation.

The activity is led by the lead unit's organisation, with the partner unit's as partner; the school (venue keeper) lies below the lead
unit, the volunteers' team below the township. Office, auditor, expert, resident and guardian belong to the office's organisation.
"""

from datetime import timedelta

import pytest
from django.db import transaction

from kepu.accounts.models import Role
from kepu.activities import rules
from kepu.activities.models import ActivityState, SessionRole, SessionStaff
from kepu.activities.recurrence import Slot
from kepu.activities.services import campaigns, kinds, planning, pools, sessions
from kepu.activities.services.campaigns import CampaignWords, SeriesWords
from kepu.activities.services.kinds import KindWords
from kepu.activities.services.planning import ActivityWords
from kepu.activities.services.sessions import SessionWords
from kepu.core.errors import NotAllowed
from tests.factories.accounts import make_organisation, make_region, make_user, personas
from tests.factories.activities import AT, make_activity, make_campaign, make_kind, make_series

pytestmark = pytest.mark.django_db

PEOPLE = [
    Role.DISTRICT_OFFICE,
    Role.LEAD_UNIT,
    Role.PARTNER_UNIT,
    Role.TOWNSHIP,
    Role.VENUE_KEEPER,
    Role.EXPERT,
    Role.VOLUNTEER_ORGANISER,
    Role.RESIDENT,
    Role.GUARDIAN,
    Role.AUDITOR,
    "nobody",
]

TABLE = """
                         office lead partner township keeper expert volunteer resident guardian auditor nobody
see_published              ✓     ✓     ✓       ✓        ✓      ✓       ✓         ✓        ✓       ✓      ✓
see_draft_of_lead          ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✓      ✗
see_draft_of_school        ✓     ✓     ✗       ✗        ✓      ✗       ✗         ✗        ✗       ✓      ✗
see_people_of_lead         ✓     ✓     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
check_in_at_lead           ✓     ✓     ✓       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
verify_lead                ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗

plan_for_lead              ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
plan_for_school            ✓     ✓     ✗       ✗        ✓      ✗       ✗         ✗        ✗       ✗      ✗
plan_for_team              ✓     ✗     ✗       ✓        ✗      ✗       ✓         ✗        ✗       ✗      ✗
edit_of_lead               ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
ask_of_lead                ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
copy_of_lead               ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
publish_of_lead            ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
cancel_of_lead             ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
discard_of_lead            ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
add_sessions_of_lead       ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
describe_session_of_lead   ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
move_session_of_lead       ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
put_off_session_of_lead    ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
cancel_session_of_lead     ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
remove_session_of_lead     ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
add_seats_of_lead          ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
add_seats_by_date_of_lead  ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
remove_seats_of_lead       ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗

open_campaign_for_lead     ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_campaign_of_lead      ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
begin_series_for_lead      ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_series_of_lead        ✓     ✓     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗

add_kind                   ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
edit_kind                  ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
retire_kind                ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
restore_kind               ✓     ✗     ✗       ✗        ✗      ✗       ✗         ✗        ✗       ✗      ✗
"""
ROWS = [line.split() for line in TABLE.splitlines()[2:] if line.strip()]
KIND_WORDS = KindWords(label="新类别", audiences=["elders"], evidence=["roster"])


class Scene:
    """The district, and the activity of the lead unit in the state that a deed needs."""

    def __init__(self):
        self.people = personas()
        self.lead = self.unit(Role.LEAD_UNIT)
        self.partner = self.unit(Role.PARTNER_UNIT)
        self.school = self.unit(Role.VENUE_KEEPER)
        self.team = self.unit(Role.VOLUNTEER_ORGANISER)
        self.kind = make_kind("plain", audiences=["elders"])

    def unit(self, role):
        return self.people[role].active_memberships[0].organisation

    def published(self):
        return make_activity(organiser=self.lead, partners=[self.partner], kind=self.kind, sessions=2)

    def draft(self, organiser=None):
        return make_activity(organiser=organiser or self.lead, kind=self.kind, state=ActivityState.DRAFT)

    def words(self, unit):
        return ActivityWords("新活动", self.kind, unit, unit.region, "elders")


SLOT = Slot(AT + timedelta(days=40), AT + timedelta(days=40, hours=2))


def require(allowed):
    if not allowed:
        raise NotAllowed


def deeds(scene, by):
    acting = {"by": by, "at": AT}
    unit = scene.lead
    campaign = CampaignWords("活动周", unit, unit.region, AT.date(), AT.date())
    series = SeriesWords("大讲堂", unit, scene.kind)

    def sees(activity):
        return rules.visible_to(by).filter(pk=activity.pk).exists()

    def session():
        return scene.published().sessions.first()

    return {
        "see_published": lambda: require(sees(scene.published())),
        "see_draft_of_lead": lambda: require(sees(scene.draft())),
        "see_draft_of_school": lambda: require(sees(scene.draft(scene.school))),
        "see_people_of_lead": lambda: require(rules.can_see_people(by, scene.published())),
        "check_in_at_lead": lambda: require(rules.can_check_in(by, session())),
        "verify_lead": lambda: require(rules.can_verify(by, scene.published())),
        "plan_for_lead": lambda: planning.plan_activity(scene.words(unit), **acting),
        "plan_for_school": lambda: planning.plan_activity(scene.words(scene.school), **acting),
        "plan_for_team": lambda: planning.plan_activity(scene.words(scene.team), **acting),
        "edit_of_lead": lambda: planning.edit_activity(scene.draft(), words=scene.words(unit), **acting),
        "ask_of_lead": lambda: planning.ask_questions(scene.draft(), questions=[], **acting),
        "copy_of_lead": lambda: planning.copy_activity(scene.published(), **acting),
        "publish_of_lead": lambda: planning.publish_activity(scene.draft(), **acting),
        "cancel_of_lead": lambda: planning.cancel_activity(scene.published(), reason="台风", **acting),
        "discard_of_lead": lambda: planning.discard_draft(scene.draft(), **acting),
        "add_sessions_of_lead": lambda: sessions.add_sessions(
            scene.published(), slots=[SLOT], words=SessionWords(), **acting
        ),
        "describe_session_of_lead": lambda: sessions.describe_session(
            session(), words=SessionWords(topic="新"), **acting
        ),
        "move_session_of_lead": lambda: sessions.move_session(session(), slot=SLOT, reason="换", **acting),
        "put_off_session_of_lead": lambda: sessions.put_session_off(session(), reason="换", **acting),
        "cancel_session_of_lead": lambda: sessions.cancel_session(session(), reason="换", **acting),
        "remove_session_of_lead": lambda: sessions.remove_session(session(), **acting),
        "add_seats_of_lead": lambda: pools.add_pool(
            scene.published(), capacity=3, audience="youth", **acting
        ),
        "add_seats_by_date_of_lead": lambda: pools.add_pool_to_each_session(
            make_activity(organiser=unit, pools={}), capacity=3, **acting
        ),
        "remove_seats_of_lead": lambda: pools.remove_pool(scene.published().pools.get(), **acting),
        "open_campaign_for_lead": lambda: campaigns.open_campaign(campaign, **acting),
        "edit_campaign_of_lead": lambda: campaigns.edit_campaign(
            make_campaign(unit), words=campaign, **acting
        ),
        "begin_series_for_lead": lambda: campaigns.begin_series(series, **acting),
        "edit_series_of_lead": lambda: campaigns.edit_series(make_series(unit), words=series, **acting),
        "add_kind": lambda: kinds.add_kind(KIND_WORDS, **acting),
        "edit_kind": lambda: kinds.edit_kind(make_kind(), words=KIND_WORDS, **acting),
        "retire_kind": lambda: kinds.retire_kind(make_kind(), **acting),
        "restore_kind": lambda: kinds.restore_kind(make_kind(is_active=False), **acting),
    }


def is_allowed(deed):
    """Each deed in a savepoint of its own, so that one does not change what the next finds."""
    try:
        with transaction.atomic():
            deed()
            raise _TakeBackError
    except _TakeBackError:
        return True
    except NotAllowed:
        return False


class _TakeBackError(Exception):
    pass


def test_the_table_names_every_deed():
    scene = Scene()
    assert [row[0] for row in ROWS] == list(deeds(scene, scene.people["nobody"]))


@pytest.mark.parametrize("person", PEOPLE, ids=str)
def test_who_may_do_what(person):
    scene = Scene()
    found = {name: is_allowed(deed) for name, deed in deeds(scene, scene.people[person]).items()}
    column = PEOPLE.index(person) + 1
    assert found == {row[0]: row[column] == "✓" for row in ROWS}


def test_who_is_named_at_a_session_checks_in_there_and_sees_its_people():
    activity = make_activity(sessions=2)
    first, second = activity.sessions.all()
    expert = make_user(Role.EXPERT)
    SessionStaff.objects.create(session=first, role=SessionRole.LECTURER, name="张老师", user=expert)
    assert [rules.can_check_in(expert, one) for one in (first, second)] == [True, False]
    assert rules.can_see_people(expert, activity)


def test_the_office_of_another_district_changes_nothing_here():
    elsewhere = make_region("330602000000", name="越城区")
    stranger = make_user(Role.DISTRICT_OFFICE, make_organisation("越城区科协", region=elsewhere))
    activity = make_activity()
    draft = make_activity(state=ActivityState.DRAFT)
    assert not rules.can_manage(stranger, activity)
    assert not rules.can_verify(stranger, activity)
    assert draft not in rules.visible_to(stranger)
    with pytest.raises(NotAllowed):
        planning.cancel_activity(activity, reason="?", by=stranger, at=AT)
