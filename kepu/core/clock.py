"""The one place that asks what time it is; everything below a view, task or command takes `at`."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    return timezone.now()  # noqa: TID251 - this is the edge that the ban points to


def today() -> date:
    """The calendar day in the district, not in UTC."""
    return timezone.localdate(now())
