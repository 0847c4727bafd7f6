"""The sections of an activity's page at the desk, in their order. Each part of the work appends its own template here.

A section is included with the variables of the page: `activity`, `sessions` (one page of them), `may_manage`. What it shows beside
that it takes from a template tag or loads by itself with htmx, so that the page of an activity knows nothing of sign-ups or scans.
"""

from __future__ import annotations

SECTIONS = (
    "activities/registration/_section.html",
    "activities/check_in/_section.html",
    "activities/training/_section.html",
    "activities/closing/_section.html",
)
