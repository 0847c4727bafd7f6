"""Invite somebody, withdraw it, accept it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kepu.accounts import rules, services
from kepu.accounts.forms import AcceptInvitationForm, InvitationForm
from kepu.accounts.models import Invitation, User
from kepu.accounts.services.invitations import open_invitation
from kepu.accounts.session import account_of, allow
from kepu.accounts.views.organisations import a_form
from kepu.core.access import public
from kepu.core.clock import now
from kepu.core.errors import Refused
from kepu.core.pages import refusals_as_messages, refusals_in_form


@a_form
@never_cache
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer a person a role in a unit; the answer shows the link, this once."""
    user = account_of(request)
    organisation = get_object_or_404(rules.visible_organisations(user), pk=pk)
    roles = rules.roles_to_give(user, organisation)
    allow(bool(roles))
    form = InvitationForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            invited = services.invite(organisation=organisation, by=user, at=now(), **form.cleaned_data)
            link = request.build_absolute_uri(reverse("accounts:invitation", args=[invited.token]))
            context = {"invitation": invited.invitation, "link": link}
            return render(request, "accounts/invited.html", context)
    return render(request, "accounts/invite.html", {"form": form, "organisation": organisation})


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link useless."""
    user = account_of(request)
    invitation = get_object_or_404(
        Invitation.objects.filter(organisation__in=rules.visible_organisations(user)), pk=pk
    )
    with refusals_as_messages(request):
        services.withdraw_invitation(invitation, by=user, at=now())
        messages.success(request, _("邀请已撤回，链接不再有效。"))
    return redirect("accounts:organisation", invitation.organisation_id)


@public
@a_form
@never_cache
@sensitive_post_parameters("password", "password_again", "phone")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What an invited person sees: who invites to what, and the form for an account."""
    try:
        offered = open_invitation(token, at=now())
    except Refused as refused:
        return render(request, "accounts/invitation_over.html", {"refused": refused}, status=404)
    form = AcceptInvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.accept_invitation(
                token,
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password"],
                phone=form.cleaned_data["phone"],
                at=now(),
            )
            messages.success(request, _("账号已开通，请用刚才设的用户名和密码登录。"))
            return redirect("account_login")
    context = {
        "invitation": offered,
        "form": form,
        "token": token,
        "signed_in": isinstance(request.user, User),
    }
    return render(request, "accounts/invitation.html", context)


@require_POST
def take_up(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who has an account takes up the role with it."""
    with refusals_as_messages(request):
        services.take_up_invitation(token, by=account_of(request), at=now())
        messages.success(request, _("已接受邀请。"))
    return redirect("accounts:profile")
