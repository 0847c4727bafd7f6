"""Numbers that stand for a person: normalised, with their check digits verified."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from kepu.core.errors import BadInput

_MOBILE = re.compile(r"1[3-9]\d{9}")
_COUNTRY_CODE = re.compile(r"^(\+86|0086|86(?=1\d{10}$))")
_SEPARATORS = re.compile(r"[\s()\-.]+")
_ID_NUMBER = re.compile(r"[1-9]\d{16}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK_DIGITS = "10X98765432"
YOUNGEST_WITHOUT_GUARDIAN = 14


class WrongPhone(BadInput):
    code = "wrong_phone"
    message = _("手机号不对，请填写 11 位中国大陆手机号。")


class WrongIdNumber(BadInput):
    code = "wrong_id_number"
    message = _("身份证号不对，请对照证件逐位核对 18 位号码。")


@dataclass(frozen=True)
class IdNumber:
    """A citizen's id number by GB 11643, and what it says of its holder."""

    number: str
    born_on: date
    sex: str


def normalised_phone(written: str) -> str:
    """A mainland mobile number as +86 and eleven digits, from any usual way to write it."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", written))
    local = _COUNTRY_CODE.sub("", digits)
    if not _MOBILE.fullmatch(local):
        raise WrongPhone(field="phone")
    return f"+86{local}"


def looks_like_phone(written: str) -> bool:
    try:
        normalised_phone(written)
    except WrongPhone:
        return False
    return True


def checked_id_number(written: str) -> IdNumber:
    """An id number whose check digit and birth date hold (GB 11643—1999, ISO 7064 MOD 11-2)."""
    number = _SEPARATORS.sub("", unicodedata.normalize("NFKC", written)).upper()
    if not _ID_NUMBER.fullmatch(number) or check_digit(number[:17]) != number[17]:
        raise WrongIdNumber(field="id_number")
    try:
        born_on = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError as error:
        raise WrongIdNumber(field="id_number") from error
    return IdNumber(number=number, born_on=born_on, sex="1" if int(number[16]) % 2 else "2")


def check_digit(first_seventeen: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(first_seventeen, _ID_WEIGHTS, strict=True))
    return _ID_CHECK_DIGITS[total % 11]


def may_need_guardian(birth_year: int | None, *, on: date) -> bool:
    """Whether somebody may still be under fourteen; only the year is kept, so the year of the birthday counts."""
    return birth_year is not None and on.year - birth_year <= YOUNGEST_WITHOUT_GUARDIAN
