"""Make the row of one person who comes: the same for a sign-up, a walk-in, a typed sheet and an import.

Whoever calls has checked the permission and stands in a transaction; this only writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kepu.accounts.identity import normalised_phone
from kepu.accounts.models import Sex
from kepu.activities.codes import digest_of, new_code
from kepu.activities.models import Activity, Participant, Registration
from kepu.activities.names import spelled
from kepu.activities.people import person_key, phone_index
from kepu.regions.models import Region


@dataclass(frozen=True, slots=True)
class Who:
    """One person as they were written down. Only the name and the audience are needed."""

    name: str
    audience: str
    phone: str = ""
    sex: str = Sex.UNKNOWN
    birth_year: int | None = None
    birth_date: date | None = None
    region: Region | None = None
    guardian_name: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """The new participant and the code for their QR."""

    participant: Participant
    code: str


def add_participant(
    activity: Activity, *, who: Who, at: datetime, registration: Registration | None = None
) -> Added:
    """Write one person down. Without a registration it is a walk-in."""
    added = prepared(activity, who=who, at=at, registration=registration)
    added.participant.save(force_insert=True)
    return added


def add_participants(
    activity: Activity, *, people: Sequence[Who], at: datetime, registration: Registration | None = None
) -> list[Added]:
    """Write many people down in one statement."""
    added = [prepared(activity, who=who, at=at, registration=registration) for who in people]
    Participant.objects.bulk_create([one.participant for one in added])
    return added


def prepared(
    activity: Activity, *, who: Who, at: datetime, registration: Registration | None = None
) -> Added:
    """The row as it will be written, unsaved."""
    code, spelling = new_code(), spelled(who.name)
    phone = normalised_phone(who.phone) if who.phone.strip() else ""
    participant = Participant(
        activity=activity,
        registration=registration,
        code_digest=digest_of(code),
        code=code,
        name=who.name.strip(),
        name_pinyin=spelling.pinyin,
        name_initials=spelling.initials,
        sex=who.sex,
        birth_year=who.birth_date.year if who.birth_date else who.birth_year,
        birth_date=who.birth_date,
        phone=phone,
        phone_index=phone_index(phone) if phone else "",
        audience=who.audience,
        region=who.region,
        person_key=person_key(who),
        guardian_name=who.guardian_name.strip(),
        is_walk_in=registration is None,
        added_at=at,
    )
    return Added(participant, code)
