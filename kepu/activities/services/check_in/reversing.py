"""The one place where an attendance is taken back: its row is marked, its fact is reversed, both or neither."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

import kepu.ledger.services as ledger
from kepu.accounts.models import User
from kepu.activities import rules
from kepu.activities.models import Attendance
from kepu.activities.services.check_in.refusals import AlreadyReversed, ReasonMissing
from kepu.audit.services import record as audit
from kepu.core.errors import require


@transaction.atomic
def reverse_attendance(attendance: Attendance, *, reason: str, by: User, at: datetime) -> Attendance:
    """Take an attendance back, with the reason. The person can be entered again; the first entry stays readable."""
    attendance = (
        Attendance.objects.select_for_update(of=("self",))
        .select_related("session__activity__organiser")
        .get(pk=attendance.pk)
    )
    require(rules.can_reverse(by, attendance))
    if not reason.strip():
        raise ReasonMissing
    if attendance.reversed_at:
        raise AlreadyReversed
    attendance.reversed_at, attendance.reversed_by = at, by
    attendance.reversal_reason = reason.strip()[:300]
    attendance.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    ledger.reverse(attendance.fact_key, reason=attendance.reversal_reason, by=by, at=at)
    audit(
        "reverse_attendance",
        of=attendance,
        by=by,
        at=at,
        organisation=str(attendance.session.activity.organiser),
        reason=attendance.reversal_reason,
        changes={"fact": attendance.fact_key, "number": attendance.quantity},
    )
    return attendance
