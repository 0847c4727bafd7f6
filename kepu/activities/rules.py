"""Who may see and do what with activities. Views fetch through `visible_*`; services require `can_*`.

What a unit plans belongs to its people, to those of the units above it, and to the district's office. Partners help at the
door: they check people in and so see their names, and change nothing else.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kepu.accounts.models import Organisation, Role, User
from kepu.accounts.rules import (
    STAFF_ROLES,
    Someone,
    active_memberships,
    governed_area,
    has_role,
    is_auditor,
    is_district_office,
    works_for,
)
from kepu.activities.models import Activity, ActivityState, Attendance, Campaign, Registration, Session
from kepu.audit.services import SYSTEM

OPEN_STATES = frozenset(ActivityState.values) - {ActivityState.DRAFT}
"""What has been published once stays to be seen, cancelled or done: who knew of it must learn what became of it."""


def visible_to(user: Someone) -> QuerySet[Activity]:
    """Everybody sees what was published; drafts are seen by those who work on them, the office and the auditor."""
    if user is SYSTEM or is_auditor(user):
        return Activity.objects.all()
    return Activity.objects.filter(Q(state__in=OPEN_STATES) | managed_by(user))


def managed_activities(user: Someone) -> QuerySet[Activity]:
    """The activities that somebody may change."""
    if user is SYSTEM:
        return Activity.objects.all()
    return Activity.objects.filter(managed_by(user))


def managed_by(user: Someone) -> Q:
    """Those of the own units and the units below; the office those of its district. For rows with an organiser."""
    return organisations_managed(user, prefix="organiser__")


def organisations_managed(user: Someone, *, prefix: str = "") -> Q:
    """The units for which somebody plans, as a condition on the field that the prefix leads to."""
    managed = Q(**{f"{prefix}pk__in": []})
    for membership in active_memberships(user):
        own = membership.organisation
        if membership.role in STAFF_ROLES:
            managed |= Q(**{f"{prefix}path__startswith": own.path})
        if membership.role == Role.DISTRICT_OFFICE:
            managed |= Q(**{f"{prefix}region__code__startswith": governed_area(own.region_id)})
    return managed


def organisers_for(user: Someone) -> QuerySet[Organisation]:
    """The units in whose name somebody may plan."""
    active = Organisation.objects.filter(is_active=True)
    return active if user is SYSTEM else active.filter(organisations_managed(user))


def can_plan(user: Someone, organiser: Organisation) -> bool:
    """Plan activities, series and campaigns in the name of a unit."""
    return is_district_office(user, region=organiser.region_id) or works_for(user, organiser)


def can_manage(user: Someone, activity: Activity) -> bool:
    """Change, publish, postpone and cancel it, and everything that only its own people do."""
    return can_plan(user, activity.organiser)


def can_manage_campaign(user: Someone, campaign: Campaign) -> bool:
    return can_plan(user, campaign.organiser)


def can_edit_kinds(user: Someone) -> bool:
    """Kinds are shared by everybody on the installation: any district's office keeps them."""
    return is_district_office(user)


def can_check_in(user: Someone, session: Session) -> bool:
    """Its own people, those of its partners, and who is named as working at the session."""
    activity = session.activity
    if can_manage(user, activity) or _is_partner(user, activity):
        return True
    return isinstance(user, User) and session.staff.filter(user=user).exists()


def can_see_people(user: Someone, activity: Activity) -> bool:
    """The names of those who come: whoever manages it or stands at the door of one of its sessions."""
    if can_manage(user, activity) or _is_partner(user, activity):
        return True
    return isinstance(user, User) and activity.sessions.filter(staff__user=user).exists()


def can_verify(user: Someone, activity: Activity) -> bool:
    """Confirm what is reported of it: the office of the district in which it takes place."""
    return is_district_office(user, region=activity.region_id)


