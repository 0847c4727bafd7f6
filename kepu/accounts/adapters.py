"""How allauth, which runs the log-in, is bent to this house: no sign-up, no e-mail, phone or user name."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kepu.accounts import queries, rules, services
from kepu.accounts.identity import WrongPhone, looks_like_phone, normalised_phone
from kepu.accounts.models import User
from kepu.audit.services import record
from kepu.core.clock import now
from kepu.core.secrets import decrypt, encrypt

_TOTP_COLUMN = "mfa.authenticator.data"
_MISMATCH = _("用户名、手机号或密码不对。连续输错会暂时锁定；忘记密码请联系区科协办公室重设。")


class PhoneField(forms.CharField):
    """A mainland mobile number in any usual spelling."""

    def clean(self, value: Any) -> str:
        try:
            return normalised_phone(super().clean(value))
        except WrongPhone as refused:
            raise ValidationError(str(refused)) from refused


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Log-in by user name or phone. Accounts come by invitation only, and one answer fits every failure."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _MISMATCH,
        "phone_password_mismatch": _MISMATCH,
        "invalid_login": _MISMATCH,
        "too_many_login_attempts": _("输错次数太多，已暂时锁定，请 15 分钟后再试。"),
        "enter_current_password": _("当前密码不对，请重新输入。"),
        "incorrect_password": _("密码不对，请重新输入。"),
        "rate_limited": _("操作太频繁，请稍后再试。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff and auditors start at the desk, everybody else with their own account."""
        works_here = rules.is_staff_member(request.user) or rules.is_auditor(request.user)
        return resolve_url(settings.LOGIN_REDIRECT_URL if works_here else "accounts:profile")

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> User | None:
        return queries.user_by_phone(normalised_phone(phone)) if looks_like_phone(phone) else None

    def get_phone(self, user: User) -> None:
        """Never handed out: allauth asks in order to send codes, and this platform sends none."""
        return

    def set_password(self, user: User, password: str) -> None:
        services.password_changed(user, password=password, at=now())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:profile")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Known accounts only: what was typed as a name of nobody may be somebody's password."""
        typed = credentials.get("username", "")
        user = User.objects.filter(username__iexact=typed).first() or self.get_user_by_phone(typed)
        if user is not None:
            record("log_in_failed", of=user, by=user, at=now(), changes={"address": self._address(request)})

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        record("log_in", of=user, by=user, at=now(), changes={"address": self._address(request)})
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who typed the password a moment ago need not type it again."""
        records = get_authentication_records(context.request, context.request.user)
        typed_at = records[-1]["at"] if records else 0
        return bool(now().timestamp() - typed_at > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)

    def _address(self, request: HttpRequest) -> str:
        return str(self.get_client_ip(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count failures per name or number, however it is spelt, or spaces would buy fresh attempts."""
        typed = str(credentials.get("username", ""))
        return normalised_phone(typed) if looks_like_phone(typed) else typed.strip().lower()


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The secret of the authenticator app lies encrypted, and who needs one cannot switch it off."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对。请等应用显示下一个验证码后再输入，并确认手机时间准确。"),
        "cannot_delete_authenticator": _(
            "您的角色必须使用第二验证，不能关闭；换手机请先联系区科协办公室重设。"
        ),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text, column=_TOTP_COLUMN)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, column=_TOTP_COLUMN)

    def build_totp_svg(self, url: str) -> str:
        """With a white ground of its own, or a phone could not read it on a dark page."""
        picture: str = super().build_totp_svg(url)
        return picture.replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path', 1)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not rules.needs_second_factor(authenticator.user)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An identity from outside opens an account that its owner has linked; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
