"""The sections of an activity's page at the desk, in their order. Each part of the work appends its own template here.

A section is included with the variables of the page: `activity`, `sessions` (one page of them), `may_manage`. What it shows beside
that it takes from a template tag or loads by itself with htmx, so that the page of an activity knows nothing of sign-ups or scans.
"""

from __future__ import annotations

from functools import cache

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

SECTIONS = (
    "activities/registration/_section.html",
    "activities/check_in/_section.html",
    "activities/training/_section.html",
    "activities/closing/_section.html",
)


@cache
def sections() -> tuple[str, ...]:
    """Those that are there, in their order."""
    return tuple(name for name in SECTIONS if _exists(name))


def _exists(name: str) -> bool:
    try:
        get_template(name)
    except TemplateDoesNotExist:
        return False
    return True
