"""Double scans, by sixteen processes at once. Run in an installation: `python -m tests.fire.double_scans 500 7`.

Each race is one person at a door. Four processes meet at a barrier and check that person in at the same moment, each in a way of its
own choosing: by code, by name, as a walk-in with the same phone, from a sheet, now and then twice with one key. Four such teams
run side by side, so that sixteen writers fight for the database. Now and then somebody reverses what just counted and the person is
scanned again. What came of it is printed as JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kepu.config.settings")

TEAMS, MEMBERS = 4, 4
AT = datetime(2026, 10, 8, 1, 0, tzinfo=UTC)
AT_THE_DOOR = AT + timedelta(days=1, minutes=15)


def main(races: int, seed: int) -> None:
    import django  # noqa: PLC0415 - the environment is complete only now

    django.setup()
    from django.db import connections  # noqa: PLC0415

    people, staff = _make_people(races)
    _warm_up(people[0], staff=staff)
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    results, workers = fork.Queue(), []
    started = time.monotonic()
    for team in range(TEAMS):
        barrier = fork.Barrier(MEMBERS)
        for member in range(MEMBERS):
            arguments = (people[team::TEAMS], staff, member, seed, barrier, results)
            workers.append(fork.Process(target=_run, args=arguments))
    for worker in workers:
        worker.start()
    told = [results.get(timeout=3600) for _worker in workers]
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - started
    print(json.dumps(_verdict(told, races=races, seconds=seconds)))  # noqa: T201 - it is what the caller reads


def _make_people(races: int) -> tuple[list[tuple[int, int, str, str]], int]:
    """Session, participant, code and phone of each race; forty people a session, and one member of staff for all."""
    from django.db import transaction  # noqa: PLC0415

    from kepu.accounts.models import Role  # noqa: PLC0415
    from tests.factories.accounts import make_organisation, make_user  # noqa: PLC0415
    from tests.factories.activities import make_activity, make_kind  # noqa: PLC0415
    from tests.factories.check_in import signed_up  # noqa: PLC0415

    people, session = [], None
    with transaction.atomic():
        unit, kind = make_organisation(), make_kind()
        staff = make_user(Role.LEAD_UNIT, unit)
        for race in range(races):
            if race % 40 == 0:
                session = make_activity(organiser=unit, kind=kind, by=staff, at=AT).sessions.get()
            phone = f"138{race:08d}"
            added = signed_up(session, name=f"参加人{race}", phone=phone)
            people.append((session.pk, added.participant.pk, added.code, phone))
    return people, staff.pk


def _warm_up(person, *, staff: int) -> None:
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        for way in range(4):
            _enter(person, staff=staff, way=way, key=f"warm-up-{way}")
        transaction.set_rollback(True)


def _run(people, staff, member, seed, barrier, results) -> None:
    """One process: all races of its team, and then what happened in them."""
    chance = random.Random(f"{seed}:{member}")  # noqa: S311 - a game, not a secret
    counted, errors, slowest = Counter(), [], 0.0
    for number, person in enumerate(people):
        # Members 0 and 1 are now and then one phone that sends the same scan twice because it heard no answer.
        is_resent = random.Random(f"{seed}:{person[1]}").random() < 0.3  # noqa: S311
        sender = 0 if is_resent and member == 1 else member
        way = 0 if is_resent and member < 2 else chance.randrange(4)
        barrier.wait(timeout=600)
        begun = time.monotonic()
        try:
            counted[_enter(person, staff=staff, way=way, key=f"fire.{person[1]}.{sender}")] += 1
            if chance.random() < 0.05:
                counted[
                    _reverse_and_scan_again(person, staff=staff, key=f"again.{number}.{person[1]}.{member}")
                ] += 1
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        slowest = max(slowest, time.monotonic() - begun)
    results.put({"counted": dict(counted), "errors": errors, "slowest": slowest})


def _enter(person, *, staff: int, way: int, key: str) -> str:
    """Check somebody in, one way or another; the answer as a word."""
    from kepu.accounts.models import User  # noqa: PLC0415
    from kepu.activities.models import CheckInWay, Session  # noqa: PLC0415
    from kepu.activities.services import check_in  # noqa: PLC0415
    from kepu.activities.services.participants import Who  # noqa: PLC0415

    session_id, participant, code, phone = person
    by, session = User.objects.get(pk=staff), Session.objects.get(pk=session_id)
    who = Who(name=f"参加人{int(phone[3:])}", audience="elders", phone=phone)
    at = AT_THE_DOOR
    try:
        if way == 2:
            done = check_in.check_in_walk_in(session, who=who, key=key, by=by, at=at)
            return "entered" if done.is_new else "repeated"
        if way == 3:
            rows = check_in.Rows(good=[check_in.GoodRow(1, who)])
            done = check_in.enter_sheet(
                session, rows=rows, photo=None, way=CheckInWay.SHEET, key=key, by=by, at=at
            )
            return "already in" if done.already_in else "entered"
        seen = check_in.Scan(
            key=key, came_at=at, **({"code": code} if way == 0 else {"participant": participant})
        )
        return {"accepted": "entered", "already_in": "already in"}[
            check_in.scan(session, seen=seen, by=by, at=at).answer
        ]
    except check_in.AlreadyIn:
        return "already in"


def _reverse_and_scan_again(person, *, staff: int, key: str) -> str:
    from kepu.accounts.models import User  # noqa: PLC0415
    from kepu.activities.models import Attendance  # noqa: PLC0415
    from kepu.activities.services import check_in  # noqa: PLC0415

    live = Attendance.objects.filter(participant=person[1], reversed_at=None).first()
    if live is None:
        return "nothing to reverse"
    try:
        check_in.reverse_attendance(live, reason="试", by=User.objects.get(pk=staff), at=AT_THE_DOOR)
    except check_in.AlreadyReversed:
        return "reversed by another"
    _enter(person, staff=staff, way=0, key=key)
    return "reversed"


def _verdict(told, *, races: int, seconds: float) -> dict[str, object]:
    """What holds for everybody afterwards, whatever the order was."""
    from django.db.models import Count, Sum  # noqa: PLC0415

    from kepu.activities.models import Attendance, Participant  # noqa: PLC0415
    from kepu.ledger.models import Fact  # noqa: PLC0415

    counted, errors = Counter(), []
    for one in told:
        counted.update(one["counted"])
        errors += one["errors"]
    live = Attendance.objects.filter(reversed_at=None)
    twice = live.values("session", "participant").annotate(times=Count("pk")).filter(times__gt=1)
    present = live.aggregate(total=Sum("quantity"))["total"] or 0
    in_ledger = Fact.objects.filter(kind="attendance").aggregate(total=Sum("quantity"))["total"] or 0
    return {
        "races": races,
        "seconds": round(seconds, 1),
        "attempts": sum(counted.values()),
        "counted": dict(counted),
        "slowest_ms": round(max(one["slowest"] for one in told) * 1000),
        "errors": len(errors),
        "locked": sum("locked" in error for error in errors),
        "first_errors": errors[:3],
        "counted_twice": twice.count(),
        "not_counted": races - present,
        "strangers": Participant.objects.count() - races,
        "ledger_off_by": int(in_ledger) - present,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
