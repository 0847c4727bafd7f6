"""What a sign-up page asks: which seats there are, until when, and whether the phone is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Prefetch, Q, QuerySet

from kepu.accounts.identity import looks_like_phone, normalised_phone
from kepu.accounts.models import Organisation
from kepu.accounts.rules import governed_area
from kepu.activities.models import (
    Activity,
    Participant,
    PhoneCheckWaiver,
    Registration,
    RegistrationState,
    SeatPool,
    SessionState,
)
from kepu.activities.people import phone_index
from kepu.activities.senders import sender
from kepu.core.vocabulary import Audience
from kepu.regions.models import Level, Region

COUNTS_AGE = frozenset({Audience.ELDERS, Audience.YOUTH})
BIRTH_YEAR = "birth_year"
NEEDED = (
    "slug",
    "title",
    "title_en",
    "place",
    "contact",
    "cost",
    "audience",
    "questions",
    "region",
    "state",
    "sign_up",
    "sign_up_opens_at",
    "sign_up_closes_at",
    "kind__questions",
    "kind__required",
    "organiser__short_name",
)
LIVE = (RegistrationState.SEATED, RegistrationState.OFFERED, RegistrationState.WAITING)


@dataclass(frozen=True, slots=True)
class PoolChoice:
    """One set of seats that somebody may choose."""

    pool: SeatPool
    free: int
    is_waiting_only: bool


def open_pools(activity: Activity, *, at: datetime) -> list[SeatPool]:
    """The seats that can still be asked for, those of cancelled and past sessions left out, with their activity and session."""
    pools = activity.pools.select_related("session").order_by("session__starts_at", "pk")
    kept = [pool for pool in pools if pool.session is None or _is_to_come(pool, at=at)]
    for pool in kept:
        pool.activity = activity
    return kept


def choices_of(pools: Sequence[SeatPool]) -> list[PoolChoice]:
    return [PoolChoice(pool, pool.capacity - pool.taken, pool.taken >= pool.capacity) for pool in pools]


def closes_at(pool: SeatPool) -> datetime | None:
    """Until when people sign themselves up: as set, else when the session begins (the last one, for a class). None: no session."""
    if pool.activity.sign_up_closes_at is not None:
        return pool.activity.sign_up_closes_at
    if pool.session is not None:
        return pool.session.starts_at
    planned = pool.activity.sessions.exclude(state=SessionState.CANCELLED)
    last: datetime | None = planned.aggregate(last=Max("starts_at"))["last"]
    return last


def asks_birth_year(activity: Activity) -> bool:
    """Where age is counted, and where children come."""
    return activity.audience in COUNTS_AGE or BIRTH_YEAR in activity.kind.required


def to_sign_up(activities: QuerySet[Activity]) -> QuerySet[Activity]:
    """With what a sign-up needs to know and nothing else: a rush asks for it a hundred times a second."""
    return activities.select_related("kind", "organiser").only(*NEEDED)


def is_phone_checked(activity: Activity) -> bool:
    """Always where texts can be sent; where they cannot, unless the office decided otherwise. Looked up once per activity read."""
    if sender() is not None:
        return True
    known: bool | None = activity.__dict__.get("_is_phone_checked")
    if known is None:
        known = activity.__dict__["_is_phone_checked"] = not has_waiver(activity.region_id)
    return known


def has_waiver(region: str) -> bool:
    """Whether the office that governs a place decided that phones are taken as written."""
    offices = PhoneCheckWaiver.objects.values_list("office__region_id", flat=True)
    return any(region.startswith(governed_area(office)) for office in offices)


def towns_of(activity: Activity) -> list[Region]:
    """The towns of the district in which it takes place, with code and name."""
    towns = Region.objects.filter(code__startswith=activity.region_id[:6], level=Level.TOWNSHIP)
    return list(towns.only("code", "name"))


def registrations_of_phone(index: str, *, since: datetime) -> QuerySet[Registration]:
    """What was signed up with a phone, for whoever proved to hold it: sign-ups that are not long past, newest first."""
    confirmed = Registration.objects.filter(contact_phone_index=index, is_phone_confirmed=True)
    recent = Q(pool__session__ends_at__gte=since) | Q(activity__sessions__ends_at__gte=since)
    return confirmed.filter(recent).select_related("activity", "pool__session").distinct().order_by("-pk")


def sign_ups_found(
    seen: QuerySet[Registration], *, q: str = "", state: str = "", pool: str = ""
) -> QuerySet[Registration]:
    """Those of the ones somebody sees that a search asks for, newest first, with the names of their people."""
    found = seen.select_related("pool__session", "organisation").order_by("-registered_at", "-pk")
    if state:
        found = found.filter(state=state)
    if pool:
        found = found.filter(pool_id=int(pool))
    if q.strip():
        found = found.filter(_matches(q.strip()))
    names = Participant.objects.only("registration_id", "name", "is_cancelled").order_by("pk")
    return found.defer("contact_phone").prefetch_related(Prefetch("participants", names))


def _matches(words: str) -> Q:
    """A phone is found whole, by its index; a name by its beginning in characters, pinyin or initials."""
    if looks_like_phone(words):
        index = phone_index(normalised_phone(words))
        return Q(contact_phone_index=index) | _has_person(phone_index=index)
    spelled = words.lower().replace(" ", "")
    named = _has_person(name__startswith=words)
    if spelled.isascii():
        named |= _has_person(name_pinyin__startswith=spelled) | _has_person(name_initials__startswith=spelled)
    return Q(number=words.upper()) | Q(contact_name__startswith=words) | named


def _has_person(**wanted: str) -> Q:
    return Q(Exists(Participant.objects.filter(registration=OuterRef("pk"), **wanted)))


def waiting_people(activity: Activity) -> int:
    """How many people wait for a seat."""
    waiting = activity.registrations.filter(state=RegistrationState.WAITING)
    return sum(waiting.values_list("seats", flat=True))


def people_of(registration: Registration) -> QuerySet[Participant]:
    return registration.participants.select_related("region").order_by("pk")


def waiver_of(office: Organisation) -> PhoneCheckWaiver | None:
    return PhoneCheckWaiver.objects.filter(office=office).select_related("decided_by").first()


def place_in_line(registration: Registration) -> int:
    """How many people wait before this party, plus one."""
    earlier = Q(waiting_since__lt=registration.waiting_since) | Q(
        waiting_since=registration.waiting_since, pk__lt=registration.pk
    )
    before = Registration.objects.filter(
        earlier, pool_id=registration.pool_id, state=RegistrationState.WAITING
    )
    return before.count() + 1


def _is_to_come(pool: SeatPool, *, at: datetime) -> bool:
    session = pool.session
    return session is None or (session.state != SessionState.CANCELLED and session.starts_at > at)
