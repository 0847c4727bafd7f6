"""The public home, the styleguide, the health check, and what a broken form says."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kepu.activities.queries import offered
from kepu.activities.queries.offered import Sought
from kepu.core.access import public
from kepu.core.clock import now, today
from kepu.core.pages import cached_for_visitors
from kepu.portal import styleguide as showcase
from kepu.portal.goal_rows import goal_rows
from kepu.portal.public_plans import current_plan, public_goals

OFFERS_ON_THE_HOME_PAGE = 4


@public
@require_safe
@cached_for_visitors
def home(request: HttpRequest) -> HttpResponse:
    """What the district set out to do, how far it is, what is on this week, and for whom."""
    plan = current_plan(on=today())
    shown = goal_rows(public_goals(plan, on=today())) if plan else []
    week = offered.this_week(Sought(), at=now(), most=OFFERS_ON_THE_HOME_PAGE)
    return render(request, "portal/home.html", {"goals": shown, "plan": plan, "week": week})


@public
@require_safe
@cached_for_visitors
def privacy(request: HttpRequest) -> HttpResponse:
    """What the platform holds about people, why, for how long, and what they may ask."""
    return render(request, "portal/privacy.html")


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What needs a log-in, and what only switches the look, is nothing for a search engine."""
    shut = ("/accounts/", "/calendar/", "/desk/", "/feedback/find/", "/inbox/", "/language/", "/mode/")
    lines = ["User-agent: *", *(f"Disallow: {address}" for address in shut)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component, with its code and its states."""
    return render(request, "portal/styleguide.html", {"examples": showcase.examples(), **showcase.sample()})


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """For the machine that watches this machine: can we reach the database?"""
    reachable = _database_answers()
    return JsonResponse(
        {"status": "ok" if reachable else "failing", "database": "ok" if reachable else "unreachable"},
        status=200 if reachable else 503,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: most often a page left open overnight, so say how to go on."""
    return render(request, "403_csrf.html", status=403)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False
