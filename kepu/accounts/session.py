"""The account behind a request, with its type."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from kepu.accounts.models import User


def account_of(request: HttpRequest) -> User:
    """Whoever is logged in; for pages that require log-in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def allow(permitted: bool) -> None:  # noqa: FBT001 - reads as a sentence: allow(rules.can_read_audit(user))
    """Go on if the rule said yes; otherwise the page is refused."""
    if not permitted:
        raise PermissionDenied
