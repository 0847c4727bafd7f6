"""What happens to a sign-up afterwards: confirmed, changed, moved, cancelled, run out. By link, or by staff with a reason.

Whoever holds the link is the one who signed up (`by=None`); the view finds the sign-up by the digest of the link. Staff give a reason,
which goes into the trail and to the people concerned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from kepu.accounts.models import User
from kepu.activities import rules
from kepu.activities.models import Participant, Registration, RegistrationState, SeatPool, SessionState
from kepu.activities.names import spelled
from kepu.activities.people import is_child, person_key
from kepu.activities.queries.sign_up import closes_at
from kepu.activities.questions import checked_answers, questions_of
from kepu.activities.services import notices, seats
from kepu.audit.services import record
from kepu.core.clock import today
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.state import move
from kepu.core.templatetags.kepu_format import moment


class ReasonMissing(BadInput):
    code = "reason_missing"
    message = gettext_lazy("请写明原因，报名的人会看到。")


class OfferOver(WrongState):
    code = "offer_over"
    message = gettext_lazy("确认的时间已经过了，空位让给了下一位。还想参加请重新报名。")


class HasBegun(WrongState):
    code = "has_begun"
    message = gettext_lazy("活动已经开始，不能再改了。有事请打电话给主办单位。")


class NoSeatThere(WrongState):
    code = "no_seat_there"
    message = gettext_lazy("那里剩下的名额不够，请选别的，或者先扩大名额。")


class CannotChange(BadInput):
    code = "cannot_change"


@dataclass(frozen=True, slots=True)
class Correction:
    """How a person should be written, or that they do not come."""

    participant: Participant
    name: str
    birth_year: int | None
    stays: bool = True


@transaction.atomic
def accept_offer(registration: Registration, *, by: User | None, at: datetime) -> Registration:
    """Say yes to a seat that came free."""
    held = _held(registration, by=by)
    if held.offer_ends_at is not None and held.offer_ends_at <= at:
        raise OfferOver
    move(held, to=RegistrationState.SEATED, moves={RegistrationState.OFFERED: {RegistrationState.SEATED}})
    held.offer_ends_at, held.changed_at = None, at
    held.save(update_fields=["state", "offer_ends_at", "changed_at"])
    notices.seated(held, at=at)
    _audit("accept_offer", held, by=by, at=at)
    return held


@transaction.atomic
def cancel(registration: Registration, *, at: datetime) -> Registration:
    """They do not come; the seats go to who waits. Open to whoever holds the link."""
    held = _held(registration, by=None)
    return _end(held, to=RegistrationState.CANCELLED, reason="", at=at)


@transaction.atomic
def cancel_for(registration: Registration, *, reason: str, by: User, at: datetime) -> Registration:
    """Staff take a sign-up off the list, and say why."""
    held = _held(registration, by=by)
    _require_reason(reason)
    ended = _end(held, to=RegistrationState.CANCELLED, reason=reason.strip(), at=at)
    _audit("cancel_sign_up", ended, by=by, at=at, reason=reason)
    return ended


@transaction.atomic
def move_for(
    registration: Registration, *, to: SeatPool, reason: str, by: User, at: datetime
) -> Registration:
    """Staff move a sign-up to other seats of the same activity, and say why."""
    require(rules.can_change_sign_up(by, registration))
    _require_reason(reason)
    before = str(registration.pool_id)
    moved = _move(registration, to=to, by=by, at=at)
    _audit("move_sign_up", moved, by=by, at=at, reason=reason, changes={"pool": [before, str(to.pk)]})
    return moved


@transaction.atomic
def change_session(registration: Registration, *, to: SeatPool, at: datetime) -> Registration:
    """Take seats at another date instead. Open to whoever holds the link."""
    until = closes_at(to)
    if until is None or until <= at:
        raise HasBegun
    return _move(registration, to=to, by=None, at=at)


@transaction.atomic
def correct(
    registration: Registration,
    *,
    corrections: list[Correction],
    answers: Mapping[str, Any],
    by: User | None,
    at: datetime,
) -> Registration:
    """Correct names, years of birth and answers, and take out who does not come; at least one stays."""
    held = _held(registration, by=by)
    _require_live(held)
    own = {one.pk for one in held.participants.filter(is_cancelled=False)}
    staying = [one for one in corrections if one.stays and one.participant.pk in own]
    leaving = [one for one in corrections if not one.stays and one.participant.pk in own]
    if not staying:
        raise CannotChange(_("至少留一个人；都不来请取消报名。"), field="people")
    held.answers = checked_answers(answers, questions=questions_of(held.activity))
    for number, one in enumerate(staying):
        _correct_one(one, field=f"name_{number}")
    _take_out(leaving, registration=held, at=at)
    held.changed_at = at
    held.save(update_fields=["answers", "seats", "changed_at"])
    _audit("change_sign_up", held, by=by, at=at, changes={"left": len(leaving)})
    return held


def expire_offers(*, at: datetime) -> int:
    """End the offers that nobody answered in time and call the next in line; how many ended."""
    over = Registration.objects.filter(state=RegistrationState.OFFERED, offer_ends_at__lte=at)
    return sum(_expire(registration, at=at) for registration in list(over.order_by("offer_ends_at", "pk")))


@transaction.atomic
def _expire(registration: Registration, *, at: datetime) -> bool:
    """Each in a transaction of its own; somebody may have answered in the meantime."""
    held = _held(registration, by=None)
    if held.state != RegistrationState.OFFERED or held.offer_ends_at is None or held.offer_ends_at > at:
        return False
    _end(held, to=RegistrationState.EXPIRED, reason="", at=at)
    return True


def _held(registration: Registration, *, by: User | None) -> Registration:
    """The sign-up as it is now, with its pool held first (see seats). What was read before may have been moved since."""
    pool = seats.locked(_pool_now(registration))
    rows = Registration.objects.select_for_update(of=("self",)).select_related(
        "activity__kind", "registered_by"
    )
    held = rows.get(pk=registration.pk)
    if held.pool_id != pool.pk:  # moved between the two locks; whoever asked sees it after a refresh
        raise WrongState
    held.pool = pool
    if by is not None:
        require(rules.can_change_sign_up(by, held))
    return held


def _pool_now(registration: Registration) -> int:
    return Registration.objects.values_list("pool_id", flat=True).get(pk=registration.pk)


def _end(held: Registration, *, to: str, reason: str, at: datetime) -> Registration:
    held_seats = held.state in seats.HOLDS_SEATS
    move(held, to=to, moves=seats.MOVES)
    held.offer_ends_at, held.state_reason, held.changed_at = None, reason[:300], at
    held.save(update_fields=["state", "offer_ends_at", "state_reason", "changed_at"])
    held.participants.update(is_cancelled=True)
    if to == RegistrationState.EXPIRED:
        notices.offer_expired(held, at=at)
    else:
        notices.cancelled(held, reason=reason, at=at)
    if held_seats:
        _free(held, number=held.seats, at=at)
    return held


def _move(registration: Registration, *, to: SeatPool, by: User | None, at: datetime) -> Registration:
    """Both pools are held in the order of their ids, so that two moves in opposite directions cannot block each other."""
    now_in = _pool_now(registration)
    if to.activity_id != registration.activity_id or to.pk == now_in:
        raise CannotChange(_("请选这次活动的另一场。"), field="pool")
    for pool_id in sorted([now_in, to.pk]):
        seats.locked(pool_id)
    held = _held(registration, by=by)
    _require_live(held)
    target = seats.locked(to.pk)
    if target.session is not None and target.session.state == SessionState.CANCELLED:
        raise CannotChange(_("那一场已经取消。"), field="pool")
    if not seats.take(target, seats=held.seats):
        raise NoSeatThere(field="pool")
    old, held_seats = held.pool, held.state in seats.HOLDS_SEATS
    held.pool, held.state, held.offer_ends_at, held.waiting_since = (
        target,
        RegistrationState.SEATED,
        None,
        None,
    )
    held.changed_at = at
    held.save(update_fields=["pool", "state", "offer_ends_at", "waiting_since", "changed_at"])
    if held_seats:
        seats.release(old, seats=held.seats)
        seats.promote(seats.locked(old.pk), at=at)
    with override("zh-hans"):
        where = where_of(target)
    notices.moved(held, where=where, at=at)
    return held


def where_of(pool: SeatPool) -> str:
    """How people call a set of seats: its date, and for whom it is."""
    parts = [str(moment(pool.session.starts_at))] if pool.session else []
    parts += [str(pool.get_audience_display())] if pool.audience else []
    return " ".join(parts) or _("全部场次")


def _correct_one(correction: Correction, *, field: str) -> None:
    participant, name = correction.participant, correction.name.strip()
    if not name:
        raise BadInput(_("请填写姓名。"), field=field)
    if is_child(today(), birth_year=correction.birth_year, birth_date=None) and not participant.guardian_name:
        raise CannotChange(_("孩子要由监护人报名，请取消后重新报名。"), field=field)
    spelling = spelled(name)
    participant.name, participant.name_pinyin, participant.name_initials = (
        name,
        spelling.pinyin,
        spelling.initials,
    )
    participant.birth_year = correction.birth_year
    participant.person_key = person_key(participant)
    participant.save(update_fields=["name", "name_pinyin", "name_initials", "birth_year", "person_key"])


def _take_out(leaving: list[Correction], *, registration: Registration, at: datetime) -> None:
    if not leaving:
        return
    Participant.objects.filter(pk__in=[one.participant.pk for one in leaving]).update(is_cancelled=True)
    registration.seats -= len(leaving)
    registration.save(update_fields=["seats"])
    if registration.state in seats.HOLDS_SEATS:
        _free(registration, number=len(leaving), at=at)


def _free(registration: Registration, *, number: int, at: datetime) -> None:
    """Give seats back, and call who waits for them."""
    seats.release(registration.pool, seats=number)
    seats.promote(seats.locked(registration.pool_id), at=at)


def _require_live(registration: Registration) -> None:
    if registration.state not in seats.LIVE:
        raise WrongState


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(field="reason")


def _audit(
    deed: str,
    registration: Registration,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """Staff leave a trail; what people do with their own sign-up is on the sign-up itself."""
    if by is not None:
        record(deed, of=registration, by=by, at=at, reason=reason.strip(), changes=changes)
