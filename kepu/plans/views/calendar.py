"""The calendar feed of a person's due dates. The token in the address is the key, so no log-in is asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from kepu.accounts.models import CalendarToken
from kepu.core.access import public
from kepu.core.clock import now
from kepu.plans import rules
from kepu.plans.queries.due_dates import DueDate, due_dates


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What the person's units have to hand in and to finish, as all-day events."""
    found = get_object_or_404(CalendarToken.objects.select_related("user"), token=token)
    if not found.user.is_active:
        raise Http404
    calendar = Calendar()
    calendar.add("prodid", "-//Kepu//due dates//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("科普任务到期日"))
    for due in due_dates(rules.reporting_units_of(found.user)):
        calendar.add_component(_event(due, request=request, at=now()))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=900"
    return response


def _event(due: DueDate, *, request: HttpRequest, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{due.key}@{request.get_host()}")
    event.add("dtstamp", at)
    event.add("summary", due.title)
    event.add("description", due.detail)
    event.add("dtstart", due.on)
    event.add("dtend", _day_after(due.on))
    event.add("transp", "TRANSPARENT")
    event.add("url", request.build_absolute_uri(due.link))
    return event


def _day_after(day: date) -> date:
    """The end of an all-day event is the first day that is free again."""
    return day + timedelta(days=1)
