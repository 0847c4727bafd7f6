"""Units: the list, one unit with its people, and what the office does to it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kepu.accounts import queries, rules, services
from kepu.accounts.forms import OrganisationForm, OrganisationSearchForm, ParentForm, ReasonForm
from kepu.accounts.models import Organisation
from kepu.accounts.session import account_of, allow
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form

PAGE_SIZE = 100
a_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Every unit that I may see, as a tree; a search also knows their aliases."""
    user = account_of(request)
    form = OrganisationSearchForm(request.GET)
    form.is_valid()
    found = queries.search_organisations(
        rules.visible_organisations(user),
        text=form.cleaned_data.get("text", ""),
        kind=form.cleaned_data.get("kind", ""),
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "can_manage": rules.is_district_office(user)}
    return render(request, "accounts/organisations.html", context)


@require_safe
def organisation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: its names, its people, open invitations, the units below."""
    user = account_of(request)
    organisation = _visible(request, pk)
    sees_people = rules.can_see_people_of(user, organisation)
    context = {
        "organisation": organisation,
        "children": rules.visible_organisations(user).filter(parent=organisation),
        "sees_people": sees_people,
        "memberships": queries.members_of(organisation) if sees_people else [],
        "invitations": queries.open_invitations_of(organisation, at=now()) if sees_people else [],
        "can_manage": rules.can_manage_roster(user, region=organisation.region_id),
        "roles_to_give": rules.roles_to_give(user, organisation),
    }
    return render(request, "accounts/organisation.html", context)


@a_form
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Add a unit to my district."""
    user = account_of(request)
    allow(rules.is_district_office(user))
    office = rules.organisations_of(user, role="district_office")[0]
    form = OrganisationForm(request.POST or None)
    parents = ParentForm(request.POST or None, choices=_possible_parents(request))
    if request.method == "POST" and form.is_valid() and parents.is_valid():
        parent = parents.cleaned_data["parent"]
        region = parent.region if parent else office.region
        with refusals_in_form(form):
            made = services.create_organisation(
                form.details(), region=region, parent=parent, by=user, at=now()
            )
            return redirect("accounts:organisation", made.pk)
    return render(request, "accounts/organisation_form.html", {"form": form, "parents": parents})


@a_form
def edit_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a unit is called."""
    organisation = _managed(request, pk)
    form = OrganisationForm(request.POST or None, initial=OrganisationForm.values_of(organisation))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.edit_organisation(organisation, details=form.details(), by=account_of(request), at=now())
            messages.success(request, _("已保存。"))
            return redirect("accounts:organisation", pk)
    context = {"form": form, "organisation": organisation}
    return render(request, "accounts/organisation_form.html", context)


@a_form
def move_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a unit under another one."""
    organisation = _managed(request, pk)
    form = ParentForm(
        request.POST or None,
        choices=[one for one in _possible_parents(request) if not one.is_within(organisation)],
        initial={"parent": organisation.parent_id},
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.move_organisation(
                organisation, under=form.cleaned_data["parent"], by=account_of(request), at=now()
            )
            return redirect("accounts:organisation", pk)
    return render(request, "accounts/organisation_move.html", {"form": form, "organisation": organisation})


@a_form
def close_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a unit out of use, with a reason."""
    organisation = _managed(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.deactivate_organisation(
                organisation, by=account_of(request), at=now(), reason=form.cleaned_data["reason"]
            )
            return redirect("accounts:organisation", pk)
    context = {
        "form": form,
        "title": _("停用单位"),
        "about": organisation,
        "effect": _(
            "停用以后，这个单位里的角色都不再生效，新的方案也不再认出它；已有的记录不变，可以恢复使用。"
        ),
        "verb": _("停用"),
        "back": reverse("accounts:organisation", args=[pk]),
    }
    return render(request, "accounts/reason.html", context)


@require_POST
def reopen_organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a unit back into use."""
    organisation = _managed(request, pk)
    with refusals_as_messages(request):
        services.reactivate_organisation(organisation, by=account_of(request), at=now())
    return redirect("accounts:organisation", pk)


def _visible(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(rules.visible_organisations(request.user).select_related("parent"), pk=pk)


def _managed(request: HttpRequest, pk: int) -> Organisation:
    organisation = _visible(request, pk)
    allow(rules.can_manage_roster(request.user, region=organisation.region_id))
    return organisation


def _possible_parents(request: HttpRequest) -> list[Organisation]:
    everything = rules.visible_organisations(account_of(request)).filter(is_active=True)
    return [one for one in everything if rules.can_manage_roster(request.user, region=one.region_id)]
