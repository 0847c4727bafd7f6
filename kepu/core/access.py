"""Log-in is required everywhere; a page that anyone may see says so with `@public`, and a test can list those pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Let visitors without an account see this page."""
    opened = login_not_required(view)
    opened.is_public = True  # type: ignore[attr-defined]
    return opened
