"""The switches for look and language: plain links, so that kept pages need no form token."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kepu.core.access import public
from kepu.portal.appearance import MODE_COOKIE, MODES, THEME_COOKIE, THEMES

ONE_YEAR = 365 * 24 * 3600


@public
@never_cache
@require_safe
def set_mode(request: HttpRequest) -> HttpResponse:
    """Switch elder mode or the colours."""
    response = HttpResponseRedirect(_next_page(request))
    _remember(response, name=MODE_COOKIE, value=request.GET.get("mode", ""), among=MODES)
    _remember(response, name=THEME_COOKIE, value=request.GET.get("theme", ""), among=THEMES)
    return response


@public
@never_cache
@require_safe
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language of the pages."""
    response = HttpResponseRedirect(_next_page(request))
    languages = tuple(code for code, _name in settings.LANGUAGES)
    _remember(
        response, name=settings.LANGUAGE_COOKIE_NAME, value=request.GET.get("language", ""), among=languages
    )
    return response


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
