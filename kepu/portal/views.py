"""The public home, the switches for look and language, the styleguide, the health check."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kepu.core.access import public
from kepu.core.clock import today
from kepu.plans.queries.goals import goals
from kepu.portal import styleguide as showcase
from kepu.portal.appearance import MODE_COOKIE, MODES, THEME_COOKIE, THEMES
from kepu.portal.page_cache import cached_for_visitors
from kepu.portal.public_plans import current_plan

ONE_YEAR = 365 * 24 * 3600


@public
@require_safe
@cached_for_visitors
def home(request: HttpRequest) -> HttpResponse:
    """What the district set out to do, how far it is, and for whom."""
    plan = current_plan(on=today())
    return render(request, "portal/home.html", {"goals": goals(plan, on=today()) if plan else []})


@public
@never_cache
@require_safe
def set_mode(request: HttpRequest) -> HttpResponse:
    """Switch elder mode or the colours by a plain link, so that cached pages need no form token."""
    response = HttpResponseRedirect(_next_page(request))
    _remember(response, name=MODE_COOKIE, value=request.GET.get("mode", ""), among=MODES)
    _remember(response, name=THEME_COOKIE, value=request.GET.get("theme", ""), among=THEMES)
    return response


@public
@never_cache
@require_safe
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages by a plain link."""
    response = HttpResponseRedirect(_next_page(request))
    languages = tuple(code for code, _name in settings.LANGUAGES)
    _remember(
        response, name=settings.LANGUAGE_COOKIE_NAME, value=request.GET.get("language", ""), among=languages
    )
    return response


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


def _next_page(request: HttpRequest) -> str:
    target = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and is_ours else "/"


def _remember(response: HttpResponse, *, name: str, value: str, among: tuple[str, ...]) -> None:
    if value in among:
        response.set_cookie(
            name, value, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=settings.BEHIND_TLS
        )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False
