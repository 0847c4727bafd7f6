"""The number of unread messages for whichever page shows it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from kepu.messages import queries


def inbox(request: HttpRequest) -> dict[str, object]:
    """Counted only when a template asks, so that pages without the bell cost no query."""
    return {"unread_count": SimpleLazyObject(lambda: queries.unread_count(request.user))}
