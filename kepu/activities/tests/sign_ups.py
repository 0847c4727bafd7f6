"""What the tests of sign-ups share."""

from __future__ import annotations

from itertools import count

from kepu.activities.models import Activity, ConsentOf, PhoneCheckWaiver, SeatPool
from kepu.activities.services.participants import Who
from kepu.activities.services.registering import Agreed, Asked, SignedUp, sign_up
from tests.factories.accounts import make_user
from tests.factories.activities import AT, make_activity

_number = count(1)


def make_open(*, seats: int = 3, waiting: int = 5, is_waived: bool = True, **fields) -> Activity:
    """A published activity with seats for everybody, for which phones are taken as written."""
    activity = make_activity(pools={"": seats}, **fields)
    activity.pools.update(waiting_capacity=waiting)
    if is_waived:
        decided = {"reason": "没有短信", "decided_by": make_user(), "decided_at": AT}
        PhoneCheckWaiver.objects.get_or_create(office=activity.organiser, defaults=decided)
    return activity


def asked_for(
    activity: Activity, *people: Who, pool: SeatPool | None = None, key: str = "", **changed
) -> Asked:
    """A sign-up as the public form hands it in: by default one elder with a phone of her own."""
    number = next(_number)
    phone = changed.pop("phone", f"138{number:08d}")
    people = people or (Who(name=f"王秀英{number}", audience="elders", birth_year=1955, phone=phone),)
    usual = {
        "pool": pool or activity.pools.select_related("activity__kind", "session").get(),
        "people": people,
        "contact_name": people[0].name,
        "contact_phone": phone,
        "agreed": Agreed(ConsentOf.SELF, name=people[0].name or "某人"),
        "key": key or f"key{number}",
    }
    return Asked(**usual | changed)


def signed_up(activity: Activity, *people: Who, by=None, at=AT, **changed) -> SignedUp:
    return sign_up(asked_for(activity, *people, **changed), by=by, at=at)