def can_admit(user: Someone, session: Session) -> bool:
    """Let somebody in past the rule of the door, with a reason: whoever manages the activity, not every helper."""
    return can_manage(user, session.activity)


def can_reverse(user: Someone, attendance: Attendance) -> bool:
    """Take an attendance back: who manages the activity; once the office has verified it, only the office."""
    activity = attendance.session.activity
    if activity.state == ActivityState.VERIFIED:
        return can_verify(user, activity)
    return can_manage(user, activity)


def visible_attendances(user: Someone) -> QuerySet[Attendance]:
    """Single sign-ins, with their names: those who may see the people of the activity, and the auditor."""
    return Attendance.objects.filter(session__in=visible_sheet_sessions(user).values("pk"))


def visible_sheet_sessions(user: Someone) -> QuerySet[Session]:
    """The sessions whose sheets somebody may look at: as with single sign-ins."""
    return Session.objects.all() if is_auditor(user) else door_sessions(user)


def door_sessions(user: Someone) -> QuerySet[Session]:
    """The sessions at whose door somebody may stand, by the same rule as `can_check_in`."""
    if user is SYSTEM:
        return Session.objects.all()
    units = organisations_managed(user, prefix="activity__organiser__")
    partners = Q(pk__in=[])
    for membership in active_memberships(user):
        if membership.role in STAFF_ROLES:
            partners |= Q(activity__partners__path__startswith=membership.organisation.path)
    named = Q(staff__user=user) if isinstance(user, User) else Q(pk__in=[])
    return Session.objects.filter(pk__in=Session.objects.filter(units | partners | named).values("pk"))


def _is_partner(user: Someone, activity: Activity) -> bool:
    return bool(active_memberships(user)) and any(works_for(user, one) for one in activity.partners.all())


def can_sign_up_others(user: Someone, activity: Activity) -> bool:
    """A clerk of any unit of the district for those who come to the counter; also where sign-up is the staff's alone."""
    if activity.state != ActivityState.PUBLISHED:
        return False
    if can_manage(user, activity):
        return True
    return any(
        membership.role in STAFF_ROLES and membership.organisation.region_id[:6] == activity.region_id[:6]
        for membership in active_memberships(user)
    )


def sign_ups_seen_by(user: Someone, activity: Activity) -> QuerySet[Registration]:
    """All of an activity's for its own people and those at its doors; the clerks of a unit see those that the unit made."""
    found = Registration.objects.filter(activity=activity)
    if can_see_people(user, activity):
        return found
    own = Q(pk__in=[])
    for membership in active_memberships(user):
        if membership.role in STAFF_ROLES:
            own |= Q(organisation__path__startswith=membership.organisation.path, registered_by__isnull=False)
    return found.filter(own)


def visible_sign_ups(user: Someone) -> QuerySet[Registration]:
    """Every sign-up that somebody may open at the desk and change."""
    if user is SYSTEM:
        return Registration.objects.all()
    seen = organisations_managed(user, prefix="activity__organiser__")
    for membership in active_memberships(user):
        if membership.role in STAFF_ROLES:
            seen |= Q(
                organisation__path__startswith=membership.organisation.path, registered_by__isnull=False
            )
    return Registration.objects.filter(seen)


def can_change_sign_up(user: Someone, registration: Registration) -> bool:
    """Move, correct and cancel it: the activity's own people, and the unit whose clerk signed them up."""
    if can_manage(user, registration.activity):
        return True
    unit = registration.organisation
    return registration.registered_by_id is not None and unit is not None and works_for(user, unit)


def can_export_sign_ups(user: Someone, activity: Activity) -> bool:
    """Take the list with phones out of the platform: only who answers for the activity."""
    return can_manage(user, activity)


def can_waive_phone_check(user: Someone, office: Organisation) -> bool:
    """Decide that phones are taken as written where no text can be sent: the office, for its district."""
    return has_role(user, Role.DISTRICT_OFFICE, organisation=office)
