"""What an account must do before it may go on: change a handed-out password, set up its second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect

from kepu.accounts import rules
from kepu.accounts.models import User

ALWAYS_OPEN = frozenset(
    {"account_logout", "account_change_password", "account_reauthenticate", "mfa_reauthenticate"}
)
SECOND_FACTOR_PAGES = frozenset({"mfa_activate_totp", "mfa_index"})
_HAS_SECOND_FACTOR = "has_second_factor"


class AccountConditionsMiddleware:
    """Sends to the page where the condition can be met; public pages stay open and cost nothing.

    What stands behind the log-in is kept by no browser: after logging out at a shared computer, "back" shows nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_behind_log_in", False):
            add_never_cache_headers(response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not isinstance(request.user, User):
            return None
        request.is_behind_log_in = True  # type: ignore[attr-defined]
        page = request.resolver_match.view_name if request.resolver_match else ""
        if page in ALWAYS_OPEN:
            return None
        if request.user.must_change_password:
            return _send_to("account_change_password", request=request)
        if page not in SECOND_FACTOR_PAGES and _lacks_second_factor(request, user=request.user):
            return _send_to("mfa_activate_totp", request=request)
        return None


def _lacks_second_factor(request: HttpRequest, *, user: User) -> bool:
    """Asked once per session: a log-in with a code answers it, or one look at the database."""
    if not rules.needs_second_factor(user) or request.session.get(_HAS_SECOND_FACTOR) == user.pk:
        return False
    used = any(one["method"] == "mfa" for one in get_authentication_records(request, user))
    if used or Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        request.session[_HAS_SECOND_FACTOR] = user.pk
        return False
    return True


def _send_to(page: str, *, request: HttpRequest) -> HttpResponse:
    """A part of a page that htmx asked for cannot be replaced by a whole page, so the browser is sent."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponseClientRedirect(reverse(page))
    return HttpResponseRedirect(reverse(page))
