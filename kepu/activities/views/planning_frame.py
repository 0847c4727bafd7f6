"""What the planning pages share: how an activity is found, the tabs, the way back, the page with one form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.rules import is_auditor, is_staff_member
from kepu.accounts.session import allow
from kepu.activities import rules
from kepu.activities.models import Activity, Session
from kepu.core.pages import refusals_in_form

Tab = tuple[str, str, bool]
Trail = list[tuple[str, str]]
PAGES = (
    ("activities:desk", gettext_lazy("列表")),
    ("activities:desk_calendar", gettext_lazy("日历")),
    ("activities:desk_map", gettext_lazy("地图")),
    ("activities:campaigns", gettext_lazy("主题活动和系列")),
    ("activities:kinds", gettext_lazy("类别")),
)


def allow_staff(request: HttpRequest) -> None:
    """The planning pages are for who works in a unit, and for the auditor."""
    allow(is_staff_member(request.user) or is_auditor(request.user))


def find_activity(request: HttpRequest, *, slug: str) -> Activity:
    """An activity that this member of staff may see; hidden means not found."""
    allow_staff(request)
    found = rules.visible_to(request.user).select_related(
        "kind", "organiser", "region", "campaign", "series", "measure__action__plan", "created_by"
    )
    return get_object_or_404(found, slug=slug)


def find_managed(request: HttpRequest, *, slug: str) -> Activity:
    """The same for pages that change it."""
    allow_staff(request)
    found = rules.managed_activities(request.user).select_related("kind", "organiser", "region", "measure")
    return get_object_or_404(found, slug=slug)


def find_session(request: HttpRequest, *, pk: int) -> Session:
    """A date of an activity that this member of staff may change."""
    allow_staff(request)
    managed = rules.managed_activities(request.user).values("pk")
    found = Session.objects.filter(activity__in=managed)
    return get_object_or_404(found.select_related("activity__organiser", "activity__kind"), pk=pk)


def tabs(current: str) -> list[Tab]:
    return [(str(label), reverse(name), name == current) for name, label in PAGES]


def trail(*rest: tuple[str, str]) -> Trail:
    return [(_("活动"), reverse("activities:desk")), *rest]


def trail_of(activity: Activity, *rest: tuple[str, str]) -> Trail:
    return trail((activity.title, reverse("activities:planned", args=[activity.slug])), *rest)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around one form on one page."""

    title: str
    back: str
    trail: Trail
    lead: str = ""
    verb: str = ""
    done: str = ""


def form_page(
    request: HttpRequest, *, form: forms.Form, keep: Callable[[], object], frame: Frame
) -> HttpResponse:
    """One form on one page; a refusal stands beside its field and what was typed stays."""
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            keep()
            messages.success(request, frame.done or _("已保存。"))
            return redirect(frame.back)
    return render(request, "activities/planning/form.html", {"form": form, "frame": frame})
