"""How many came, where nobody kept a list."""

from __future__ import annotations

from datetime import datetime

from django.core.files import File
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import User
from kepu.activities import rules
from kepu.activities.door import Answer
from kepu.activities.models import Attendance, CheckInWay, Session
from kepu.activities.queries.door import doorway_of, live_attendances, read_session
from kepu.activities.services.check_in.attending import (
    Arrival,
    CheckedIn,
    columns_of,
    record_fact,
    require_key,
)
from kepu.activities.services.check_in.photos import kept_photo
from kepu.activities.services.check_in.refusals import HeadsCounted, PeopleListed, TurnedAway, WrongKey
from kepu.audit.services import record as audit
from kepu.core.errors import BadInput, require

MOST_HEADS = 100_000


class WrongNumber(BadInput):
    code = "wrong_number"
    message = _("请填写 1 到 100000 之间的人数。")


def count_heads(
    session: Session, *, number: int, photo: File[bytes] | None, key: str, by: User, at: datetime
) -> CheckedIn:
    """Enter a number of people for a session without a list. It counts as unverified until the office has verified it."""
    require(rules.can_check_in(by, session))
    if not 1 <= number <= MOST_HEADS:
        raise WrongNumber(field="number")
    arrival = Arrival(CheckInWay.HEAD_COUNT, require_key(key), by, at, came_at=at)
    with kept_photo(photo, session=session, by=by, at=at) as sheet:
        # Held against everybody who is being checked in: their rows refer to the session.
        Session.objects.select_for_update().get(pk=session.pk)
        session = read_session(session.pk)
        repeated = Attendance.objects.filter(idempotency_key=key).first()
        if repeated:
            return _same(repeated, session=session)
        _require_countable(session, at=at)
        times = Attendance.objects.filter(session=session, participant=None).count() + 1
        counted = Attendance.objects.create(
            session=session,
            quantity=number,
            fact_key=f"attendance:{session.pk}:heads:{times}",
            **(columns_of(arrival) | {"sheet": sheet()}),
        )
        record_fact(counted, session=session, arrival=arrival)
        audit("count_heads", of=session, by=by, at=at, changes={"number": number})
        return CheckedIn(counted, is_new=True)


def _same(repeated: Attendance, *, session: Session) -> CheckedIn:
    if repeated.session_id != session.pk:
        raise WrongKey
    return CheckedIn(repeated, is_new=False)


def _require_countable(session: Session, *, at: datetime) -> None:
    doorway = doorway_of(session)
    if doorway.is_cancelled:
        raise TurnedAway(Answer.SESSION_CANCELLED)
    if doorway.is_closed:
        raise TurnedAway(Answer.SESSION_CLOSED)
    if at < doorway.opens_at:
        raise TurnedAway(Answer.TOO_EARLY)
    live = live_attendances(session)
    if live.filter(participant=None).exists():
        raise HeadsCounted
    if live.exists():
        raise PeopleListed
