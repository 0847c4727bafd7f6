"""The dates of an activity: added by a rule, moved, put off, called off, taken out."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import User
from kepu.activities import rules
from kepu.activities.models import Activity, ActivityState, Session, SessionState
from kepu.activities.moves import SESSION_MOVES
from kepu.activities.recurrence import LONGEST, MOST_DATES, EndBeforeStart, Slot, TooManyDates
from kepu.activities.services import telling
from kepu.activities.services.planning import locked
from kepu.audit.services import System, record
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.state import move
from kepu.regions.models import Region


class ChangedWithoutReason(BadInput):
    code = "changed_without_reason"
    message = _("请写明原因，报了名的人会看到。")


class SessionHasBegun(WrongState):
    code = "session_has_begun"
    message = _("这一场已经有人签到，不能再改期或取消。")


class SessionInUse(WrongState):
    code = "session_in_use"
    message = _("这一场已经有人报名或签到，不能删除；请用“取消”，报了名的人会收到通知。")


class LastSession(WrongState):
    code = "last_session"
    message = _("已发布的活动至少要有一场；不办了请取消整个活动。")


class DateTaken(BadInput):
    code = "date_taken"
    message = _("这个时间已经有一场了。")


@dataclass(frozen=True, slots=True)
class SessionWords:
    """What is said of one date beside the activity's own words."""

    place: str = ""
    region: Region | None = None
    topic: str = ""
    hours: Decimal | None = None
    is_practice: bool = False


@transaction.atomic
def add_sessions(
    activity: Activity, *, slots: Sequence[Slot], words: SessionWords, by: User | System, at: datetime
) -> list[Session]:
    """Add dates; a date that is there already is left as it is, so that the same rule sent twice adds nothing."""
    activity = locked(activity, by=by)
    _require_open(activity)
    present = set(activity.sessions.exclude(state=SessionState.CANCELLED).values_list("starts_at", flat=True))
    wanted = [slot for slot in slots if slot.starts_at not in present]
    if len(present) + len(wanted) > MOST_DATES:
        raise TooManyDates(field="count")
    last = activity.sessions.aggregate(last=Max("position"))["last"] or 0
    rows = [
        _session(activity, slot=slot, words=words, position=last + number)
        for number, slot in enumerate(wanted, 1)
    ]
    Session.objects.bulk_create(rows, batch_size=200)
    changes = {"count": len(rows), "first": rows[0].starts_at.isoformat() if rows else ""}
    record("add_sessions", of=activity, by=by, at=at, organisation=str(activity.organiser), changes=changes)
    return rows


@transaction.atomic
def describe_session(session: Session, *, words: SessionWords, by: User | System, at: datetime) -> Session:
    """Change what is said of one date, not when it is."""
    session = _locked(session, by=by)
    before = [session.place, session.topic, str(session.hours or "")]
    _put(session, words=words)
    session.save(update_fields=["place", "region", "topic", "hours", "is_practice"])
    after = [session.place, session.topic, str(session.hours or "")]
    _trace("describe_session", session, by=by, at=at, changes={"session": [before, after]})
    return session


@transaction.atomic
def move_session(session: Session, *, slot: Slot, reason: str, by: User | System, at: datetime) -> Session:
    """Give a date, planned or put off, another time; who signed up is told. A draft needs no reason."""
    session = _locked(session, by=by)
    reason = _reason(session, reason=reason)
    _require_unbegun(session)
    if not slot.starts_at < slot.ends_at <= slot.starts_at + LONGEST:
        raise EndBeforeStart(field="ends")
    others = session.activity.sessions.exclude(pk=session.pk).exclude(state=SessionState.CANCELLED)
    if others.filter(starts_at=slot.starts_at).exists():
        raise DateTaken(field="first_on")
    before = session.starts_at
    move(session, to=SessionState.PLANNED, moves=SESSION_MOVES)
    session.starts_at, session.ends_at, session.state_reason = slot.starts_at, slot.ends_at, reason
    session.save(update_fields=["state", "starts_at", "ends_at", "state_reason"])
    changes = {"starts_at": [before.isoformat(), slot.starts_at.isoformat()]}
    _trace("move_session", session, by=by, at=at, reason=reason, changes=changes)
    if _is_known(session):
        telling.tell_of_moved_session(session, before=before, by=by, at=at)
    return session


