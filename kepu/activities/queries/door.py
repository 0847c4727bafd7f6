"""What the door reads: the session with all that its facts need, and who is on its list."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from kepu.accounts.models import Organisation
from kepu.activities import door
from kepu.activities.models import (
    ActivityState,
    Attendance,
    Participant,
    RegistrationState,
    Session,
    SessionState,
)

OPEN_TO_ATTENDANCE = frozenset({ActivityState.PUBLISHED, ActivityState.REPORTED})
GIVEN_UP = frozenset({RegistrationState.CANCELLED, RegistrationState.EXPIRED})


def sessions_for_door() -> QuerySet[Session]:
    """Sessions with everything that a check-in asks of them, in two queries."""
    partners = Prefetch("activity__partners", Organisation.objects.order_by("pk").only("path"))
    return (
        Session.objects.prefetch_related(partners)
        .select_related("activity__kind", "activity__organiser", "activity__measure__action__plan")
        .only(
            *(
                f"{name}"
                for name in ("activity_id", "starts_at", "ends_at", "region_id", "state", "check_in_secret")
            ),
            *(f"activity__{name}" for name in _OF_ACTIVITY),
            "activity__kind__code",
            "activity__organiser__path",
            "activity__organiser__short_name",
            "activity__organiser__region_id",
            "activity__measure__code",
            "activity__measure__action__plan__slug",
        )
    )


_OF_ACTIVITY = (
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


def people_at_door() -> QuerySet[Participant]:
    """Participants with what the door asks of them; the phone stays unread."""
    return Participant.objects.select_related("registration__pool").only(
        "activity_id",
        "code_digest",
        "name",
        "name_initials",
        "birth_year",
        "birth_date",
        "audience",
        "person_key",
        "is_walk_in",
        "is_cancelled",
        "registration__state",
        "registration__pool__session_id",
    )


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


def live_attendances(session: Session) -> QuerySet[Attendance]:
    """What counts: entered and not reversed."""
    return Attendance.objects.filter(session=session, reversed_at=None)


def heads_are_counted(session: Session) -> bool:
    return live_attendances(session).filter(participant=None).exists()
