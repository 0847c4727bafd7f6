"""Scans, one by one or as a phone hands in what it kept: each gets a receipt, and a failed one is kept with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import User
from kepu.activities import codes, rules
from kepu.activities.door import Answer
from kepu.activities.models import Attendance, CheckInWay, FailedScan, Participant, Session
from kepu.activities.queries.door import locked_by_digest, locked_by_pk, read_session, session_at_door
from kepu.activities.services.check_in.attending import Arrival, attend
from kepu.activities.services.check_in.refusals import AlreadyIn, TurnedAway
from kepu.core.errors import BadInput, require

MOST_SCANS = 200


@dataclass(frozen=True, slots=True)
class Scan:
    """What a phone saw: a code, or a name tapped in the list."""

    key: str
    came_at: datetime
    code: str = ""
    participant: int | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one scan. `attendance` is the one made, or the one that was there already."""

    key: str
    answer: Answer
    name: str = ""
    participant: int | None = None
    attendance: Attendance | None = None


class TooManyScans(BadInput):
    code = "too_many_scans"
    message = _("一次最多提交 200 条，请分几次同步。")


def scan_all(session: Session, *, scans: Sequence[Scan], by: User, at: datetime) -> list[Receipt]:
    """Take in what a phone hands over, each scan on its own: one that fails does not take the others with it."""
    return scan_at(session.pk, scans=scans, by=by, at=at)


def scan_at(session_id: int, *, scans: Sequence[Scan], by: User, at: datetime) -> list[Receipt]:
    """The same by the session's number, for who has nothing else of it. A session that is not there is not allowed."""
    session = session_at_door(session_id)
    require(session is not None and rules.can_check_in(by, session))
    if len(scans) > MOST_SCANS:
        raise TooManyScans
    return [_take(session_id, seen=seen, by=by, at=at) for seen in scans]


def scan(session: Session, *, seen: Scan, by: User, at: datetime) -> Receipt:
    """Take in one scan."""
    return scan_at(session.pk, scans=[seen], by=by, at=at)[0]


def _take(session_id: int, *, seen: Scan, by: User, at: datetime) -> Receipt:
    """A refusal undoes what was written and is then kept, in a transaction of its own."""
    session = read_session(session_id)
    arrival = Arrival(_way(seen), seen.key, by, at, came_at=seen.came_at)
    participant = None
    try:
        with transaction.atomic():
            participant = _person(seen, session=session)
            checked_in = attend(participant, session=session, arrival=arrival)
    except TurnedAway as refused:
        keep_failed(session, answer=refused.answer, arrival=arrival, code=seen.code)
        found = refused.attendance if isinstance(refused, AlreadyIn) else None
        return _receipt(seen, answer=refused.answer, participant=participant, attendance=found)
    return _receipt(seen, answer=Answer.ACCEPTED, participant=participant, attendance=checked_in.attendance)


def keep_failed(session: Session, *, answer: Answer, arrival: Arrival, code: str = "") -> None:
    """Keep a refused scan, once however often it is sent; of the code only a digest."""
    normal = codes.normalised(code)
    with transaction.atomic():
        FailedScan.objects.get_or_create(
            session=session,
            idempotency_key=arrival.key,
            reason=answer,
            defaults={
                "token_digest": codes.digest_of(normal) if normal else "",
                "scanned_at": min(arrival.came_at, arrival.at),
                "recorded_at": arrival.at,
                "recorded_by": arrival.by,
            },
        )


def _person(seen: Scan, *, session: Session) -> Participant | None:
    """By code whoever it belongs to, of whatever activity; by name only somebody of this one."""
    if seen.participant is not None:
        found = locked_by_pk(seen.participant)
        return found if found and found.activity_id == session.activity_id else None
    code = codes.normalised(seen.code)
    return locked_by_digest(codes.digest_of(code)) if code else None


def _way(seen: Scan) -> str:
    return CheckInWay.SCANNED if seen.participant is None else CheckInWay.BY_NAME


def _receipt(
    seen: Scan, *, answer: Answer, participant: Participant | None, attendance: Attendance | None
) -> Receipt:
    """Of somebody from another activity not even the name is said."""
    if participant is None or answer is Answer.OTHER_SESSION:
        return Receipt(seen.key, answer)
    return Receipt(seen.key, answer, participant.name, participant.pk, attendance)
