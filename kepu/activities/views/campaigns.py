"""Campaigns and series at the desk."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from kepu.accounts.session import account_of, allow
from kepu.activities import rules
from kepu.activities.campaign_workbook import MEDIA_TYPE, write_campaign
from kepu.activities.forms.planning_kinds import CampaignForm, SeriesForm
from kepu.activities.models import ActivityState, Campaign, Series
from kepu.activities.queries import planned
from kepu.activities.queries.planned import Wanted
from kepu.activities.services import campaigns as services
from kepu.activities.views.planning_frame import Frame, allow_staff, form_page, tabs, trail
from kepu.core.clock import now

ON_A_PAGE = 30


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign and every series, with how much takes place under it."""
    allow_staff(request)
    context = {
        "campaigns": Campaign.objects.select_related("organiser", "region")
        .annotate(activity_count=Count("activities"))
        .order_by("-starts_on", "pk"),
        "series": Series.objects.select_related("organiser", "kind", "campaign")
        .annotate(activity_count=Count("activities"))
        .order_by("title", "pk"),
        "may_plan": rules.organisers_for(request.user).exists(),
        "tabs": tabs("activities:campaigns"),
    }
    return render(request, "activities/planning/campaigns.html", context)


@require_safe
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign with its activities."""
    allow_staff(request)
    found = get_object_or_404(Campaign.objects.select_related("organiser", "region"), pk=pk)
    rows = planned.activities(request.user, wanted=Wanted(), at=now()).filter(campaign=found)
    context = {
        "subject": found,
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "may_manage": rules.can_manage_campaign(request.user, found),
        "edit": reverse("activities:edit_campaign", args=[pk]),
        "trail": _trail((found.title, "")),
    }
    return render(request, "activities/planning/campaign.html", context)


@require_safe
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """What takes place under it, for the registers that ask for a list; drafts are left out."""
    allow_staff(request)
    found = get_object_or_404(Campaign, pk=pk)
    rows = planned.activities(request.user, wanted=Wanted(), at=now())
    listed = (
        rows.filter(campaign=found)
        .exclude(state=ActivityState.DRAFT)
        .order_by(F("first_at").asc(nulls_last=True), "pk")
    )
    lines = [
        (one, request.build_absolute_uri(reverse("activities:activity", args=[one.slug])))
        for one in listed.prefetch_related("partners")
    ]
    with override("zh-hans"):
        content = write_campaign(found, activities=lines, at=now())
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="campaign-{pk}.xlsx"'
    return response


@require_safe
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """One series with its activities."""
    allow_staff(request)
    found = get_object_or_404(Series.objects.select_related("organiser", "kind", "campaign"), pk=pk)
    rows = planned.activities(request.user, wanted=Wanted(), at=now()).filter(series=found)
    context = {
        "subject": found,
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "may_manage": rules.can_plan(request.user, found.organiser),
        "edit": reverse("activities:edit_series", args=[pk]),
        "trail": _trail((found.title, "")),
    }
    return render(request, "activities/planning/campaign.html", context)


def new_campaign(request: HttpRequest) -> HttpResponse:
    allow(rules.organisers_for(request.user).exists())
    form = CampaignForm(request.POST or None, user=request.user, initial=_own(request))

    def keep() -> Campaign:
        return services.open_campaign(form.words(), by=account_of(request), at=now())

    return form_page(request, form=form, keep=keep, frame=_frame(_("发起主题活动")))


def edit_campaign(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Campaign.objects.select_related("organiser"), pk=pk)
    allow(rules.can_manage_campaign(request.user, found))
    form = CampaignForm(request.POST or None, user=request.user, initial=CampaignForm.initial_of(found))

    def keep() -> Campaign:
        return services.edit_campaign(found, words=form.words(), by=account_of(request), at=now())

    return form_page(request, form=form, keep=keep, frame=_frame(_("修改主题活动")))


def new_series(request: HttpRequest) -> HttpResponse:
    allow(rules.organisers_for(request.user).exists())
    form = SeriesForm(request.POST or None, user=request.user, initial=_own(request))

    def keep() -> Series:
        return services.begin_series(form.words(), by=account_of(request), at=now())

    return form_page(request, form=form, keep=keep, frame=_frame(_("新建系列")))


def edit_series(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Series.objects.select_related("organiser"), pk=pk)
    allow(rules.can_plan(request.user, found.organiser))
    form = SeriesForm(request.POST or None, user=request.user, initial=SeriesForm.initial_of(found))

    def keep() -> Series:
        return services.edit_series(found, words=form.words(), by=account_of(request), at=now())

    return form_page(request, form=form, keep=keep, frame=_frame(_("修改系列")))


def _own(request: HttpRequest) -> dict[str, object]:
    unit = rules.organisers_for(request.user).order_by("path").first()
    return {"organiser": unit, "region": unit.region_id} if unit else {}


def _frame(title: str) -> Frame:
    return Frame(title, back=reverse("activities:campaigns"), trail=_trail((title, "")))


def _trail(*rest: tuple[str, str]) -> list[tuple[str, str]]:
    return trail((_("主题活动和系列"), reverse("activities:campaigns")), *rest)
