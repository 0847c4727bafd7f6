"""Activities as the desk reads them: the list with its filters, the month, the map, one activity with its dates."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone

from kepu.accounts.rules import Someone
from kepu.activities import rules
from kepu.activities.models import (
    Activity,
    ActivityState,
    SeatPool,
    Session,
    SessionState,
)

MOST_ON_THE_MAP = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty is everything."""

    state: str = ""
    kind: str = ""
    unit: int | None = None
    town: str = ""
    month: date | None = None
    text: str = ""
    measure: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """One field of the month's grid."""

    on: date
    is_of_month: bool
    sessions: Sequence[Session]


@dataclass(frozen=True, slots=True)
class Place:
    """A dot on the map, in percent of its frame from the left and from the top."""

    number: int
    activity: Activity
    left: str
    top: str


def activities(user: Someone, *, wanted: Wanted, at: datetime) -> QuerySet[Activity]:
    """The rows of the list with their next date, their first and last and how many there are, last changed first."""
    found = narrowed(rules.visible_to(user), wanted=wanted)
    live = Session.objects.filter(activity=OuterRef("pk")).exclude(state=SessionState.CANCELLED)
    coming = live.filter(ends_at__gte=at).order_by("starts_at").values("starts_at")[:1]
    tallied = live.order_by().values("activity")
    return (
        found.select_related("kind", "organiser", "region")
        .annotate(
            next_at=Subquery(coming),
            session_count=Subquery(tallied.annotate(n=Count("pk")).values("n")),
            first_at=Subquery(tallied.annotate(first=Min("starts_at")).values("first")),
            last_at=Subquery(tallied.annotate(last=Max("starts_at")).values("last")),
        )
        .order_by("-changed_at", "-pk")
    )


def narrowed(found: QuerySet[Activity], *, wanted: Wanted) -> QuerySet[Activity]:
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.kind:
        found = found.filter(kind__code=wanted.kind)
    if wanted.unit:
        found = found.filter(Q(organiser=wanted.unit) | Q(partners=wanted.unit)).distinct()
    if wanted.town:
        found = found.filter(region__code__startswith=prefix_of(wanted.town))
    if wanted.measure:
        found = found.filter(measure=wanted.measure)
    if wanted.text:
        found = found.filter(title__icontains=wanted.text)
    if wanted.month:
        first, last = month_bounds(wanted.month)
        within = Session.objects.filter(starts_at__gte=first, starts_at__lt=last)
        found = found.filter(pk__in=within.exclude(state=SessionState.CANCELLED).values("activity"))
    return found


def month_of(user: Someone, *, wanted: Wanted, month: date) -> list[list[Day]]:
    """The weeks of a month, Monday first, each day with its dates; two queries' worth of rows at most."""
    weeks = calendar.Calendar(firstweekday=0).monthdatescalendar(month.year, month.month)
    first, last = _midnight(weeks[0][0]), _midnight(weeks[-1][-1] + timedelta(days=1))
    shown = narrowed(rules.visible_to(user), wanted=wanted).exclude(state=ActivityState.CANCELLED)
    sessions = (
        Session.objects.filter(activity__in=shown.values("pk"), starts_at__gte=first, starts_at__lt=last)
        .exclude(state=SessionState.CANCELLED)
        .select_related("activity__kind")
        .order_by("starts_at", "pk")
    )
    by_day: dict[date, list[Session]] = {}
    for session in sessions:
        by_day.setdefault(timezone.localdate(session.starts_at), []).append(session)
    return [[Day(day, day.month == month.month, by_day.get(day, ())) for day in week] for week in weeks]


def places(found: QuerySet[Activity]) -> list[Place]:
    """The activities that have coordinates, placed within the frame that holds them all."""
    located = list(found.filter(latitude__isnull=False, longitude__isnull=False)[:MOST_ON_THE_MAP])
    if not located:
        return []
    east, north = _spread([one.longitude for one in located]), _spread([one.latitude for one in located])
    return [
        Place(number, one, left=east(one.longitude), top=north(one.latitude, from_top=True))
        for number, one in enumerate(located, 1)
    ]


class _Scale:
    """From degrees to percent, with a margin so that no dot is cut."""

    def __init__(self, values: Sequence[Decimal]) -> None:
        self.low, high = min(values), max(values)
        self.length = (high - self.low) or Decimal(1)
        self.is_point = high == self.low

    def __call__(self, value: Decimal | None, *, from_top: bool = False) -> str:
        if self.is_point or value is None:
            return "50%"
        share = (value - self.low) / self.length
        return f"{6 + 88 * (1 - share if from_top else share):.2f}%"


def _spread(values: Sequence[Decimal | None]) -> _Scale:
    return _Scale([value for value in values if value is not None])


def sessions_of(activity: Activity) -> QuerySet[Session]:
    """Its dates in order, each with its seats."""
    seats = SeatPool.objects.filter(session=OuterRef("pk")).order_by().values("session")
    return (
        activity.sessions.select_related("region")
        .annotate(
            capacity=Subquery(seats.annotate(n=Sum("capacity")).values("n")),
            taken=Subquery(seats.annotate(n=Sum("taken")).values("n")),
        )
        .order_by("starts_at", "position", "pk")
    )


def session_counts(activity: Activity, *, at: datetime) -> Mapping[str, int]:
    """How many dates there are, how many lie ahead, how many are put off or called off; one query."""
    live = ~Q(state=SessionState.CANCELLED)
    counted = activity.sessions.aggregate(
        all=Count("pk", filter=live),
        ahead=Count("pk", filter=live & Q(ends_at__gte=at)),
        postponed=Count("pk", filter=Q(state=SessionState.POSTPONED)),
        cancelled=Count("pk", filter=Q(state=SessionState.CANCELLED)),
    )
    return {name: int(number) for name, number in counted.items()}


def prefix_of(code: str) -> str:
    """All that lies within a region of twelve digits: a district, a town, a village."""
    for length in (12, 9, 6):
        if code[length - (3 if length > 6 else 2) : length].strip("0"):
            return code[:length]
    return code[:6]


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """From the first moment of a month to that of the next."""
    first = month.replace(day=1)
    return _midnight(first), _midnight((first + timedelta(days=32)).replace(day=1))


def _midnight(day: date) -> datetime:
    zone = ZoneInfo(timezone.get_current_timezone_name())
    return datetime.combine(day, time(), tzinfo=zone)
