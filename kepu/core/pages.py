"""What every page does the same way: a refusal becomes a sentence on the page, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest

from kepu.core.errors import Refused


class Outcome:
    """Whether the deed inside `refusals_as_messages` was done."""

    is_done = True


@contextmanager
def refusals_as_messages(request: HttpRequest, *, form: BaseForm | None = None) -> Iterator[Outcome]:
    """Turn a refusal into an error of the form that was sent, or into a message when there is no form.

    The view goes on after the block: it redirects if `outcome.is_done`, else it shows the page again.
    """
    outcome = Outcome()
    try:
        yield outcome
    except Refused as refusal:
        outcome.is_done = False
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
