"""My own account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts import queries, services
from kepu.accounts.forms import NameForm
from kepu.accounts.session import account_of
from kepu.accounts.views.organisations import a_form
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form


@a_form
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """Name, roles, password, second factor, language, calendar."""
    user = account_of(request)
    form = NameForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.change_own_name(user, name=form.cleaned_data["name"], at=now())
            messages.success(request, _("已保存。"))
            return redirect("accounts:profile")
    context = {
        "form": form,
        "memberships": user.active_memberships,
        "has_second_factor": queries.has_second_factor(user),
        "calendar_token": queries.calendar_token(user),
    }
    return render(request, "accounts/profile.html", context)


@require_POST
def renew_calendar(request: HttpRequest) -> HttpResponse:
    """A new secret address; the old one stops working."""
    services.renew_calendar_address(account_of(request), at=now())
    messages.success(request, _("日历地址已更换，旧地址不再有效。"))
    return redirect("accounts:profile")


@require_safe
def consents(request: HttpRequest) -> HttpResponse:
    """What I agreed to, for myself and for my wards, and everything I answered before."""
    return render(request, "accounts/consents.html", {"people": queries.consents_of(account_of(request))})


@require_POST
def withdraw_consent(request: HttpRequest, pk: int, purpose: str) -> HttpResponse:
    """Take back one consent."""
    user = account_of(request)
    person = queries.own_person_or_ward(user, pk=pk)
    with refusals_as_messages(request):
        services.withdraw_consent(person, purpose=purpose, channel="web", by=user, at=now())
        messages.success(request, _("已撤回同意。"))
    return redirect("accounts:consents")
