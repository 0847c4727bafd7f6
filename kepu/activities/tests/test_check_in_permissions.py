"""Who may do what at the door: deeds down, people across, every cell decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kepu.accounts.models import Role
from kepu.activities import rules
from kepu.activities.models import Activity, ActivityState, CheckInWay, SessionRole
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import Scan
from kepu.activities.services.participants import Who
from kepu.core.errors import NotAllowed
from kepu.core.vocabulary import Audience
from tests.factories.accounts import make_user, personas
from tests.factories.activities import make_activity
from tests.factories.check_in import during, key, make_attendance, signed_up

pytestmark = pytest.mark.django_db

OFFICE, LEAD, PARTNER, TOWN = Role.DISTRICT_OFFICE, Role.LEAD_UNIT, Role.PARTNER_UNIT, Role.TOWNSHIP
NAMED = "named at the session"
PEOPLE = [*Role.values, "nobody", NAMED]
RUNS_IT = {OFFICE, LEAD}
AT_THE_DOOR = {*RUNS_IT, PARTNER, NAMED}


class World:
    """An activity of the lead unit with the partner unit, one helper named at its session, and people on its list."""

    def __init__(self):
        self.people = personas()
        self.people[NAMED] = make_user(name="志愿者小李")
        self.lead = self.people[LEAD]
        units = {role: self.people[role].active_memberships[0].organisation for role in (LEAD, PARTNER)}
        self.activity = make_activity(organiser=units[LEAD], partners=[units[PARTNER]])
        self.session = self.activity.sessions.get()
        self.session.staff.create(role=SessionRole.HELPER, name="小李", user=self.people[NAMED])
        self.at = during(self.session)

    def verified(self):
        attendance = make_attendance(self.session, by=self.lead)
        Activity.objects.filter(pk=self.activity.pk).update(state=ActivityState.VERIFIED)
        return attendance


@pytest.fixture
def world():
    return World()


def scan(w):
    seen = Scan(key=key(), code=signed_up(w.session).code, came_at=w.at)
    return lambda by: services.scan(w.session, seen=seen, by=by, at=w.at)


def check_in(w):
    participant = signed_up(w.session).participant
    return lambda by: services.check_in(
        participant, session=w.session, way=CheckInWay.BY_NAME, key=key(), by=by, at=w.at
    )


def walk_in(w):
    who = Who(name="陈阿婆", audience=Audience.ELDERS)
    return lambda by: services.check_in_walk_in(w.session, who=who, key=key(), by=by, at=w.at)


def sheet(w):
    rows = services.typed_rows("陈阿婆", audience=Audience.ELDERS, on=localdate(w.at))
    return lambda by: services.enter_sheet(
        w.session, rows=rows, photo=None, way=CheckInWay.SHEET, key=key(), by=by, at=w.at
    )


def heads(w):
    return lambda by: services.count_heads(w.session, number=9, photo=None, key=key(), by=by, at=w.at)


def admit_late(w):
    participant, late = signed_up(w.session).participant, w.session.ends_at + timedelta(hours=9)
    return lambda by: services.admit_late(
        participant, session=w.session, reason="x", key=key(), by=by, at=late
    )


def admit_unregistered(w):
    participant = signed_up(w.session, state="waiting").participant
    return lambda by: services.admit_unregistered(
        participant, session=w.session, reason="x", key=key(), by=by, at=w.at
    )


def reverse(w):
    attendance = make_attendance(w.session, by=w.lead)
    return lambda by: services.reverse_attendance(attendance, reason="x", by=by, at=w.at)


def reverse_verified(w):
    attendance = w.verified()
    return lambda by: services.reverse_attendance(attendance, reason="x", by=by, at=w.at)


def see(rows, thing):
    def look(by):
        if not rows(by).filter(pk=thing.pk).exists():
            raise NotAllowed

    return look


def see_attendance(w):
    return see(rules.visible_attendances, make_attendance(w.session, by=w.lead))


def see_sheet(w):
    return see(rules.visible_sheet_sessions, w.session)


def stand_at_door(w):
    return see(rules.door_sessions, w.session)


TABLE = {
    scan: AT_THE_DOOR,
    check_in: AT_THE_DOOR,
    walk_in: AT_THE_DOOR,
    sheet: AT_THE_DOOR,
    heads: AT_THE_DOOR,
    stand_at_door: AT_THE_DOOR,
    see_attendance: AT_THE_DOOR | {Role.AUDITOR},
    see_sheet: AT_THE_DOOR | {Role.AUDITOR},
    admit_late: RUNS_IT,
    admit_unregistered: RUNS_IT,
    reverse: RUNS_IT,
    reverse_verified: {OFFICE},
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("deed", TABLE, ids=lambda deed: deed.__name__)
def test_everybody_may_do_exactly_what_the_table_says(world, deed, who):
    ready = deed(world)
    world.people[who].__dict__.pop("active_memberships", None)
    if who in TABLE[deed]:
        ready(world.people[who])
    else:
        with pytest.raises(NotAllowed):
            ready(world.people[who])


@pytest.mark.parametrize("who", PEOPLE)
def test_the_rows_and_the_question_agree(world, who):
    user = world.people[who]
    in_rows = rules.door_sessions(user).filter(pk=world.session.pk).exists()
    assert in_rows == rules.can_check_in(user, world.session)
