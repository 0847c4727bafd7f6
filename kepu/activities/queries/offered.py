"""What citizens see: published activities that lie ahead, with the seats that are left. Never a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from kepu.activities.models import Activity, ActivityState, SeatPool, Session, SessionState, SignUp
from kepu.activities.queries.planned import prefix_of
from kepu.core.vocabulary import Audience
from kepu.regions.models import Level, Region

MOST_THIS_WEEK = 60
FEED_AHEAD = timedelta(days=366)
FEED_BACK = timedelta(days=31)
MOST_IN_A_FEED = 2000


@dataclass(frozen=True, slots=True)
class Sought:
    """For whom and where; empty is everybody and everywhere."""

    town: str = ""
    audience: str = ""
    kind: str = ""
    measure: int | None = None


@dataclass(frozen=True, slots=True)
class Seats:
    """How many seats there are, how many are left, and how many may still wait."""

    capacity: int
    left: int
    can_wait: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of what is on: an activity, its date, and its seats where it has any."""

    activity: Activity
    session: Session
    seats: Seats | None
    is_one_of: int = 1


@dataclass(frozen=True, slots=True)
class Pool:
    """Seats of one audience of the whole activity, or of one date."""

    audience: str
    seats: Seats

    @property
    def label(self) -> str:
        return str(Audience(self.audience).label) if self.audience else ""


def published(sought: Sought) -> QuerySet[Activity]:
    found = Activity.objects.filter(state=ActivityState.PUBLISHED)
    if sought.town:
        found = found.filter(region__code__startswith=prefix_of(sought.town))
    if sought.audience:
        pools = SeatPool.objects.filter(activity=OuterRef("pk"), audience=sought.audience)
        found = found.filter(Q(audience=sought.audience) | Exists(pools))
    if sought.kind:
        found = found.filter(kind__code=sought.kind)
    if sought.measure:
        found = found.filter(measure=sought.measure)
    return found


def this_week(sought: Sought, *, at: datetime, most: int = MOST_THIS_WEEK) -> list[Offer]:
    """What still takes place until Sunday night, date by date; two queries."""
    sessions = (
        _ahead(at)
        .filter(activity__in=published(sought).values("pk"), starts_at__lt=end_of_week(at))
        .select_related("activity__kind", "activity__region", "activity__organiser")
        .order_by("starts_at", "pk")[:most]
    )
    return _with_seats([Offer(one.activity, one, None) for one in sessions])


def next_dates(sought: Sought, *, at: datetime, most: int) -> list[Offer]:
    """The nearest dates that lie ahead, one an activity; three queries, or one where there is none."""
    ahead = _ahead(at).filter(activity=OuterRef("pk")).order_by("starts_at")
    found = published(sought).annotate(
        next_session=Subquery(ahead.values("pk")[:1]), next_at=Subquery(ahead.values("starts_at")[:1])
    )
    return offers(found.filter(next_session__isnull=False).order_by("next_at", "pk")[:most])


def later(sought: Sought, *, at: datetime) -> QuerySet[Activity]:
    """What begins, or goes on, after this week: one row an activity, with its next date; page it, then `offers`."""
    after = Session.objects.filter(
        activity=OuterRef("pk"), state=SessionState.PLANNED, starts_at__gte=end_of_week(at)
    )
    first = after.order_by("starts_at")
    return (
        published(sought)
        .annotate(
            next_session=Subquery(first.values("pk")[:1]),
            next_at=Subquery(first.values("starts_at")[:1]),
            date_count=Subquery(after.order_by().values("activity").annotate(n=Count("pk")).values("n")),
        )
        .filter(next_session__isnull=False)
        .order_by("next_at", "pk")
    )


def offers(activities: Iterable[Activity]) -> list[Offer]:
    """The lines of activities that know their `next_session`; two queries beside the activities' own."""
    wanted = {activity.next_session: activity for activity in activities}  # type: ignore[attr-defined]
    if not wanted:
        return []
    sessions = {
        session.pk: session
        for session in Session.objects.filter(pk__in=wanted).select_related(
            "activity__kind", "activity__region", "activity__organiser"
        )
    }
    lines = [
        Offer(sessions[pk].activity, sessions[pk], None, is_one_of=getattr(activity, "date_count", 1))
        for pk, activity in wanted.items()
        if pk in sessions
    ]
    return _with_seats(lines)


