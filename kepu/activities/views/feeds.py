"""Calendar feeds: what is on by town, audience and kind; one activity; what the own units have planned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from kepu.accounts.models import CalendarToken
from kepu.activities import rules
from kepu.activities.forms.browsing import BrowseForm
from kepu.activities.models import Activity, Session, SessionState
from kepu.activities.queries import offered
from kepu.activities.rules import OPEN_STATES
from kepu.core.access import public
from kepu.core.clock import now

STATUS = {
    SessionState.PLANNED: "CONFIRMED",
    SessionState.POSTPONED: "TENTATIVE",
    SessionState.CANCELLED: "CANCELLED",
}


@public
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What is on, narrowed by the same words as the page."""
    form = BrowseForm(request.GET, towns=offered.towns_offered())
    sessions = offered.sessions_for_feed(form.sought(), at=now())
    return _feed(request, sessions=sessions, name=_("科普活动"), at=now())


@public
@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates of one activity, for somebody's own calendar."""
    found = get_object_or_404(Activity.objects.filter(state__in=OPEN_STATES), slug=slug)
    return _feed(request, sessions=offered.all_sessions(found), name=found.title, at=now())


@public
@require_safe
def own(request: HttpRequest, token: str) -> HttpResponse:
    """What the units of a member of staff have planned; the token in the address is the key."""
    found = get_object_or_404(CalendarToken.objects.select_related("user"), token=token)
    if not found.user.is_active:
        raise Http404
    sessions = offered.sessions_of_units(rules.managed_activities(found.user), at=now())
    return _feed(request, sessions=sessions, name=_("本单位的活动"), at=now())


def _feed(request: HttpRequest, *, sessions: Iterable[Session], name: str, at: datetime) -> HttpResponse:
    calendar = Calendar()
    calendar.add("prodid", "-//Kepu//activities//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for session in sessions:
        calendar.add_component(_event(session, request=request, at=at))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=900"
    return response


def _event(session: Session, *, request: HttpRequest, at: datetime) -> Event:
    activity = session.activity
    event = Event()
    event.add("uid", f"session-{session.pk}@{request.get_host()}")
    event.add("dtstamp", at)
    event.add("summary", f"{activity.title} {session.topic}".strip())
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("status", STATUS[SessionState(session.state)])
    event.add("location", _place(session))
    event.add("description", session.state_reason or activity.text)
    event.add("url", request.build_absolute_uri(reverse("activities:activity", args=[activity.slug])))
    return event


def _place(session: Session) -> str:
    activity = session.activity
    parts = (str(activity.region), session.place or activity.place, activity.address)
    return activity.online_address or " ".join(part for part in parts if part)
