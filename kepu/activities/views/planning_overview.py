"""The month and the map at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kepu.activities.forms.planning_filters import FilterForm
from kepu.activities.queries import planned
from kepu.activities.views.planning_frame import allow_staff, tabs
from kepu.core.clock import now, today


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """What takes place on which day."""
    allow_staff(request)
    form = FilterForm(request.GET, user=request.user)
    wanted = form.wanted()
    shown = (wanted.month or today()).replace(day=1)
    weeks = planned.month_of(request.user, wanted=replace(wanted, month=None), month=shown)
    context = {
        "form": form,
        "tabs": tabs("activities:desk_calendar"),
        "weeks": weeks,
        "month": shown,
        "today": today(),
        "before": _named(shown - timedelta(days=1)),
        "after": _named(shown + timedelta(days=32)),
        "total": sum(len(day.sessions) for week in weeks for day in week if day.is_of_month),
    }
    return render(request, "activities/planning/calendar.html", context)


@require_safe
def map_(request: HttpRequest) -> HttpResponse:
    """Where it takes place, by coordinates; without a base map, because none may be fetched from elsewhere."""
    allow_staff(request)
    form = FilterForm(request.GET, user=request.user)
    found = planned.activities(request.user, wanted=form.wanted(), at=now())
    places = planned.places(found)
    context = {
        "form": form,
        "tabs": tabs("activities:desk_map"),
        "places": places,
        "without": found.filter(latitude__isnull=True).count(),
    }
    return render(request, "activities/planning/map.html", context)


def _named(day: date) -> str:
    return f"{day:%Y-%m}"