def coming_sessions(activity: Activity, *, at: datetime) -> QuerySet[Session]:
    """The dates that lie ahead, those put off and called off among them: who wrote them down must learn of it."""
    return activity.sessions.filter(ends_at__gte=at).select_related("region").order_by("starts_at", "pk")


def pools_of(activity: Activity) -> list[Pool]:
    """The seats of the whole activity, one row an audience."""
    return [_pool(one) for one in activity.pools.filter(session__isnull=True)]


def pools_by_session(sessions: Sequence[Session]) -> dict[int, list[Pool]]:
    """The seats of each date; one query."""
    found: dict[int, list[Pool]] = {}
    for one in SeatPool.objects.filter(session__in=[session.pk for session in sessions]):
        found.setdefault(one.session_id or 0, []).append(_pool(one))
    return found


def sessions_for_feed(sought: Sought, *, at: datetime) -> QuerySet[Session]:
    """A month back and a year ahead; those called off too, so that calendars take them out."""
    return _for_feed(Q(activity__in=published(sought).values("pk")), at=at)


def sessions_of_units(activities: QuerySet[Activity], *, at: datetime) -> QuerySet[Session]:
    """What a member of staff's units have planned, drafts left out."""
    return _for_feed(Q(activity__in=activities.exclude(state=ActivityState.DRAFT).values("pk")), at=at)


def all_sessions(activity: Activity) -> QuerySet[Session]:
    return activity.sessions.select_related("activity__organiser", "activity__region").order_by("starts_at")


def towns_offered() -> QuerySet[Region]:
    """The towns of the districts in which anything is published."""
    codes = Activity.objects.filter(state=ActivityState.PUBLISHED).values_list("region_id", flat=True)
    districts = {code[:6] for code in codes.distinct()}
    within = Q(pk__in=[])
    for district in districts:
        within |= Q(code__startswith=district)
    return Region.objects.filter(within, level=Level.TOWNSHIP).order_by("code")


def end_of_week(at: datetime) -> datetime:
    """The first moment of next Monday, in the district."""
    today = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


def _ahead(at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(state=SessionState.PLANNED, ends_at__gte=at)


def _for_feed(wanted: Q, *, at: datetime) -> QuerySet[Session]:
    found = Session.objects.filter(wanted, starts_at__gte=at - FEED_BACK, starts_at__lt=at + FEED_AHEAD)
    return found.select_related("activity__organiser", "activity__region").order_by("starts_at", "pk")[
        :MOST_IN_A_FEED
    ]


def _pool(pool: SeatPool) -> Pool:
    left = pool.capacity - pool.taken
    return Pool(pool.audience, Seats(pool.capacity, left, can_wait=pool.waiting_capacity > 0))


def _with_seats(lines: list[Offer]) -> list[Offer]:
    """All seats of all lines at once: those of the date, and those of the activity as a whole."""
    signed = [one for one in lines if one.activity.sign_up != SignUp.NONE]
    pools = SeatPool.objects.filter(
        Q(session__in=[one.session.pk for one in signed])
        | Q(activity__in=[one.activity.pk for one in signed], session__isnull=True)
    )
    by_owner: dict[tuple[str, int], list[SeatPool]] = {}
    for pool in pools if signed else []:
        owner = ("date", pool.session_id) if pool.session_id else ("activity", pool.activity_id)
        by_owner.setdefault(owner, []).append(pool)
    return [replace(one, seats=_seats_of(one, by_owner=by_owner)) for one in lines]


def _seats_of(line: Offer, *, by_owner: dict[tuple[str, int], list[SeatPool]]) -> Seats | None:
    if line.activity.sign_up == SignUp.NONE:
        return None
    pools = by_owner.get(("date", line.session.pk)) or by_owner.get(("activity", line.activity.pk)) or []
    if not pools:
        return None
    capacity = sum(pool.capacity for pool in pools)
    left = capacity - sum(pool.taken for pool in pools)
    return Seats(capacity, left, can_wait=any(pool.waiting_capacity for pool in pools))
