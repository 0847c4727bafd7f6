"""What the door reads: the session with all that its facts need, and who is on its list."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, Prefetch, Q, QuerySet

from kepu.accounts.models import Organisation
from kepu.activities import door
from kepu.activities.models import (
    Activity,
    ActivityState,
    Attendance,
    Kind,
    Participant,
    Registration,
    RegistrationState,
    SeatPool,
    Session,
    SessionState,
)
from kepu.core.composed import composed_with_marks
from kepu.plans.models import Action, Measure, Plan

OPEN_TO_ATTENDANCE = frozenset({ActivityState.PUBLISHED, ActivityState.REPORTED})
GIVEN_UP = frozenset({RegistrationState.CANCELLED, RegistrationState.EXPIRED})


def sessions_for_door() -> QuerySet[Session]:
    """Sessions with everything that the pages of a door ask of them, in two queries."""
    partners = Prefetch("activity__partners", Organisation.objects.order_by("pk").only("path"))
    return (
        Session.objects.prefetch_related(partners)
        .select_related("activity__kind", "activity__organiser", "activity__measure__action__plan")
        .only(*_OF_SESSION, *(f"activity__{name}" for name in _OF_ACTIVITY), *_OF_RELATED)
    )


def _in_order(model: type[Model], *names: str) -> tuple[str, ...]:
    """As the model has them: `from_db` takes values in that order, whatever order the names are given in."""
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in names)


_OF_SESSION = _in_order(
    Session, "id", "activity_id", "starts_at", "ends_at", "region_id", "state", "check_in_secret"
)
_OF_ACTIVITY = _in_order(
    Activity,
    "id",
    "slug",
    "kind_id",
    "measure_id",
    "organiser_id",
    "region_id",
    "title",
    "title_en",
    "place",
    "latitude",
    "longitude",
    "setting",
    "audience",
    "themes",
    "state",
    "sign_up",
)
_OF_RELATED = (
    "activity__kind__code",
    "activity__organiser__path",
    "activity__organiser__region_id",
    "activity__organiser__short_name",
    "activity__measure__code",
    "activity__measure__action__plan__slug",
)


@composed_with_marks
def _door_rows(pk: int) -> QuerySet[Session, Any]:
    names = (*_OF_SESSION, *(f"activity__{name}" for name in _OF_ACTIVITY), *_OF_RELATED)
    return Session.objects.filter(pk=pk).order_by().values_list(*names)


@composed_with_marks
def _partner_rows(activity: int) -> QuerySet[Any, Any]:
    through = Activity.partners.through
    return (
        through.objects.filter(activity=activity).order_by("organisation_id").values_list("organisation_id")
    )


def session_at_door(pk: int) -> Session | None:
    """One session as `sessions_for_door` gives it, for the many scans of a rush: without composing SQL for each."""
    rows = _door_rows(pk)
    if not rows:
        return None
    row = rows[0]
    own, activity = len(_OF_SESSION), len(_OF_SESSION) + len(_OF_ACTIVITY)
    session = Session.from_db(DEFAULT_DB_ALIAS, list(_OF_SESSION), list(row[:own]))
    session.activity = Activity.from_db(DEFAULT_DB_ALIAS, list(_OF_ACTIVITY), list(row[own:activity]))
    kind, path, region, short_name, measure, plan = row[activity:]
    session.activity.kind = Kind(pk=session.activity.kind_id, code=kind)
    session.activity.organiser = Organisation(
        pk=session.activity.organiser_id, path=path, region_id=region, short_name=short_name
    )
    if session.activity.measure_id:
        session.activity.measure = Measure(
            pk=session.activity.measure_id, code=measure, action=Action(plan=Plan(slug=plan))
        )
    return session


def read_session(pk: int) -> Session:
    """The session as it is now; it has to be there."""
    session = session_at_door(pk)
    if session is None:
        raise Session.DoesNotExist
    return session


def partner_ids(session: Session) -> list[int]:
    """The units that take part, by id."""
    return [row[0] for row in _partner_rows(session.activity_id)]


def doorway_of(session: Session) -> door.Doorway:
    opens_at, closes_at = door.window(starts_at=session.starts_at, ends_at=session.ends_at)
    return door.Doorway(
        opens_at=opens_at,
        closes_at=closes_at,
        is_cancelled=is_cancelled(session),
        is_closed=session.activity.state not in OPEN_TO_ATTENDANCE,
    )


def is_cancelled(session: Session) -> bool:
    return session.state == SessionState.CANCELLED or session.activity.state == ActivityState.CANCELLED


def entry_of(participant: Participant | None, *, session: Session, is_in: bool = False) -> door.Entry | None:
    """A participant (with registration and pool read along) as the door sees them."""
    if participant is None:
        return None
    registration = participant.registration
    pool_session = registration.pool.session_id if registration else None
    return door.Entry(
        is_of_session=participant.activity_id == session.activity_id and pool_session in (None, session.pk),
        is_in=is_in,
        is_cancelled=participant.is_cancelled or bool(registration and registration.state in GIVEN_UP),
        is_seated=registration is None or registration.state == RegistrationState.SEATED,
    )


_OF_PARTICIPANT = _in_order(
    Participant,
    "id",
    "activity_id",
    "registration_id",
    "code_digest",
    "name",
    "name_initials",
    "birth_year",
    "birth_date",
    "audience",
    "person_key",
    "is_walk_in",
    "is_cancelled",
)


def people_at_door() -> QuerySet[Participant]:
    """Participants with what the door asks of them; the phone stays unread."""
    return Participant.objects.select_related("registration__pool").only(
        *_OF_PARTICIPANT, "registration__state", "registration__pool__session_id"
    )


def _with_registration(found: QuerySet[Participant]) -> QuerySet[Participant, Any]:
    names = (
        *_OF_PARTICIPANT,
        "registration__state",
        "registration__pool_id",
        "registration__pool__session_id",
    )
    return found.order_by().values_list(*names)


def _rows_by_digest(digest: str) -> QuerySet[Participant, Any]:
    return _with_registration(Participant.objects.filter(code_digest=digest))


def _rows_by_pk(pk: int) -> QuerySet[Participant, Any]:
    return _with_registration(Participant.objects.filter(pk=pk))


_locked_by_digest = composed_with_marks(_rows_by_digest, locking=Participant)
_locked_by_pk = composed_with_marks(_rows_by_pk, locking=Participant)


def locked_by_digest(digest: str) -> Participant | None:
    """The participant with this code, held until the end of the transaction."""
    return _participant(_locked_by_digest(digest))


def locked_by_pk(pk: int) -> Participant | None:
    """The participant, held until the end of the transaction."""
    return _participant(_locked_by_pk(pk))


def _participant(rows: list[Any]) -> Participant | None:
    if not rows:
        return None
    *own, state, pool, pool_session = rows[0]
    participant = Participant.from_db(DEFAULT_DB_ALIAS, list(_OF_PARTICIPANT), own)
    if participant.registration_id is None:
        participant.registration = None
    else:
        seats = SeatPool(pk=pool, session_id=pool_session)
        participant.registration = Registration(pk=participant.registration_id, state=state, pool=seats)
    return participant


def on_the_list(session: Session) -> QuerySet[Participant]:
    """Everybody of the activity whom this session may meet: signed up for it or for all of it, and walk-ins."""
    return (
        people_at_door()
        .filter(activity=session.activity_id)
        .filter(
            Q(registration=None)
            | Q(registration__pool__session=None)
            | Q(registration__pool__session=session.pk)
        )
    )


def live_attendances(session: Session | int) -> QuerySet[Attendance]:
    """What counts: entered and not reversed."""
    return Attendance.objects.filter(session=session, reversed_at=None)


@composed_with_marks
def _head_counts(session: int) -> QuerySet[Attendance, Any]:
    return live_attendances(session).filter(participant=None).order_by().values_list("pk")[:1]


def heads_are_counted(session: Session) -> bool:
    return bool(_head_counts(session.pk))
