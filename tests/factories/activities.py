"""Activities for tests, made directly in the database; the smallest valid thing unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

from kepu.accounts.models import Organisation, User
from kepu.activities.models import (
    Activity,
    ActivityState,
    Campaign,
    Kind,
    Participant,
    SeatPool,
    Series,
    Session,
)
from kepu.activities.services.participants import Who, add_participant
from kepu.core.vocabulary import Audience
from kepu.plans.models import Measure
from tests.factories.accounts import make_organisation, make_user

AT = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
"""A Thursday morning, nine o'clock in China."""
_number = count(1)


def make_kind(code: str = "", **fields) -> Kind:
    """A kind; the same code again gives the same row."""
    code = code or f"kind-{next(_number)}"
    return Kind.objects.get_or_create(code=code, defaults={"label": f"类别{code}"} | fields)[0]


def make_campaign(organiser: Organisation | None = None, **fields) -> Campaign:
    organiser = organiser or make_organisation()
    fields = {"title": f"主题活动{next(_number)}", "starts_on": AT.date(), "ends_on": AT.date()} | fields
    return Campaign.objects.create(organiser=organiser, region=organiser.region, **fields)


def make_series(organiser: Organisation | None = None, **fields) -> Series:
    fields = {"title": f"系列{next(_number)}", "kind": fields.pop("kind", None) or make_kind()} | fields
    return Series.objects.create(organiser=organiser or make_organisation(), **fields)


def make_activity(
    *,
    organiser: Organisation | None = None,
    kind: Kind | None = None,
    measure: Measure | None = None,
    partners: Iterable[Organisation] = (),
    sessions: int = 1,
    pools: Mapping[str, int] | None = None,
    by: User | None = None,
    at: datetime = AT,
    **fields,
) -> Activity:
    """A published activity with sessions on successive days from the day after `at`.

    `pools` are the seats of the whole activity by audience ("" is everybody), by default 20 for everybody.
    """
    organiser = organiser or make_organisation()
    number = next(_number)
    defaults = {
        "slug": f"a{number:06d}",
        "title": f"活动{number}",
        "region": organiser.region,
        "place": "文化礼堂",
        "audience": Audience.ELDERS,
        "state": ActivityState.PUBLISHED,
        "created_by": by or make_user(),
        "created_at": at,
        "changed_at": at,
    }
    activity = Activity.objects.create(
        organiser=organiser, kind=kind or make_kind(), measure=measure, **defaults | fields
    )
    activity.partners.set(partners)
    for day in range(1, sessions + 1):
        make_session(activity, starts_at=at + timedelta(days=day))
    for audience, capacity in ({"": 20} if pools is None else pools).items():
        make_pool(activity, audience=audience, capacity=capacity)
    return activity


def make_session(activity: Activity, *, starts_at: datetime | None = None, **fields) -> Session:
    """Two hours long."""
    starts_at = starts_at or AT + timedelta(days=1)
    number = next(_number)
    defaults = {"ends_at": starts_at + timedelta(hours=2), "check_in_secret": f"{number:064d}"}
    defaults["position"] = activity.sessions.count()
    return Session.objects.create(activity=activity, starts_at=starts_at, **defaults | fields)


def make_pool(
    activity: Activity, *, capacity: int = 20, audience: str = "", session: Session | None = None, **fields
) -> SeatPool:
    """Seats of one session, or of the whole activity."""
    return SeatPool.objects.create(
        activity=activity, session=session, audience=audience, capacity=capacity, **fields
    )


def make_participant(
    activity: Activity, *, name: str = "王秀英", at: datetime = AT, registration=None, **who
) -> Participant:
    """Somebody who comes. For the code of their QR call `services.participants.add_participant`."""
    who = {"audience": activity.audience} | who
    return add_participant(activity, who=Who(name=name, **who), at=at, registration=registration).participant
