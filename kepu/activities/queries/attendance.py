"""Who is here: counts, lists and the finder of names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from kepu.activities.door import FINE
from kepu.activities.models import Attendance, FailedScan, Participant, Session, SignInSheet
from kepu.activities.names import plain
from kepu.activities.queries.door import entry_of, live_attendances, on_the_list
from kepu.core.composed import composed_with_marks

MOST_FOUND = 20
MOST_LOOKED_AT = 300
ROSTER_PAGE = 2000
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a session stands at the door."""

    present: int
    """人次 that count."""
    expected: int
    """People with a seat; walk-ins are not expected."""
    walk_ins: int
    failed: int
    by_evidence: dict[str, int]


def standing_of(session: Session) -> Standing:
    """Three queries, however many came."""
    live = live_attendances(session)
    by_evidence = dict(live.order_by().values_list("evidence").annotate(Sum("quantity")))
    people = expected_at(session).count()
    found = live.aggregate(walk_ins=Count("pk", filter=Q(participant__is_walk_in=True)))
    return Standing(
        present=sum(by_evidence.values()),
        expected=people,
        walk_ins=found["walk_ins"],
        failed=FailedScan.objects.filter(session=session).exclude(reason__in=FINE).count(),
        by_evidence=by_evidence,
    )


@composed_with_marks
def _present(session: int) -> QuerySet[Attendance, Any]:
    return (
        live_attendances(session)
        .order_by()
        .values("session")
        .annotate(total=Sum("quantity"))
        .values_list("total")
    )


def present_at(session: int) -> int:
    """The live counter: 人次 that count."""
    return sum(row[0] for row in _present(session))


def expected_at(session: Session) -> QuerySet[Participant]:
    """Who has a seat at this session and has not cancelled."""
    return on_the_list(session).filter(
        is_cancelled=False, registration__isnull=False, registration__state="seated"
    )


def attendances_of(session: Session) -> QuerySet[Attendance]:
    """All of a session, reversed ones too, the latest first, with what a list shows of each."""
    return (
        Attendance.objects.filter(session=session)
        .select_related("participant", "recorded_by")
        .defer("participant__phone", "participant__code")
        .order_by("-recorded_at", "-pk")
    )


def missing_at(session: Session) -> QuerySet[Participant]:
    """Who has a seat and is not in yet."""
    present = live_attendances(session).filter(participant__isnull=False)
    return expected_at(session).exclude(pk__in=present.values("participant")).order_by("name_pinyin", "pk")


def failed_scans_of(session: Session) -> QuerySet[FailedScan]:
    return FailedScan.objects.filter(session=session).select_related("recorded_by")


def sheets_of(session: Session) -> QuerySet[SignInSheet]:
    return (
        SignInSheet.objects.filter(session=session)
        .select_related("added_by")
        .annotate(entered=Sum("attendances__quantity", filter=Q(attendances__reversed_at=None)))
    )


@composed_with_marks
def _taken_from(session: int, device: str) -> QuerySet[Attendance, Any]:
    taken = Attendance.objects.filter(session=session, idempotency_key__startswith=f"{device}.")
    return taken.order_by().values("session").annotate(keys=Count("pk")).values_list("keys")


@composed_with_marks
def _only_refused_from(session: int, device: str) -> QuerySet[FailedScan, Any]:
    """A scan that was refused and later taken, because the list had changed, is one scan."""
    mine = FailedScan.objects.filter(session=session, idempotency_key__startswith=f"{device}.")
    taken = Attendance.objects.filter(session=session, idempotency_key=OuterRef("idempotency_key"))
    refused = mine.filter(~Exists(taken)).order_by().values("session")
    return refused.annotate(keys=Count("idempotency_key", distinct=True)).values_list("keys")


def received_from(session: int, *, device: str) -> int:
    """How many scans of one phone have arrived, whatever became of each."""
    return sum(row[0] for row in (*_taken_from(session, device), *_only_refused_from(session, device)))


def roster(session: Session, *, after: int) -> list[dict[str, Any]]:
    """A page of the list as a phone needs it without a network: a digest to match the code, a name to greet."""
    page = on_the_list(session).filter(pk__gt=after).order_by("pk")[:ROSTER_PAGE]
    people = list(page)
    present = set(
        live_attendances(session)
        .filter(participant__in=[one.pk for one in people])
        .values_list("participant_id", flat=True)
    )
    return [_listed(one, session=session, is_in=one.pk in present) for one in people]


def _listed(participant: Participant, *, session: Session, is_in: bool) -> dict[str, Any]:
    entry = entry_of(participant, session=session, is_in=is_in)
    return {
        "id": participant.pk,
        "digest": participant.code_digest,
        "name": participant.name,
        "initials": participant.name_initials,
        "is_in": is_in,
        "is_cancelled": bool(entry and entry.is_cancelled),
        "is_seated": bool(entry and entry.is_seated),
    }


def present_among(people: Sequence[Participant], *, session: Session) -> dict[int, Attendance]:
    """The live attendances of these people, by person."""
    live = live_attendances(session).filter(participant__in=[one.pk for one in people])
    return {one.participant_id: one for one in live if one.participant_id}


def find_people(session: Session, *, text: str) -> list[Participant]:
    """People on the list by characters, pinyin or initials of their name: those that begin with it, then those that hold it.

    王秀, 秀英, wangxiu, wxy and xiuying all find 王秀英.
    """
    wanted = "".join(one for one in plain(text[:60]) if one.isprintable())[:40]
    if not wanted:
        return []
    found = _beginning(session, wanted=wanted)
    if len(found) < MOST_FOUND:
        found += _holding(session, wanted=wanted, besides=[one.pk for one in found])
    return found[:MOST_FOUND]


def _beginning(session: Session, *, wanted: str) -> list[Participant]:
    found: dict[int, Participant] = {}
    for column in _columns(wanted):
        rows = on_the_list(session).filter(_begins(column, wanted=wanted)).order_by(column, "pk")
        found |= {one.pk: one for one in rows[:MOST_FOUND]}
    return list(found.values())


def _holding(session: Session, *, wanted: str, besides: list[int]) -> list[Participant]:
    """Each column on its own and nothing but its index is read: with joins or an order it costs ten times as much."""
    ids: list[int] = []
    for column in _columns(wanted):
        holding = Participant.objects.filter(activity=session.activity_id, **{f"{column}__contains": wanted})
        ids += holding.order_by().values_list("pk", flat=True)[:MOST_LOOKED_AT]
    rows = on_the_list(session).filter(pk__in=set(ids) - set(besides))
    return list(rows.order_by("name_pinyin", "pk")[: MOST_FOUND - len(besides)])


def _columns(wanted: str) -> tuple[str, ...]:
    """Letters are initials or pinyin; anything else is characters."""
    return ("name_initials", "name_pinyin") if wanted.isascii() else ("name",)


def _begins(column: str, *, wanted: str) -> Q:
    """As a range on SQLite, whose LIKE uses no index; by pattern on PostgreSQL, whose ranges follow the language."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": wanted, f"{column}__lt": wanted + _LAST})
    return Q(**{f"{column}__startswith": wanted})
