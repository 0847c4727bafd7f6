"""What counts as handed in: one rule for boards, duties, reminders, standings, papers and the assessment.

A report is handed in while its unit stands by a version of it: it waits for verification or is verified. What the
office returned or the unit took back is not, until it is submitted again. The day that counts is that of the first
submission that still stands: a return keeps it, taking the report back gives it up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from kepu.plans.models import ProgressReport, ReportingPeriod, ReportState

HANDED_IN = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})
SET_ASIDE = frozenset({ReportState.SUPERSEDED, ReportState.DROPPED})
"""Versions that are history: another one took their place, or they never took one."""

ReportKey = tuple[int, int, int]
"""measure, unit, period: versions of one report share it."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A report that stands, its versions taken together: since when, and whether it was verified."""

    first_at: datetime
    is_accepted: bool


def handed_in_reports(periods: Iterable[ReportingPeriod]) -> dict[ReportKey, HandedIn]:
    """The reports of these periods that are handed in now: one query."""
    found = ProgressReport.objects.filter(period__in=[period.pk for period in periods])
    rows = found.values_list("measure_id", "organisation_id", "period_id", "state", "submitted_at")
    versions: dict[ReportKey, list[tuple[str, datetime]]] = {}
    for measure, unit, period, state, submitted_at in rows.order_by():
        if submitted_at is not None:
            versions.setdefault((measure, unit, period), []).append((state, submitted_at))
    return {key: _joined(found) for key, found in versions.items() if _stands(found)}


def is_on_time(report: HandedIn, *, period: ReportingPeriod) -> bool:
    """The whole due day counts, in the district's time."""
    return timezone.localtime(report.first_at).date() <= period.due_on


def is_handed_in(versions: Iterable[ProgressReport]) -> bool:
    """Of all versions of a report one that the unit stands by is enough."""
    return any(report.state in HANDED_IN for report in versions)


def current_version(versions: QuerySet[ProgressReport]) -> ProgressReport | None:
    """The version that is worked on or holds now."""
    return versions.exclude(state__in=SET_ASIDE).order_by("-version").first()


def _stands(versions: Iterable[tuple[str, datetime]]) -> bool:
    return any(state in HANDED_IN for state, _at in versions)


def _joined(versions: list[tuple[str, datetime]]) -> HandedIn:
    return HandedIn(
        first_at=min(at for _state, at in versions),
        is_accepted=any(state == ReportState.ACCEPTED for state, _at in versions),
    )
