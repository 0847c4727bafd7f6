"""Days of the invented year."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone


def at(day: date, *, hour: int = 10) -> datetime:
    """A moment of a working day in the district."""
    return timezone.make_aware(datetime.combine(day, time(hour)), timezone.get_default_timezone())