@transaction.atomic
def put_session_off(session: Session, *, reason: str, by: User | System, at: datetime) -> Session:
    """Postpone a date without a new one yet; seats stay taken."""
    session = _locked(session, by=by)
    reason = _reason(session, reason=reason)
    _require_unbegun(session)
    move(session, to=SessionState.POSTPONED, moves=SESSION_MOVES)
    session.state_reason = reason
    session.save(update_fields=["state", "state_reason"])
    _trace("put_session_off", session, by=by, at=at, reason=reason)
    if _is_known(session):
        telling.tell_of_session_put_off(session, by=by, at=at)
    return session


@transaction.atomic
def cancel_session(session: Session, *, reason: str, by: User | System, at: datetime) -> Session:
    """Call one date off; who signed up is told. The last one stands for the whole activity."""
    session = _locked(session, by=by)
    reason = _reason(session, reason=reason)
    _require_unbegun(session)
    _require_another(session)
    move(session, to=SessionState.CANCELLED, moves=SESSION_MOVES)
    session.state_reason = reason
    session.save(update_fields=["state", "state_reason"])
    _trace("cancel_session", session, by=by, at=at, reason=reason)
    if _is_known(session):
        telling.tell_of_cancelled_session(session, by=by, at=at)
    return session


@transaction.atomic
def remove_session(session: Session, *, by: User | System, at: datetime) -> None:
    """Take out a date that nobody signed up for."""
    session = _locked(session, by=by)
    _require_another(session)
    is_wanted = session.pools.filter(registrations__isnull=False).exists() or session.attendances.exists()
    shares_seats = session.activity.registrations.filter(pool__session__isnull=True).exists()
    if is_wanted or shares_seats or session.sheets.exists():
        raise SessionInUse
    _trace("remove_session", session, by=by, at=at, changes={"starts_at": session.starts_at.isoformat()})
    session.delete()


def _locked(session: Session, *, by: User | System) -> Session:
    """The activity is held first, as everywhere, so that two deeds cannot wait for each other."""
    activity = locked(session.activity, by=by)
    _require_open(activity)
    held = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    held.activity = activity
    require(rules.can_manage(by, activity))
    return held


def _require_open(activity: Activity) -> None:
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise WrongState


def _require_unbegun(session: Session) -> None:
    if session.attendances.filter(reversed_at__isnull=True).exists():
        raise SessionHasBegun


def _require_another(session: Session) -> None:
    others = session.activity.sessions.exclude(pk=session.pk).exclude(state=SessionState.CANCELLED)
    if _is_known(session) and session.state != SessionState.CANCELLED and not others.exists():
        raise LastSession


def _is_known(session: Session) -> bool:
    """Nobody outside hears of a draft."""
    return session.activity.state == ActivityState.PUBLISHED


def _reason(session: Session, *, reason: str) -> str:
    if _is_known(session) and not reason.strip():
        raise ChangedWithoutReason(field="reason")
    return reason.strip()


def _session(activity: Activity, *, slot: Slot, words: SessionWords, position: int) -> Session:
    session = Session(
        activity=activity,
        position=position,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        check_in_secret=secrets.token_hex(32),
    )
    _put(session, words=words)
    return session


def _put(session: Session, *, words: SessionWords) -> None:
    session.place, session.region = words.place.strip(), words.region
    session.topic, session.hours, session.is_practice = words.topic.strip(), words.hours, words.is_practice


def _trace(
    deed: str,
    session: Session,
    *,
    by: User | System,
    at: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    unit = str(session.activity.organiser)
    record(deed, of=session, by=by, at=at, organisation=unit, reason=reason, changes=changes)
