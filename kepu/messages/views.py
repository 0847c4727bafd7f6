"""The inbox."""

from __future__ import annotations

from typing import cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.models import User
from kepu.core.clock import now
from kepu.messages import queries, services

PAGE_SIZE = 30


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """My messages, newest first; unread ones stand out."""
    messages = Paginator(queries.inbox_of(cast(User, request.user)), PAGE_SIZE)
    return render(request, "messages/inbox.html", {"page": messages.get_page(request.GET.get("page"))})


@require_POST
def open_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go where it points."""
    user = cast(User, request.user)
    message = get_object_or_404(queries.inbox_of(user), pk=pk)
    services.mark_read(message, by=user, at=now())
    is_ours = url_has_allowed_host_and_scheme(message.link, allowed_hosts={request.get_host()})
    return redirect(message.link if message.link and is_ours else "messages:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    services.mark_all_read(cast(User, request.user), at=now())
    return redirect("messages:inbox")
