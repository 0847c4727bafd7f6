"""Short codes that prove that somebody holds a phone. Counting tries commits on its own, so that a refusal later undoes none."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from kepu.accounts.identity import normalised_phone
from kepu.activities.models import PhoneCode
from kepu.activities.people import phone_index
from kepu.activities.senders import NotSent, sender
from kepu.core.errors import BadInput, WrongState
from kepu.core.rate_limit import Limit, takes_turn
from kepu.core.secrets import blind_index

PURPOSE = "sign_up"
VALID_FOR = timedelta(minutes=10)
MOST_TRIES = 5
BETWEEN = timedelta(seconds=55)
CODES_OF_A_PHONE = Limit("phone_code", most=6, seconds=3600)
TEXT = _("验证码 %(code)s，10 分钟内有效，用于活动报名。不是您本人操作请忽略。")


class NoSender(WrongState):
    code = "no_sender"
    message = _("现在发不了短信验证码，请打电话给主办单位报名，或者请村社工作人员代报。")


class TooManyCodes(BadInput):
    code = "too_many_codes"
    message = _("验证码发得太频繁了，请过一会儿再试。已经收到的验证码 10 分钟内有效。")


class CodeNotSent(WrongState):
    code = "code_not_sent"
    message = _("短信没有发出去，请过一会儿再试。")


class WrongCode(BadInput):
    code = "wrong_code"
    message = _("验证码不对，请看短信里最新的 6 位数字。")


class CodeOver(BadInput):
    code = "code_over"
    message = _("验证码已经失效，请重新获取。")


def send_code(phone: str, *, at: datetime) -> str:
    """Send a new code; it is returned only so that a demo can show it."""
    number = normalised_phone(phone)
    index = phone_index(number)
    port = sender()
    if port is None:
        raise NoSender
    _require_turn(index, at=at)
    code = f"{secrets.randbelow(1_000_000):06d}"
    with override("zh-hans"):
        text = str(TEXT) % {"code": code}
    try:
        port.send(number, text=text)
    except NotSent as error:
        raise CodeNotSent from error
    PhoneCode.objects.create(
        phone_index=index,
        purpose=PURPOSE,
        code_digest=_digest(index, code),
        sent_at=at,
        expires_at=at + VALID_FOR,
    )
    return code


def confirm_phone(phone: str, *, code: str, at: datetime) -> str:
    """The index of the phone if the code is the last one sent to it; a code works once and allows few mistakes."""
    index = phone_index(normalised_phone(phone))
    found = PhoneCode.objects.filter(phone_index=index, purpose=PURPOSE).order_by("-sent_at", "-pk").first()
    if found is None or found.used_at is not None or found.expires_at <= at:
        raise CodeOver(field="code")
    if not PhoneCode.objects.filter(pk=found.pk, tries__lt=MOST_TRIES).update(tries=F("tries") + 1):
        raise CodeOver(field="code")
    if not compare_digest(found.code_digest, _digest(index, "".join(code.split()))):
        raise WrongCode(field="code")
    if not PhoneCode.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=at):
        raise CodeOver(field="code")
    return index


def forget_old_codes(*, at: datetime) -> int:
    """Take away the codes of yesterday and before; how many there were."""
    return PhoneCode.objects.filter(expires_at__lt=at - timedelta(days=1)).delete()[0]


def _require_turn(index: str, *, at: datetime) -> None:
    is_soon = PhoneCode.objects.filter(phone_index=index, sent_at__gt=at - BETWEEN).exists()
    if is_soon or not takes_turn(index, limit=CODES_OF_A_PHONE, at=at):
        raise TooManyCodes(field="phone")


def _digest(index: str, code: str) -> str:
    return blind_index(f"{index}:{code}", purpose="phone code")
