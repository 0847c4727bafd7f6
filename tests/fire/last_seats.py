"""Races over the last seats, by sixteen processes at once. Run in an installation: `python -m tests.fire.last_seats 500 7`.

Each race is an activity with few seats and a short waiting list. Four processes meet at a barrier and sign up at the same
moment, alone or as a party; some send the same sign-up twice, some cancel at once what they got. Four such teams run side by
side, so that sixteen writers fight for the database while each pool is fought for by four. What came of it is printed as JSON.
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


def main(races: int, seed: int) -> None:
    import django  # noqa: PLC0415 - the environment is complete only now

    django.setup()
    from django.db import connections  # noqa: PLC0415

    pools = _make_races(races, seed=seed)
    _warm_up(pools[0])
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    results = fork.Queue()
    started = time.monotonic()
    workers = []
    for team in range(TEAMS):
        barrier = fork.Barrier(MEMBERS)
        for member in range(MEMBERS):
            arguments = (pools[team::TEAMS], member, seed, barrier, results)
            workers.append(fork.Process(target=_run, args=arguments))
    for worker in workers:
        worker.start()
    told = [results.get(timeout=3600) for _worker in workers]
    for worker in workers:
        worker.join()
    seconds = time.monotonic() - started
    print(json.dumps(_verdict(told, races=races, seconds=seconds)))  # noqa: T201 - it is what the caller reads


def _make_races(races: int, *, seed: int) -> list[int]:
    """Activities with one to five seats each."""
    from kepu.activities.models import PhoneCheckWaiver  # noqa: PLC0415
    from tests.factories.accounts import make_organisation, make_user  # noqa: PLC0415
    from tests.factories.activities import make_activity, make_kind, make_pool  # noqa: PLC0415

    chance = random.Random(seed)  # noqa: S311 - a game, not a secret
    office, user, kind = make_organisation(), make_user(), make_kind()
    PhoneCheckWaiver.objects.create(office=office, reason="没有短信", decided_by=user, decided_at=AT)
    pools = []
    for _race in range(races):
        activity = make_activity(organiser=office, kind=kind, by=user, at=AT, pools={})
        seats, waiting = chance.randint(1, 5), chance.randint(0, 3)
        pools.append(make_pool(activity, capacity=seats, waiting_capacity=waiting).pk)
    return pools


def _warm_up(pool_id: int) -> None:
    """What a server has read and derived long before a rush: keys, the dictionary of pinyin, the queries' SQL."""
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        _sign_up_once(pool_id, member=3, chance=random.Random(0))  # noqa: S311
        transaction.set_rollback(True)


def _run(pools, member, seed, barrier, results) -> None:
    """One process: all races of its team, and then what happened in them."""
    chance = random.Random(f"{seed}:{member}")  # noqa: S311
    counted, errors, slowest = Counter(), [], 0.0
    for pool_id in pools:
        barrier.wait(timeout=600)
        begun = time.monotonic()
        try:
            counted[_sign_up_once(pool_id, member=member, chance=chance)] += 1
        except Exception as error:  # whatever a user would have seen
            errors.append(f"{type(error).__name__}: {error}")
        slowest = max(slowest, time.monotonic() - begun)
    results.put({"counted": dict(counted), "errors": errors, "slowest": slowest})


def _sign_up_once(pool_id: int, *, member: int, chance: random.Random) -> str:
    """Sign up as a visitor, now and then twice, now and then to cancel at once."""
    from kepu.activities.models import ConsentOf, SeatPool  # noqa: PLC0415
    from kepu.activities.services import changing  # noqa: PLC0415
    from kepu.activities.services.participants import Who  # noqa: PLC0415
    from kepu.activities.services.registering import Agreed, Asked, NoSeatLeft, sign_up  # noqa: PLC0415

    pool = SeatPool.objects.select_related("activity__kind", "session").get(pk=pool_id)
    # Members 0 and 1 are now and then the same person with two tabs open: one form, one key, two posts.
    same = random.Random(pool_id).random() < 0.3  # noqa: S311 - a game, not a secret
    who = 0 if same and member == 1 else member
    party = 1 + random.Random(f"{pool_id}:{who}").choice([0, 0, 0, 1, 2])  # noqa: S311
    people = [
        Who(
            name=f"参加人{who}{number}",
            audience="elders",
            birth_year=1950 + number,
            phone=_phone(pool_id, who, number),
        )
        for number in range(party)
    ]
    asked = Asked(
        pool=pool,
        people=people,
        contact_name=people[0].name,
        contact_phone=people[0].phone,
        agreed=Agreed(ConsentOf.SELF, name=people[0].name),
        key=f"{pool_id}:{who}",
    )
    at = AT + timedelta(microseconds=member)
    try:
        done = sign_up(asked, by=None, at=at)
    except NoSeatLeft:
        return "turned away"
    if not done.is_new:
        return "repeated"
    if chance.random() < 0.25:
        changing.cancel(done.registration, at=at)
        return "cancelled"
    return "signed up"


def _phone(pool_id: int, who: int, number: int) -> str:
    return f"13{pool_id % 1_000_000:06d}{who}{number}0"


def _verdict(told, *, races: int, seconds: float) -> dict[str, object]:
    """What holds for every pool afterwards, whatever the order was."""
    from django.db.models import F, Sum  # noqa: PLC0415

    from kepu.activities.models import Participant, Registration, SeatPool  # noqa: PLC0415
    from kepu.activities.services.seats import HOLDS_SEATS  # noqa: PLC0415

    counted, errors = Counter(), []
    for one in told:
        counted.update(one["counted"])
        errors += one["errors"]
    oversold, adrift, idle, overfull = 0, 0, 0, 0
    for pool in SeatPool.objects.all():
        held = pool.registrations.filter(state__in=HOLDS_SEATS).aggregate(seats=Sum("seats"))["seats"] or 0
        waiting = list(pool.registrations.filter(state="waiting").values_list("seats", flat=True))
        oversold += held > pool.capacity
        adrift += held != pool.taken
        idle += any(seats <= pool.capacity - pool.taken for seats in waiting)
        overfull += sum(waiting) > pool.waiting_capacity
    people = Participant.objects.filter(registration__state__in=[*HOLDS_SEATS, "waiting"])
    keys = people.values("activity", "person_key").distinct().count()
    return {
        "races": races,
        "seconds": round(seconds, 1),
        "sign_ups": sum(counted.values()),
        "counted": dict(counted),
        "slowest_ms": round(max(one["slowest"] for one in told) * 1000),
        "errors": len(errors),
        "locked": sum("locked" in error for error in errors),
        "first_errors": errors[:3],
        "pools_oversold": oversold,
        "pools_adrift": adrift,
        "seats_idle_while_people_wait": idle,
        "waiting_lists_overfull": overfull,
        "people_twice": people.count() - keys,
        "registrations_missing_people": Registration.objects.exclude(
            pk__in=Participant.objects.values("registration").exclude(registration=None)
        ).count(),
        "pools_full": SeatPool.objects.filter(taken=F("capacity")).count(),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
