"""One person, one session, one attendance, one fact in the ledger: written together or not at all.

Two scans of the same person at the same moment wait for each other on the participant's row (SQLite lets one writer in
at a time anyway), and a unique constraint stands behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from kepu.accounts.models import User
from kepu.activities import door, rules
from kepu.activities.door import Answer
from kepu.activities.models import Attendance, Participant, Session, SignInSheet
from kepu.activities.queries.door import doorway_of, entry_of, heads_are_counted, locked_by_pk
from kepu.activities.services.check_in.refusals import AlreadyIn, KeyReused, TurnedAway, WrongKey
from kepu.activities.services.facts import EVIDENCE_OF, attendance_happening, fact_key
from kepu.audit.services import SYSTEM
from kepu.core.composed import columns_of as columns_of_table
from kepu.core.composed import composed_with_marks, instances
from kepu.core.errors import require
from kepu.ledger import services as ledger

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{7,99}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """How and when somebody came, and who says so. `key` makes a repeated call give the same receipt."""

    way: str
    key: str
    by: User | None
    """Null when they did it themselves."""
    at: datetime
    """When it is recorded."""
    came_at: datetime
    evidence: str = ""
    sheet: SignInSheet | None = None
    reason: str = ""
    overrides: frozenset[Answer] = frozenset()
    """Answers of the rule that do not stand in the way this time."""


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The receipt: which attendance it is, and whether this call made it."""

    attendance: Attendance
    is_new: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """What the door says to one person, and which attendance they have or, by this very key, had already."""

    answer: Answer
    attendance: Attendance | None
    is_repeated: bool
    times: int
    """How often they were entered before, reversals included."""


def check_in(
    participant: Participant, *, session: Session, way: str, key: str, by: User, at: datetime
) -> CheckedIn:
    """Enter somebody who stands at the door now. Raises `AlreadyIn` or `TurnedAway`; the same key gives the same receipt."""
    require(rules.can_check_in(by, session))
    with transaction.atomic():
        found = locked_by_pk(participant.pk)
        return attend(found, session=session, arrival=Arrival(way, key, by, at, came_at=at))


def attend(participant: Participant | None, *, session: Session, arrival: Arrival) -> CheckedIn:
    """Decide and write in the caller's transaction. The caller checked the permission and locked the participant."""
    decision = decided(participant, session=session, arrival=arrival)
    if decision.is_repeated and decision.attendance:
        return CheckedIn(decision.attendance, is_new=False)
    if decision.answer is Answer.ALREADY_IN and decision.attendance:
        raise AlreadyIn(decision.attendance)
    if decision.answer is not Answer.ACCEPTED or participant is None:
        raise TurnedAway(decision.answer)
    return CheckedIn(
        write(participant, session=session, arrival=arrival, times=decision.times + 1), is_new=True
    )


def decided(participant: Participant | None, *, session: Session, arrival: Arrival) -> Decision:
    """Ask the rule, with what is known of this person and of this key."""
    before = _attendances(participant, session=session, key=require_key(arrival.key))
    repeated = next((one for one in before if one.idempotency_key == arrival.key), None)
    if repeated:
        _require_same(repeated, participant=participant, session=session)
        return Decision(Answer.ACCEPTED, repeated, is_repeated=True, times=len(before))
    live = next((one for one in before if one.reversed_at is None), None)
    entry = entry_of(participant, session=session, is_in=live is not None)
    answer = door.decide(entry, doorway=doorway_of(session), at=min(arrival.came_at, arrival.at))
    if answer in arrival.overrides:
        answer = Answer.ACCEPTED
    return Decision(answer, live, is_repeated=False, times=len(before))


def write(participant: Participant, *, session: Session, arrival: Arrival, times: int) -> Attendance:
    """The row and its fact."""
    attendance = Attendance.objects.create(
        session=session,
        participant=participant,
        fact_key=fact_key(session, participant=participant, times=times),
        **columns_of(arrival),
    )
    # Only now: the row just written holds the session against a head count, which locks it before it looks.
    if heads_are_counted(session):
        raise TurnedAway(Answer.HEADS_COUNTED)
    record_fact(attendance, session=session, arrival=arrival)
    return attendance


def columns_of(arrival: Arrival) -> dict[str, object]:
    """What every attendance says of its making."""
    return {
        "way": arrival.way,
        "evidence": arrival.evidence or EVIDENCE_OF[arrival.way],
        "sheet": arrival.sheet,
        "idempotency_key": arrival.key,
        "reason": arrival.reason,
        "checked_in_at": min(arrival.came_at, arrival.at),
        "recorded_at": arrival.at,
        "recorded_by": arrival.by,
    }


def record_fact(attendance: Attendance, *, session: Session, arrival: Arrival) -> None:
    happening = attendance_happening(attendance, session=session)
    ledger.record(happening, key=attendance.fact_key, by=arrival.by or SYSTEM, at=arrival.at)


def require_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise WrongKey
    return key


@composed_with_marks
def _attendance_rows(session: int, participant: int, key: str) -> QuerySet[Attendance, Any]:
    mine = Q(idempotency_key=key) | Q(session=session, participant=participant)
    return Attendance.objects.filter(mine).order_by().values_list(*columns_of_table(Attendance))


def _attendances(participant: Participant | None, *, session: Session, key: str) -> list[Attendance]:
    """Those of this person at this session, whether reversed or not, and the one of this key."""
    rows = _attendance_rows(session.pk, participant.pk if participant else 0, key)
    return instances(Attendance, rows)


def _require_same(attendance: Attendance, *, participant: Participant | None, session: Session) -> None:
    """A key belongs to one check-in; the same key for another person is a fault of the sender."""
    if (
        participant is None
        or attendance.participant_id != participant.pk
        or attendance.session_id != session.pk
    ):
        raise KeyReused
