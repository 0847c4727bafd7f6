"""Sign people up: on the phone without an account, by a clerk at the desk, one person or a party.

One transaction takes the seats (or a place on the waiting list), writes the party, what was agreed to and the text that tells it.
The form sends a key: the same sign-up sent twice, by a double click or a phone that lost the answer, is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.identity import normalised_phone
from kepu.accounts.models import Organisation, User
from kepu.activities import rules
from kepu.activities.consent import CHILD, OWN, PROXY, text_in_force
from kepu.activities.links import digest_of_link, link_token, new_number
from kepu.activities.models import (
    Activity,
    ActivityState,
    ConsentOf,
    Participant,
    PartyKind,
    Registration,
    RegistrationState,
    SeatPool,
    SessionState,
    SignUp,
    SignUpConsent,
)
from kepu.activities.people import is_child, phone_index
from kepu.activities.queries.sign_up import closes_at, is_phone_checked
from kepu.activities.questions import checked_answers, questions_of
from kepu.activities.services import notices, seats
from kepu.activities.services.participants import Who, prepared
from kepu.audit.services import record
from kepu.core.errors import BadInput, Refused, WrongState, require

LARGEST_PARTY = 60
OLDEST_BIRTH_YEAR = 1900


class SignUpClosed(WrongState):
    code = "sign_up_closed"
    message = gettext_lazy("这次活动现在不接受报名。")


class NoSeatLeft(WrongState):
    code = "no_seat_left"
    message = gettext_lazy("名额已满，候补也满了。可以看看别的场次。")


class AlreadySignedUp(BadInput):
    code = "already_signed_up"


class PhoneNotConfirmed(BadInput):
    code = "phone_not_confirmed"
    message = gettext_lazy("请先填写短信验证码。")


class NeedsGuardian(BadInput):
    code = "needs_guardian"
    message = gettext_lazy("不满 14 周岁的孩子要由监护人报名：请填写监护人姓名并由监护人同意。")


class ConsentMissing(BadInput):
    code = "consent_missing"
    message = gettext_lazy("请先阅读并同意上面的说明。")


@dataclass(frozen=True, slots=True)
class Agreed:
    """Who agreed, and in what: for themselves, as the guardian of a child, or for somebody they asked."""

    by: str
    """Of ConsentOf."""
    name: str
    relation: str = ""
    channel: str = "web"
    as_guardian: bool = False
    """Whoever agreed is the guardian of the children in the party too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One sign-up as it was asked for. The first of the people is the one whose phone it is, if it is theirs."""

    pool: SeatPool
    people: Sequence[Who]
    contact_name: str
    agreed: Agreed | None
    key: str
    contact_phone: str = ""
    is_phone_confirmed: bool = False
    party: str = PartyKind.PERSON
    party_name: str = ""
    organisation: Organisation | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    answers_are_asked: bool = True
    """A list answers no questions for everybody on it; they are asked at the door where they matter."""

    @property
    def activity(self) -> Activity:
        return self.pool.activity


@dataclass(frozen=True, slots=True)
class SignedUp:
    registration: Registration
    token: str
    """For the link."""
    is_new: bool


def sign_up(asked: Asked, *, by: User | None, at: datetime) -> SignedUp:
    """Sign a party up, or put it on the waiting list. `by` is the clerk; None where people do it themselves."""
    _require_open(asked, by=by, at=at)
    key = _key(asked)
    questions = questions_of(asked.activity) if asked.answers_are_asked else []
    answers = checked_answers(asked.answers, questions=questions)
    _check_people(asked, at=at)
    _check_consent(asked, at=at)
    try:
        with transaction.atomic():
            return _write(asked, key=key, answers=answers, by=by, at=at)
    except (IntegrityError, Refused):
        # Sent twice: the second finds its own people signed up, or the last seat taken by itself.
        same = Registration.objects.filter(idempotency_key=key).first()
        if same is None:
            raise
        return SignedUp(same, link_token(same.number), is_new=False)


def _write(asked: Asked, *, key: str, answers: dict[str, str], by: User | None, at: datetime) -> SignedUp:
    state = _place(asked)
    added = [prepared(asked.activity, who=who, at=at) for who in asked.people]
    _require_new([one.participant for one in added], activity=asked.activity)
    registration = _registration(asked, key=key, state=state, answers=answers, by=by, at=at)
    registration.save(force_insert=True)
    for one in added:
        one.participant.registration, one.participant.is_walk_in = registration, False
    participants = Participant.objects.bulk_create([one.participant for one in added])
    SignUpConsent.objects.bulk_create(
        consent
        for participant in participants
        for consent in _consents(asked, participant=participant, at=at)
    )
    _tell(registration, at=at)
    if by is not None:
        changes = {"people": len(participants), "state": state}
        record("sign_up_others", of=registration, by=by, at=at, changes=changes)
    return SignedUp(registration, link_token(registration.number), is_new=True)


def _place(asked: Asked) -> str:
    """Seats, or a place on the waiting list. From here on the pool is held: what follows sees everything that is committed."""
    party = len(asked.people)
    if seats.take(asked.pool, seats=party):
        return RegistrationState.SEATED
    pool = seats.locked(asked.pool.pk)
    if seats.take(pool, seats=party):  # given back while this one waited for the lock
        return RegistrationState.SEATED
    if seats.has_room_to_wait(pool, seats=party):
        return RegistrationState.WAITING
    raise NoSeatLeft


def _registration(
    asked: Asked, *, key: str, state: str, answers: dict[str, str], by: User | None, at: datetime
) -> Registration:
    number = new_number()
    phone = normalised_phone(asked.contact_phone) if asked.contact_phone.strip() else ""
    agreed = asked.agreed
    return Registration(
        activity=asked.activity,
        pool=asked.pool,
        number=number,
        link_digest=digest_of_link(link_token(number)),
        idempotency_key=key,
        party=asked.party,
        party_name=asked.party_name.strip(),
        organisation=asked.organisation,
        contact_name=asked.contact_name.strip(),
        contact_phone=phone,
        contact_phone_index=phone_index(phone) if phone else "",
        is_phone_confirmed=asked.is_phone_confirmed,
        registered_by=by,
        proxy_relation=agreed.relation if agreed else "",
        answers=answers,
        seats=len(asked.people),
        state=state,
        waiting_since=at if state == RegistrationState.WAITING else None,
        registered_at=at,
        changed_at=at,
    )


def _tell(registration: Registration, *, at: datetime) -> None:
    if registration.state == RegistrationState.SEATED:
        notices.seated(registration, at=at)
    else:
        notices.put_on_waiting_list(registration, at=at)


def _consents(asked: Asked, *, participant: Participant, at: datetime) -> list[SignUpConsent]:
    agreed = asked.agreed
    if agreed is None:  # refused before; said for the type checker
        raise ConsentMissing
    child = _is_child(participant, at=at) or agreed.by == ConsentOf.GUARDIAN
    given_by = ConsentOf.GUARDIAN if child else agreed.by
    text = text_in_force(
        {ConsentOf.SELF: OWN, ConsentOf.GUARDIAN: CHILD, ConsentOf.PROXY: PROXY}[ConsentOf(given_by)]
    )
    return [
        SignUpConsent(
            participant=participant,
            given_by=given_by,
            name=participant.guardian_name if child else agreed.name.strip(),
            relation=agreed.relation.strip(),
            purpose=text.purpose,
            text_version=text.version,
            is_given=True,
            channel=agreed.channel,
            at=at,
        )
    ]


def _require_open(asked: Asked, *, by: User | None, at: datetime) -> None:
    activity, session = asked.activity, asked.pool.session
    if activity.state != ActivityState.PUBLISHED or activity.sign_up == SignUp.NONE:
        raise SignUpClosed
    if session is not None and session.state == SessionState.CANCELLED:
        raise SignUpClosed(_("这一场已经取消，请选别的场次。"), field="pool")
    if by is None:
        _require_open_to_all(asked, at=at)
    else:
        require(rules.can_sign_up_others(by, activity))


def _require_open_to_all(asked: Asked, *, at: datetime) -> None:
    activity, until = asked.activity, closes_at(asked.pool)
    if activity.sign_up != SignUp.OPEN:
        raise SignUpClosed(_("这次活动由工作人员登记，请打电话给主办单位。"))
    if activity.sign_up_opens_at and at < activity.sign_up_opens_at:
        raise SignUpClosed(_("报名还没有开始。"))
    if until is None or at >= until:
        raise SignUpClosed(_("报名已经截止。"))
    if not asked.contact_phone.strip():
        raise BadInput(_("请填写手机号，改期或取消时好告诉您。"), field="phone")
    if not asked.is_phone_confirmed and is_phone_checked(activity):
        raise PhoneNotConfirmed(field="code")


def _check_people(asked: Asked, *, at: datetime) -> None:
    if not asked.people or len(asked.people) > LARGEST_PARTY:
        raise BadInput(_("一次报 1 到 %(most)d 人。") % {"most": LARGEST_PARTY}, field="people")
    for number, who in enumerate(asked.people):
        if not who.name.strip():
            raise BadInput(_("请填写姓名。"), field=f"name_{number}")
        year = who.birth_year
        if year is not None and not OLDEST_BIRTH_YEAR <= year <= timezone.localdate(at).year:
            raise BadInput(_("出生年不对，请填四位数的年份，如 1958。"), field=f"birth_year_{number}")


def _check_consent(asked: Asked, *, at: datetime) -> None:
    """A child comes only through a guardian who agreed; everybody else agreed themselves or was asked."""
    agreed = asked.agreed
    if agreed is None or not agreed.name.strip():
        raise ConsentMissing(field="consent")
    is_guardian = agreed.as_guardian or agreed.by == ConsentOf.GUARDIAN
    for who in asked.people:
        if (_is_child(who, at=at) or agreed.by == ConsentOf.GUARDIAN) and not (
            is_guardian and who.guardian_name.strip()
        ):
            raise NeedsGuardian(field="guardian_consent")


def _is_child(who: Who | Participant, *, at: datetime) -> bool:
    return is_child(timezone.localdate(at), birth_year=who.birth_year, birth_date=who.birth_date)


def _require_new(people: Sequence[Participant], *, activity: Activity) -> None:
    """Nobody has two seats. The pool is held, so two sign-ups of one person at once do not miss each other."""
    keys = [one.person_key for one in people]
    if len(set(keys)) < len(keys):
        raise AlreadySignedUp(_("同一个人写了两遍，请删掉一行。"), field="people")
    known = Participant.objects.filter(activity=activity, person_key__in=keys, is_cancelled=False)
    names = known.filter(registration__state__in=seats.LIVE).order_by().values_list("name", flat=True)[:1]
    for name in names:
        message = _("%(name)s 已经报过这次活动了，可以在“我的报名”里查看。")
        raise AlreadySignedUp(message % {"name": name}, field="name_0")


def _key(asked: Asked) -> str:
    """What the form sent, bound to what was written: going back in the browser to sign somebody else up is not a retry."""
    people = sorted(f"{who.name.strip()}|{who.birth_year}|{who.birth_date}" for who in asked.people)
    written = "\n".join([str(asked.pool.pk), asked.key, asked.contact_phone.strip(), *people])
    return hashlib.sha256(written.encode()).hexdigest()
