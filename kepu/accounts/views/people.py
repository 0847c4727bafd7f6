"""One account as the people who look after it see it, and their deeds: end a role, restore access, reveal a field."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts import queries, rules, services
from kepu.accounts.forms import ReasonForm, RevealForm
from kepu.accounts.models import Membership, User
from kepu.accounts.session import account_of, allow
from kepu.accounts.views.organisations import a_form
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form


@require_safe
def account_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's account: roles now and before, and what I may do for them."""
    user = account_of(request)
    account = _visible(request, pk)
    memberships = queries.memberships_ever(account, seen_by=user)
    context = {
        "account": account,
        "memberships": [
            (one, rules.can_give_role(user, one.organisation, role=one.role)) for one in memberships
        ],
        "can_restore": rules.can_restore_access(user, account),
        "can_reveal": account.person is not None and rules.can_reveal(user, account.person),
        "has_second_factor": queries.has_second_factor(account),
    }
    return render(request, "accounts/account.html", context)


@a_form
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role, with a reason."""
    user = account_of(request)
    membership = get_object_or_404(
        Membership.objects.select_related("user", "organisation").filter(
            organisation__in=rules.visible_organisations(user)
        ),
        pk=pk,
    )
    allow(rules.can_give_role(user, membership.organisation, role=membership.role))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.end_membership(membership, by=user, at=now(), reason=form.cleaned_data["reason"])
            return redirect("accounts:organisation", membership.organisation_id)
    context = {
        "form": form,
        "title": _("结束任职"),
        "about": membership,
        "effect": _("结束以后，对方立即失去这个角色的权限；再任职需要重新邀请。"),
        "verb": _("结束"),
        "back": reverse("accounts:account", args=[membership.user_id]),
    }
    return render(request, "accounts/reason.html", context)


@a_form
@never_cache
def temporary_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password to hand over, shown this once."""
    account = _restorable(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            password = services.give_temporary_password(
                account, by=account_of(request), at=now(), reason=form.cleaned_data["reason"]
            )
            context = {"account": account, "password": password}
            return render(request, "accounts/temporary_password.html", context)
    context = {
        "form": form,
        "title": _("重设密码"),
        "about": account,
        "effect": _("原来的密码立即失效。下一页给出临时密码，只显示一次。"),
        "verb": _("重设"),
        "back": reverse("accounts:account", args=[pk]),
    }
    return render(request, "accounts/reason.html", context)


@a_form
def remove_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """For whoever lost the phone."""
    account = _restorable(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.remove_second_factor(
                account, by=account_of(request), at=now(), reason=form.cleaned_data["reason"]
            )
            return redirect("accounts:account", pk)
    context = {
        "form": form,
        "title": _("重设第二验证"),
        "about": account,
        "effect": _("原来的验证应用和备用码立即失效，对方登录以后重新设置。"),
        "verb": _("重设"),
        "back": reverse("accounts:account", args=[pk]),
    }
    return render(request, "accounts/reason.html", context)


@a_form
def close_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody logs in with it any more."""
    account = _restorable(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.close_account(
                account, by=account_of(request), at=now(), reason=form.cleaned_data["reason"]
            )
            return redirect("accounts:account", pk)
    context = {
        "form": form,
        "title": _("停用账号"),
        "about": account,
        "effect": _("停用以后不能登录；已有的填报和记录不变，可以恢复。"),
        "verb": _("停用"),
        "back": reverse("accounts:account", args=[pk]),
    }
    return render(request, "accounts/reason.html", context)


@require_POST
def reopen_account(request: HttpRequest, pk: int) -> HttpResponse:
    account = _restorable(request, pk)
    with refusals_as_messages(request):
        services.reopen_account(account, by=account_of(request), at=now())
    return redirect("accounts:account", pk)


@a_form
@never_cache
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a phone or id number after saying what for; the look is on record."""
    user, account = account_of(request), _visible(request, pk)
    allow(account.person is not None and rules.can_reveal(user, account.person))
    form = RevealForm(request.POST or None)
    shown: dict[str, str] = {}
    if request.method == "POST" and form.is_valid() and account.person is not None:
        with refusals_in_form(form):
            shown = services.reveal_personal_fields(
                account.person,
                fields=form.cleaned_data["fields_wanted"],
                by=user,
                purpose=form.cleaned_data["purpose"],
                at=now(),
            )
    labels = dict(RevealForm.base_fields["fields_wanted"].choices)  # type: ignore[attr-defined]
    context = {
        "account": account,
        "form": form,
        "shown": [(labels[name], value) for name, value in shown.items()],
    }
    return render(request, "accounts/reveal.html", context)


def _visible(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(rules.visible_accounts(request.user).select_related("person"), pk=pk)


def _restorable(request: HttpRequest, pk: int) -> User:
    account = _visible(request, pk)
    allow(rules.can_restore_access(request.user, account))
    return account
