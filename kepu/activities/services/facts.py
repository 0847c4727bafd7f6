"""What an attendance hands to the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from kepu.activities.models import Attendance, CheckInWay, Participant, Session
from kepu.activities.people import age_on
from kepu.activities.queries.door import partner_ids
from kepu.ledger.happenings import EvidenceClass, Happening

KIND = "attendance"
UNIT = "人次"
EVIDENCE_OF: dict[str, EvidenceClass] = {
    CheckInWay.SCANNED: EvidenceClass.SCANNED,
    CheckInWay.SELF: EvidenceClass.SCANNED,
    CheckInWay.BY_NAME: EvidenceClass.ROSTER,
    CheckInWay.WALK_IN: EvidenceClass.ROSTER,
    CheckInWay.SHEET: EvidenceClass.PAPER_SHEET,
    CheckInWay.IMPORTED: EvidenceClass.IMPORTED,
    CheckInWay.HEAD_COUNT: EvidenceClass.HEAD_COUNT,
    CheckInWay.OVERRIDE: EvidenceClass.ROSTER,
}


def occasion_of(session: Session) -> str:
    """By which the ledger verifies all facts of a session at once."""
    return f"session:{session.pk}"


def fact_key(session: Session, *, participant: Participant, times: int) -> str:
    """`times` counts how often this person was entered for this session, reversals included."""
    return f"attendance:{session.pk}:{participant.pk}:{times}"


def attendance_happening(attendance: Attendance, *, session: Session) -> Happening:
    """One saved attendance as a fact. The day is that of the session: a sheet typed a week later happened then."""
    activity, participant = session.activity, attendance.participant
    measure, day = activity.measure, timezone.localdate(session.starts_at)
    return Happening(
        kind=KIND,
        activity_kind=activity.kind.code,
        quantity=Decimal(attendance.quantity),
        unit=UNIT,
        happened_on=day,
        region=session.region_id or activity.region_id,
        organisation=activity.organiser_id,
        occasion=occasion_of(session),
        evidence=EvidenceClass(attendance.evidence),
        source=_source(attendance, day=day),
        source_address=reverse("activities:attendance", args=[attendance.pk]),
        partners=partner_ids(session),
        plan=measure.action.plan.slug if measure else "",
        measure=measure.code if measure else "",
        audience=participant.audience if participant else activity.audience,
        themes=[f"{vocabulary}:{code}" for vocabulary, codes in activity.themes.items() for code in codes],
        setting=activity.setting,
        person_key=participant.person_key if participant else "",
        age=_age(participant, day=day),
    )


def _source(attendance: Attendance, *, day: date) -> str:
    """In Chinese whoever records it: a fact is never translated."""
    with override("zh-hans"):
        return f"{attendance.get_way_display()} {day.isoformat()}"


def _age(participant: Participant | None, *, day: date) -> int | None:
    if participant is None:
        return None
    return age_on(day, birth_year=participant.birth_year, birth_date=participant.birth_date)
