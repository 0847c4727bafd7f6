"""Somebody who comes without having signed up: written down and checked in at once; no account, no phone needed."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from kepu.accounts.identity import normalised_phone
from kepu.accounts.models import User
from kepu.activities import names, rules
from kepu.activities.models import Attendance, CheckInWay, Participant, Session
from kepu.activities.people import is_child, phone_index
from kepu.activities.queries.door import locked_by_pk, on_the_list, read_session
from kepu.activities.services.check_in.attending import Arrival, CheckedIn, attend, require_key
from kepu.activities.services.check_in.refusals import GuardianMissing, WrongKey
from kepu.activities.services.participants import Who, add_participant
from kepu.core.errors import require


def check_in_walk_in(session: Session, *, who: Who, key: str, by: User, at: datetime) -> CheckedIn:
    """Write them down and check them in. Sent twice with the same key it is one person.

    Whoever turns out to have signed up already (same name, same phone) is checked in as that person.
    """
    require(rules.can_check_in(by, session))
    _require_guardian(who, at=at)
    try:
        with transaction.atomic():
            return _walked_in(
                session.pk, who=who, arrival=Arrival(CheckInWay.WALK_IN, key, by, at, came_at=at)
            )
    except IntegrityError:
        # The same form came twice in the same moment: the other one won.
        return CheckedIn(Attendance.objects.get(idempotency_key=key, session=session), is_new=False)


def _require_guardian(who: Who, *, at: datetime) -> None:
    """A child comes with somebody who is asked; their name is the record of it."""
    child = is_child(localdate(at), birth_year=who.birth_year, birth_date=who.birth_date)
    if child and not who.guardian_name.strip():
        raise GuardianMissing(field="guardian_name")


def _walked_in(session_id: int, *, who: Who, arrival: Arrival) -> CheckedIn:
    session = read_session(session_id)
    repeated = Attendance.objects.filter(idempotency_key=require_key(arrival.key)).first()
    if repeated:
        if repeated.session_id != session.pk:
            raise WrongKey
        return CheckedIn(repeated, is_new=False)
    known = signed_up(session, who=who)
    if known is None:
        known = add_participant(session.activity, who=who, at=arrival.at).participant
    return attend(locked_by_pk(known.pk), session=session, arrival=arrival)


def signed_up(session: Session, *, who: Who) -> Participant | None:
    """The person on the list with this phone and this name. The name alone may be somebody else's."""
    if not who.phone.strip():
        return None
    same_phone = on_the_list(session).filter(phone_index=phone_index(normalised_phone(who.phone)))
    return next((one for one in same_phone if names.plain(one.name) == names.plain(who.name)), None)
