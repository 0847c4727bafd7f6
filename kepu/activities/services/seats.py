"""Seats: taken by a conditional UPDATE, given back, and offered to who waits.

A seat is taken only by `take`: one statement that grows `taken` if it stays within `capacity`, the same on both databases, and a
check constraint behind it. Whoever frees seats calls `promote` in the same transaction. Locks are taken in one order, the pool before
its registrations, so that two deeds cannot wait for each other.

The waiting list is served in the order in which people came. A party that is larger than what is free keeps its place while smaller ones
behind it are served: an empty chair helps nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from kepu.accounts.rules import Someone
from kepu.activities import rules
from kepu.activities.models import Registration, RegistrationState, SeatPool, SessionState
from kepu.activities.services import notices
from kepu.audit.services import record
from kepu.core.errors import BadInput, require
from kepu.core.state import move

MOVES: dict[str, frozenset[str]] = {
    RegistrationState.SEATED: frozenset({RegistrationState.CANCELLED}),
    RegistrationState.WAITING: frozenset(
        {
            RegistrationState.SEATED,
            RegistrationState.OFFERED,
            RegistrationState.CANCELLED,
            RegistrationState.EXPIRED,
        }
    ),
    RegistrationState.OFFERED: frozenset(
        {RegistrationState.SEATED, RegistrationState.CANCELLED, RegistrationState.EXPIRED}
    ),
}
HOLDS_SEATS = frozenset({RegistrationState.SEATED, RegistrationState.OFFERED})
LIVE = HOLDS_SEATS | {RegistrationState.WAITING}
OFFER_LASTS = timedelta(hours=24)


class FewerThanTaken(BadInput):
    code = "fewer_than_taken"


def take(pool: SeatPool, *, seats: int) -> bool:
    """Take so many seats at once, or none; whether they were there."""
    free = SeatPool.objects.filter(pk=pool.pk, taken__lte=F("capacity") - seats)
    return bool(free.update(taken=F("taken") + seats))


def release(pool: SeatPool, *, seats: int) -> None:
    """Give seats back. The caller calls `promote` next."""
    SeatPool.objects.filter(pk=pool.pk).update(taken=F("taken") - seats)


def locked(pool_id: int) -> SeatPool:
    """The pool as it is now, held until the end of the transaction."""
    return (
        SeatPool.objects.select_for_update(of=("self",)).select_related("activity", "session").get(pk=pool_id)
    )


def has_room_to_wait(pool: SeatPool, *, seats: int) -> bool:
    """Whether the waiting list takes so many more people. The pool is locked."""
    waiting = pool.registrations.filter(state=RegistrationState.WAITING).aggregate(people=Sum("seats"))[
        "people"
    ]
    return (waiting or 0) + seats <= pool.waiting_capacity


def promote(pool: SeatPool, *, at: datetime) -> list[Registration]:
    """Offer the free seats of a locked pool to who waits, first come, first served. After it has begun nobody is called."""
    ends_at = offer_ends_at(pool, at=at)
    free = pool.capacity - pool.taken
    if ends_at is None or free <= 0:
        return []
    waiting = pool.registrations.select_for_update().filter(state=RegistrationState.WAITING)
    promoted = []
    for registration in waiting.order_by("waiting_since", "pk"):
        if registration.seats <= free and take(pool, seats=registration.seats):
            free -= registration.seats
            _promote_one(registration, pool=pool, ends_at=ends_at, at=at)
            promoted.append(registration)
        if not free:
            break
    return promoted


def offer_ends_at(pool: SeatPool, *, at: datetime) -> datetime | None:
    """Until when somebody who waited has time to say yes; None when it is too late to call anybody."""
    sessions = pool.activity.sessions.exclude(state=SessionState.CANCELLED)
    if pool.session_id is not None:
        sessions = sessions.filter(pk=pool.session_id)
    starts_at = (
        sessions.filter(starts_at__gt=at).order_by("starts_at").values_list("starts_at", flat=True).first()
    )
    return None if starts_at is None else min(at + OFFER_LASTS, starts_at)


@transaction.atomic
def set_capacity(
    pool: SeatPool, *, capacity: int, waiting_capacity: int, by: Someone, at: datetime
) -> list[Registration]:
    """Change how many seats there are; who could be called from the waiting list then."""
    require(rules.can_manage(by, pool.activity))
    held = locked(pool.pk)
    if capacity < held.taken:
        message = _("已经有 %(taken)d 人报上，名额不能比这少。要减少名额，请先取消或调整一部分报名。")
        raise FewerThanTaken(message % {"taken": held.taken}, field="capacity")
    changes = {
        "capacity": [held.capacity, capacity],
        "waiting_capacity": [held.waiting_capacity, waiting_capacity],
    }
    held.capacity, held.waiting_capacity = capacity, waiting_capacity
    held.save(update_fields=["capacity", "waiting_capacity"])
    record("set_seats", of=held.activity, by=by, at=at, changes=changes)
    return promote(held, at=at)


def _promote_one(registration: Registration, *, pool: SeatPool, ends_at: datetime, at: datetime) -> None:
    """Whoever left no phone was signed up by somebody else and cannot answer: they simply have the seat."""
    can_answer = bool(registration.contact_phone_index)
    move(
        registration,
        to=RegistrationState.OFFERED if can_answer else RegistrationState.SEATED,
        moves=MOVES,
    )
    registration.offer_ends_at = ends_at if can_answer else None
    registration.changed_at = at
    registration.activity = pool.activity
    registration.save(update_fields=["state", "offer_ends_at", "changed_at"])
    notices.seat_came_free(registration, at=at)
