"""Open and close accounts, passwords and second factors."""

from __future__ import annotations

import secrets
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts import rules
from kepu.accounts.identity import looks_like_phone
from kepu.accounts.models import CalendarToken, Membership, Person, Role, User
from kepu.accounts.rules import Someone
from kepu.audit.services import SYSTEM, record
from kepu.core.errors import BadInput, WrongState, require

_TEMPORARY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is misread from paper
_TEMPORARY_LENGTH = 14


class UsernameTaken(BadInput):
    code = "username_taken"
    message = _("这个用户名已被使用，请换一个。")


class UsernameUnusable(BadInput):
    code = "username_unusable"
    message = _("用户名不能像手机号，只能用字母、数字和 @ . + - _，或汉字。")


class WeakPassword(BadInput):
    code = "weak_password"


@transaction.atomic
def open_account(
    name: str, *, username: str, password: str, by: Someone, at: datetime, person: Person | None = None
) -> User:
    """An account made by a command; people get theirs by invitation. The password must be changed at first log-in."""
    require(by is SYSTEM)
    user = make_account(name, username=username, password=password, person=person)
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])
    record("open_account", of=user, by=by, at=at)
    return user


def make_account(name: str, *, username: str, password: str, person: Person | None) -> User:
    """The row of an account, with its name and password checked."""
    user = User(username=username.strip(), name=name.strip(), person=person)
    _check_username(user)
    check_password(password, user=user)
    user.set_password(password)
    user.save()
    return user


def check_password(password: str, *, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error


@transaction.atomic
def give_temporary_password(user: User, *, by: Someone, at: datetime, reason: str) -> str:
    """For whoever forgot theirs: a password to hand over, good until the first log-in changes it."""
    require(rules.can_restore_access(by, user))
    password = "".join(secrets.choice(_TEMPORARY_ALPHABET) for _ in range(_TEMPORARY_LENGTH))
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record("give_temporary_password", of=user, by=by, at=at, reason=reason)
    return password


@transaction.atomic
def password_changed(user: User, *, password: str, at: datetime) -> User:
    """Somebody has set their own password; the log-in pages have checked the old one."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record("change_password", of=user, by=user, at=at)
    return user


@transaction.atomic
def remove_second_factor(user: User, *, by: Someone, at: datetime, reason: str) -> None:
    """For whoever lost phone and recovery codes; where it is required it must be set up again at once."""
    require(rules.can_restore_access(by, user))
    removed, _rows = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise WrongState
    record("remove_second_factor", of=user, by=by, at=at, reason=reason)


@transaction.atomic
def close_account(user: User, *, by: Someone, at: datetime, reason: str) -> User:
    """Nobody logs in with it any more; sessions that are open end with their next page."""
    require(rules.can_restore_access(by, user))
    if not user.is_active:
        raise WrongState
    if _is_last_in_office(user):
        raise WrongState(str(_("这是本区最后一位纲要办人员，请先任命接替者。")))
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("close_account", of=user, by=by, at=at, reason=reason)
    return user


@transaction.atomic
def reopen_account(user: User, *, by: Someone, at: datetime) -> User:
    require(rules.can_restore_access(by, user))
    if user.is_active:
        raise WrongState
    user.is_active = True
    user.save(update_fields=["is_active"])
    record("reopen_account", of=user, by=by, at=at)
    return user


@transaction.atomic
def change_own_name(user: User, *, name: str, at: datetime) -> User:
    """The name that others see; the person's name changes with it."""
    if not name.strip():
        raise BadInput(field="name")
    before, user.name = user.name, name.strip()
    user.save(update_fields=["name"])
    if user.person is not None:
        Person.objects.filter(pk=user.person.pk).update(name=user.name)
    record("change_name", of=user, by=user, at=at, changes={"name": [before, user.name]})
    return user


@transaction.atomic
def renew_calendar_address(user: User, *, at: datetime) -> CalendarToken:
    """A new secret address for the calendar feed; whoever had the old one sees nothing more."""
    token, _created = CalendarToken.objects.update_or_create(
        user=user, defaults={"token": secrets.token_urlsafe(32)}
    )
    record("renew_calendar_address", of=user, by=user, at=at)
    return token


@transaction.atomic
def audit_exported(auditor: User, *, asked: dict[str, str], at: datetime) -> None:
    """Taking a copy of the trail is itself a deed."""
    require(rules.can_read_audit(auditor))
    record("export_audit", of=auditor, by=auditor, at=at, changes=asked)


def _check_username(user: User) -> None:
    if looks_like_phone(user.username):
        raise UsernameUnusable(field="username")
    try:
        User.username_validator(user.username)
    except ValidationError as error:
        raise UsernameUnusable(field="username") from error
    if User.objects.filter(username__iexact=user.username).exists():
        raise UsernameTaken(field="username")


def _is_last_in_office(user: User) -> bool:
    offices = Membership.objects.filter(
        role=Role.DISTRICT_OFFICE, ended_on=None, organisation__is_active=True
    )
    own = list(offices.filter(user=user).values_list("organisation__region", flat=True))
    others = offices.exclude(user=user).filter(user__is_active=True)
    return any(not others.filter(organisation__region=region).exists() for region in own)
