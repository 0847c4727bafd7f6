"""What the pages of one plan share: how to find it, and the tabs between its pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from kepu.core.templatetags.kepu_format import localized
from kepu.plans import rules
from kepu.plans.models import Measure, Plan, Target
from kepu.plans.queries.structure import with_units

Tab = tuple[str, str, bool]
Trail = list[tuple[str, str]]


def find_plan(request: HttpRequest, *, slug: str) -> Plan:
    """The plan of that address; hidden means not found."""
    plans = rules.visible_plans(request.user).select_related("office", "region", "parent")
    return get_object_or_404(plans, slug=slug)


def find_own_plan(request: HttpRequest, *, slug: str) -> Plan:
    """The same for pages that only those who work on the plan see."""
    plans = rules.plans_worked_on(request.user).select_related("office", "region", "parent")
    return get_object_or_404(plans, slug=slug)


def find_measure(request: HttpRequest, *, pk: int) -> Measure:
    """A measure in force of a plan that the visitor may see, with its units."""
    plans = rules.visible_plans(request.user).values("pk")
    return get_object_or_404(with_units(Measure.objects.filter(action__plan__in=plans)), pk=pk)


def find_target(request: HttpRequest, *, pk: int) -> Target:
    plans = rules.visible_plans(request.user).values("pk")
    targets = Target.objects.filter(plan__in=plans).select_related("plan__office", "measure", "parent__plan")
    return get_object_or_404(targets, pk=pk)


FOR_EVERYBODY = ("plans:plan", "plans:final_assessment")


def tabs(plan: Plan, *, current: str, is_office: bool, is_own: bool = True) -> list[Tab]:
    """The pages of a plan. Settings are the office's; whose plan it is not, sees what is open to everybody."""
    pages = [
        ("plans:plan", _("总览")),
        ("plans:periods", _("填报期")),
        ("plans:work", _("年度工作")),
        ("plans:coverage", _("上级依据")),
        ("plans:final_assessment", _("终期评估")),
        ("plans:settings", _("设置")),
    ]
    shown = pages if is_office else pages[:-1]
    if not is_own:
        shown = [page for page in pages if page[0] in FOR_EVERYBODY]
    return [(label, reverse(name, args=[plan.slug]), name == current) for name, label in shown]


def trail(plan: Plan, *rest: tuple[str, str]) -> Trail:
    """Where a page of this plan stands."""
    return [
        (_("方案"), reverse("plans:list")),
        (localized(plan, "title"), reverse("plans:plan", args=[plan.slug])),
        *rest,
    ]
