"""Let somebody in whom the rule turns away: by whoever runs the activity, with a reason, and marked as such."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from kepu.accounts.models import User
from kepu.activities import rules
from kepu.activities.door import Answer
from kepu.activities.models import CheckInWay, Participant, Session
from kepu.activities.queries.door import locked_by_pk, read_session
from kepu.activities.services.check_in.attending import (
    Arrival,
    CheckedIn,
    attend,
    decided,
)
from kepu.activities.services.check_in.refusals import NothingToOverride, ReasonMissing
from kepu.audit.services import record as audit
from kepu.core.errors import require

OUT_OF_TIME = frozenset({Answer.TOO_EARLY, Answer.TOO_LATE})
NOT_EXPECTED = frozenset({Answer.CANCELLED, Answer.NOT_SEATED, Answer.OTHER_SESSION})


def admit_late(
    participant: Participant, *, session: Session, reason: str, key: str, by: User, at: datetime
) -> CheckedIn:
    """Check somebody in outside the hours of the door: they came, and the scan failed or was too late or too early."""
    arrival = Arrival(
        CheckInWay.OVERRIDE, key, by, at, came_at=at, reason=reason.strip()[:300], overrides=OUT_OF_TIME
    )
    return _admit(participant, session=session, arrival=arrival, deed="admit_late")


def admit_unregistered(
    participant: Participant, *, session: Session, reason: str, key: str, by: User, at: datetime
) -> CheckedIn:
    """Check somebody in who waits for a seat, has cancelled, or signed up for another session of the activity."""
    arrival = Arrival(
        CheckInWay.OVERRIDE,
        key,
        by,
        at,
        came_at=at,
        reason=reason.strip()[:300],
        overrides=NOT_EXPECTED | OUT_OF_TIME,
    )
    return _admit(participant, session=session, arrival=arrival, deed="admit_unregistered")


@transaction.atomic
def _admit(participant: Participant, *, session: Session, arrival: Arrival, deed: str) -> CheckedIn:
    session = read_session(session.pk)
    require(arrival.by is not None and rules.can_admit(arrival.by, session))
    if not arrival.reason:
        raise ReasonMissing
    found = locked_by_pk(participant.pk)
    if found and found.activity_id != session.activity_id:
        found = None
    _require_needed(found, session=session, arrival=arrival)
    admitted = attend(found, session=session, arrival=arrival)
    if admitted.is_new:
        _audit(admitted, session=session, arrival=arrival, deed=deed)
    return admitted


def _require_needed(participant: Participant | None, *, session: Session, arrival: Arrival) -> None:
    """An override where none is needed would hide an ordinary check-in among the exceptions."""
    plain = Arrival(arrival.way, arrival.key, arrival.by, arrival.at, came_at=arrival.came_at)
    decision = decided(participant, session=session, arrival=plain)
    if decision.answer is Answer.ACCEPTED and not decision.is_repeated:
        raise NothingToOverride


def _audit(admitted: CheckedIn, *, session: Session, arrival: Arrival, deed: str) -> None:
    assert arrival.by is not None  # noqa: S101 - required above
    audit(
        deed,
        of=admitted.attendance,
        by=arrival.by,
        at=arrival.at,
        organisation=str(session.activity.organiser),
        reason=arrival.reason,
    )
