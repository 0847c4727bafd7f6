"""Reads of the audit trail; who may read is decided above, where people are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from kepu.audit.models import Entry


@dataclass(frozen=True)
class Search:
    """What an auditor looks for; empty means everything."""

    actor: str = ""
    deed: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


def entries(search: Search, *, actor_ids: Iterable[int]) -> QuerySet[Entry]:
    """The entries of these actors and of the system itself, newest first."""
    found = Entry.objects.filter(Q(actor_id__in=actor_ids) | Q(actor_id=None))
    if search.actor:
        found = found.filter(actor__icontains=search.actor)
    if search.deed:
        found = found.filter(deed=search.deed)
    if search.subject:
        found = found.filter(
            Q(object_label__icontains=search.subject) | Q(object_id=search.subject, object_id__gt="")
        )
    if search.since:
        found = found.filter(at__gte=start_of(search.since))
    if search.until:
        found = found.filter(at__lt=start_of(search.until + timedelta(days=1)))
    return found


def start_of(day: date) -> datetime:
    """Midnight in the district, so that a day means the day that people there lived."""
    return timezone.make_aware(datetime.combine(day, time.min))
