"""Which seats an activity has: for everybody or for one audience, for one date or for all of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import User
from kepu.activities.models import Activity, ActivityState, SeatPool, Session, SessionState
from kepu.activities.services.planning import locked
from kepu.audit.services import System, record
from kepu.core.errors import BadInput, WrongState

MOST_SEATS = 100_000


class SeatsNotCountable(BadInput):
    code = "seats_not_countable"
    message = _("请填写 1 到 100,000 之间的名额。")


class PoolExists(BadInput):
    code = "pool_exists"
    message = _("这个对象已经有名额了，请直接改它的数量。")


class SeatsMixed(BadInput):
    code = "seats_mixed"
    message = _("名额要么按场次分，要么整个活动共用，不能混用；请先删除另一种名额。")


class PoolInUse(WrongState):
    code = "pool_in_use"
    message = _("已经有人报在这个名额里，不能删除。")


@transaction.atomic
def add_pool(
    activity: Activity,
    *,
    capacity: int,
    by: User | System,
    at: datetime,
    audience: str = "",
    waiting_capacity: int = 0,
) -> SeatPool:
    """Seats for the whole activity: who signs up comes to all its dates, as a class does."""
    activity = _opened(activity, capacity=capacity, by=by)
    if activity.pools.filter(session__isnull=False).exists():
        raise SeatsMixed(field="capacity")
    if activity.pools.filter(audience=audience).exists():
        raise PoolExists(field="audience")
    pool = SeatPool.objects.create(
        activity=activity, audience=audience, capacity=capacity, waiting_capacity=waiting_capacity
    )
    _trace(activity, audience=audience, capacity=capacity, dates=0, by=by, at=at)
    return pool


@transaction.atomic
def add_pool_to_each_session(
    activity: Activity,
    *,
    capacity: int,
    by: User | System,
    at: datetime,
    audience: str = "",
    waiting_capacity: int = 0,
) -> list[SeatPool]:
    """So many seats at every date that has none for this audience yet; who signs up chooses a date."""
    activity = _opened(activity, capacity=capacity, by=by)
    if activity.pools.filter(session__isnull=True).exists():
        raise SeatsMixed(field="capacity")
    pools = [
        SeatPool(
            activity=activity,
            session=session,
            audience=audience,
            capacity=capacity,
            waiting_capacity=waiting_capacity,
        )
        for session in _sessions_without(activity, audience=audience)
    ]
    if not pools:
        raise PoolExists(field="audience")
    SeatPool.objects.bulk_create(pools, batch_size=200)
    _trace(activity, audience=audience, capacity=capacity, dates=len(pools), by=by, at=at)
    return pools


@transaction.atomic
def remove_pool(pool: SeatPool, *, by: User | System, at: datetime) -> None:
    """Take seats away that nobody has taken or waits for."""
    activity = locked(pool.activity, by=by)
    held = SeatPool.objects.select_for_update(of=("self",)).get(pk=pool.pk)
    if held.taken or held.registrations.exists():
        raise PoolInUse
    held.delete()
    record("remove_seats", of=activity, by=by, at=at, changes={"audience": pool.audience})


def _opened(activity: Activity, *, capacity: int, by: User | System) -> Activity:
    activity = locked(activity, by=by)
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise WrongState
    if not 1 <= capacity <= MOST_SEATS:
        raise SeatsNotCountable(field="capacity")
    return activity


def _sessions_without(activity: Activity, *, audience: str) -> list[Session]:
    planned = activity.sessions.exclude(state=SessionState.CANCELLED)
    return list(planned.exclude(pk__in=activity.pools.filter(audience=audience).values("session")))


def _trace(
    activity: Activity, *, audience: str, capacity: int, dates: int, by: User | System, at: datetime
) -> None:
    changes = {"audience": audience, "capacity": capacity, "dates": dates}
    record("add_seats", of=activity, by=by, at=at, organisation=str(activity.organiser), changes=changes)
