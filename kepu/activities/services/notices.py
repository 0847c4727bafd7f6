"""What people are told about their sign-up: a text to the phone they left, or an inbox message to the clerk who signed them up.

A text is a row written in the transaction of the deed, so it is never lost and never sent for what did not happen; `send_waiting_texts`
takes it out. Texts are in Chinese whoever causes them. They say what, when and where to look, and name nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kepu.activities.links import link_token
from kepu.activities.models import (
    Activity,
    Registration,
    RegistrationState,
    Session,
    TextMessage,
    TextMessageState,
)
from kepu.activities.senders import NotSent, sender
from kepu.messages import services as messages

LIVE = (RegistrationState.SEATED, RegistrationState.OFFERED, RegistrationState.WAITING)
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=2)
TEXTS_AT_ONCE = 200

SEATED = _("已报上“%(title)s”，报名号 %(number)s。%(look)s")
WAITING = _("“%(title)s”名额已满，您在候补名单里，报名号 %(number)s。有空位会发短信。%(look)s")
OFFERED = _("“%(title)s”有空位了，请在%(until)s前确认，过时让给下一位。%(look)s")
NOW_SEATED = _("“%(title)s”有空位了，已经替您占上，报名号 %(number)s。%(look)s")
CANCELLED = _("您报的“%(title)s”已取消，报名号 %(number)s。%(reason)s")
EXPIRED = _("“%(title)s”的空位没有按时确认，已让给下一位。还想参加请重新报名。")
MOVED = _("您报的“%(title)s”改为%(where)s，报名号 %(number)s。%(look)s")
LOOK_BY_LINK = _("查看或取消：%(address)s")
LOOK_BY_PHONE = _("凭手机号在“我的报名”查看或取消。")


def seated(registration: Registration, *, at: datetime) -> None:
    _tell(registration, kind="seated", text=SEATED, at=at)


def put_on_waiting_list(registration: Registration, *, at: datetime) -> None:
    _tell(registration, kind="waiting", text=WAITING, at=at)


def seat_came_free(registration: Registration, *, at: datetime) -> None:
    """To somebody who waited: answer until then, or, for who cannot answer, it is yours."""
    if registration.offer_ends_at is None:
        _tell(registration, kind="promoted", text=NOW_SEATED, at=at)
    else:
        _tell(registration, kind="offered", text=OFFERED, at=at, until=moment(registration.offer_ends_at))


def cancelled(registration: Registration, *, reason: str, at: datetime) -> None:
    _tell(registration, kind="cancelled", text=CANCELLED, at=at, reason=reason)


def offer_expired(registration: Registration, *, at: datetime) -> None:
    _tell(registration, kind="expired", text=EXPIRED, at=at)


def moved(registration: Registration, *, where: str, at: datetime) -> None:
    _tell(registration, kind="moved", text=MOVED, at=at, where=where)


def tell_concerned(
    activity: Activity, *, kind: str, text: str, at: datetime, sessions: Sequence[Session] = ()
) -> int:
    """Tell who signed up or waits, for these sessions or (none named) for any; how many sign-ups that are."""
    found = Registration.objects.filter(activity=activity, state__in=LIVE).select_related(
        "activity", "registered_by"
    )
    if sessions:
        found = found.filter(Q(pool__session__in=sessions) | Q(pool__session__isnull=True))
    with transaction.atomic():
        for registration in found:
            _tell(registration, kind=kind, text="%(said)s %(look)s", at=at, said=text)
    return len(found)


def send_waiting_texts(*, at: datetime) -> int:
    """Send what is due; how many went out. One that the provider refuses is tried again later, with longer pauses."""
    port = sender()
    if port is None:
        return 0
    due = TextMessage.objects.filter(state=TextMessageState.WAITING, next_try_at__lte=at)
    return sum(_send_one(pk, at=at) for pk in list(due.values_list("pk", flat=True)[:TEXTS_AT_ONCE]))


def _send_one(pk: int, *, at: datetime) -> bool:
    """Claim it, so that no second worker sends it too; then send outside the transaction; then forget what it said."""
    found = TextMessage.objects.get(pk=pk)
    pause = FIRST_PAUSE * 2**found.tries
    claim = TextMessage.objects.filter(pk=pk, state=TextMessageState.WAITING, tries=found.tries)
    if not claim.update(tries=found.tries + 1, next_try_at=at + pause):
        return False
    port = sender()
    try:
        if port is not None:
            port.send(found.phone, text=found.text)
    except NotSent:
        if found.tries + 1 >= MOST_TRIES:
            _close(pk, state=TextMessageState.GIVEN_UP, at=None)
        return False
    _close(pk, state=TextMessageState.SENT, at=at)
    return True


def _close(pk: int, *, state: str, at: datetime | None) -> None:
    TextMessage.objects.filter(pk=pk).update(state=state, sent_at=at, phone="", text="")


def _tell(registration: Registration, *, kind: str, text: str | Promise, at: datetime, **words: str) -> None:
    """To the phone if there is one, else to the account that signed them up; with neither, the staff's list shows it."""
    with override("zh-hans"):
        said = str(text) % _words(registration, words=words)
    if registration.contact_phone_index:
        TextMessage.objects.create(
            idempotency_key=f"{kind}:{registration.pk}:{secrets.token_hex(6)}",
            registration=registration,
            kind=kind,
            phone=registration.contact_phone,
            text=said,
            written_at=at,
            next_try_at=at,
        )
    elif registration.registered_by is not None and kind not in ("seated", "waiting"):
        messages.send(
            said,
            to=registration.registered_by,
            kind="sign_up",
            key=f"sign_up:{kind}:{registration.pk}:{at.isoformat()}",
            link=reverse("activities:sign_up_desk", args=[registration.number]),
            at=at,
        )


def _words(registration: Registration, *, words: dict[str, str]) -> dict[str, str]:
    return {
        "title": registration.activity.title,
        "number": registration.number,
        "look": _look(registration),
        "reason": "",
        **words,
    }


def _look(registration: Registration) -> str:
    if settings.SITE_ADDRESS and registration.contact_phone_index:
        path = reverse("activities:my_sign_up", args=[link_token(registration.number)])
        return str(LOOK_BY_LINK) % {"address": f"{settings.SITE_ADDRESS}{path}"}
    return str(LOOK_BY_PHONE)


def moment(at: datetime) -> str:
    """Day and clock in China, as a text says it."""
    with override("zh-hans"):
        return date_format(timezone.localtime(at), "n月j日H:i")
