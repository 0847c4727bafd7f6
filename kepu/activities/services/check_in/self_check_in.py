"""Somebody checks themselves in with the code that the screen in the room shows. No account; staff do it for who has no phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts.identity import looks_like_phone, normalised_phone
from kepu.activities import codes, names, rotating
from kepu.activities.door import Answer
from kepu.activities.models import CheckInWay, Participant, Session
from kepu.activities.people import phone_index
from kepu.activities.queries.door import locked_by_digest, locked_by_pk, on_the_list, read_session
from kepu.activities.rotating import Position
from kepu.activities.services.check_in.attending import Arrival, CheckedIn, attend
from kepu.activities.services.check_in.refusals import AlreadyIn, TurnedAway
from kepu.activities.services.check_in.scanning import keep_failed
from kepu.core.errors import BadInput


class NotFoundOnList(BadInput):
    code = "not_found_on_list"
    message = _("名单里没有找到您，请核对姓名和报名时的手机号，或请现场工作人员帮您签到。")


@dataclass(frozen=True, slots=True)
class Myself:
    """How somebody says who they are: the code of their sign-up, or name and phone as they signed up."""

    code: str = ""
    name: str = ""
    phone: str = ""


def check_in_myself(
    session: Session, *, me: Myself, shown_code: str, position: Position | None, key: str, at: datetime
) -> CheckedIn:
    """Enter somebody who is in the room, as the code says. A position is compared and forgotten.

    Raises `AlreadyIn`, `TurnedAway` or `NotFoundOnList`.
    """
    session = read_session(session.pk)
    arrival = Arrival(CheckInWay.SELF, key, None, at, came_at=at)
    try:
        _require_here(session, shown_code=shown_code, position=position, at=at)
        with transaction.atomic():
            return attend(_find(session, me=me), session=session, arrival=arrival)
    except AlreadyIn:
        raise
    except TurnedAway as refused:
        keep_failed(session, answer=refused.answer, arrival=arrival, code=me.code)
        raise


def _require_here(session: Session, *, shown_code: str, position: Position | None, at: datetime) -> None:
    if not rotating.is_shown(session, code=shown_code.strip(), at=at):
        raise TurnedAway(Answer.WRONG_SELF_CODE)
    if position and not rotating.is_near(session, position=position):
        raise TurnedAway(Answer.TOO_FAR)


def _find(session: Session, *, me: Myself) -> Participant:
    code = codes.normalised(me.code)
    found = locked_by_digest(codes.digest_of(code)) if code else _by_name_and_phone(session, me=me)
    if found is None:
        raise NotFoundOnList
    return found


def _by_name_and_phone(session: Session, *, me: Myself) -> Participant | None:
    if not looks_like_phone(me.phone):
        return None
    same_phone = on_the_list(session).filter(phone_index=phone_index(normalised_phone(me.phone)))
    known = next((one for one in same_phone if names.plain(one.name) == names.plain(me.name)), None)
    return locked_by_pk(known.pk) if known else None
