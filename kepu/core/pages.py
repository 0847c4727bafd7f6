"""What pages of every app share: how a refusal is shown, and which pages are the same for every visitor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

from kepu.core.errors import Refused

View = TypeVar("View", bound=Callable[..., HttpResponse])


def cached_for_visitors(view: View) -> View:
    """Mark a page as the same for every visitor with the same look and language: the portal keeps it for a minute."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.may_be_kept = True  # type: ignore[attr-defined]
        return response

    return marked  # type: ignore[return-value]


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """For a button without a form: a refusal becomes a message on the next page, and the view goes on."""
    try:
        yield
    except Refused as refused:
        messages.error(request, str(refused))


@contextmanager
def refusals_in_form(form: BaseForm) -> Iterator[None]:
    """For a form: a refusal stands beside the field it names, and everything typed stays in place.

    A view returns its redirect inside the block; what follows the block shows the form again.
    """
    try:
        yield
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read. One that is too long was refused unread: say so, and what to do instead."""
    is_too_long = isinstance(exception, RequestDataTooBig)
    return render(request, "400.html", {"is_too_long": is_too_long}, status=413 if is_too_long else 400)
