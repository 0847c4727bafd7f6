"""Whole public pages for visitors without a session, kept for a minute in this process.

The middleware stands first, so that a kept page costs a dictionary look-up and nothing else: no session, no
template, no query. Which pages may be kept they say themselves (`kepu.core.pages.cached_for_visitors`). What decides how a page looks is in the key, as the page itself reads it: a browser may send
any list of languages and any cookie, but there are only two languages, two modes and three themes to keep.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language_from_request

from kepu.portal.appearance import read_appearance

SECONDS = 60


class PageCacheMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages = caches["pages"]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _asks_as_visitor(request):
            return self.get_response(request)
        key = _key(request)
        kept = self.pages.get(key)
        if kept is not None:
            return _response(*kept)
        response = self.get_response(request)
        if _may_be_kept(response):
            patch_cache_control(response, private=True, max_age=SECONDS)
            self.pages.set(key, (response.content, response.status_code, dict(response.items())), SECONDS)
        return response


def _asks_as_visitor(request: HttpRequest) -> bool:
    """A query string makes a page of its own (its links lead back to it), and there are endlessly many of them."""
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "HTTP_HX_REQUEST" not in request.META
    )


def _key(request: HttpRequest) -> str:
    look = read_appearance(request)
    language = get_language_from_request(request)
    host = request.META.get("HTTP_HOST", "").lower()
    return f"{request.scheme}|{host}|{request.path}|{look.mode}|{look.theme}|{language}"


def _may_be_kept(response: HttpResponse) -> bool:
    return getattr(response, "may_be_kept", False) and response.status_code == 200 and not response.cookies


def _response(content: bytes, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(content, status=status, headers=headers)
