"""Pages of plans: the list, one plan at a glance, its settings, plans of higher levels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.models import Organisation
from kepu.accounts.session import account_of, allow
from kepu.core.clock import now, today
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.plan import EnglishTitleForm, HigherPlanForm, PlanFilterForm
from kepu.plans.models import Action, Plan, PlanLevel, PlanState
from kepu.plans.queries.boards import ActionRow, MeasureRow, score_card
from kepu.plans.queries.goals import goals
from kepu.plans.services import plan as services
from kepu.plans.views.frame import find_plan, tabs, trail


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan that the visitor may see; those of higher levels stand apart."""
    found = list(rules.visible_plans(request.user).select_related("office", "region", "succeeds"))
    context = {
        "own": [plan for plan in found if plan.level == PlanLevel.DISTRICT],
        "higher": [plan for plan in found if plan.level != PlanLevel.DISTRICT],
        "is_office": bool(rules.offices_of(request.user)),
    }
    return render(request, "plans/plan/list.html", context)


@require_safe
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Goals first, then every action with its measures; filtered by unit, standing or action."""
    found = find_plan(request, slug=slug)
    card = score_card(found, on=today())
    form = PlanFilterForm(
        request.GET, units=_units(card.actions), actions=[row.action for row in card.actions]
    )
    shown = _filtered(card.actions, form=form)
    is_office = rules.can_run_plan(request.user, found)
    is_own = is_office or rules.plans_worked_on(request.user).filter(pk=found.pk).exists()
    context = {
        "plan": found,
        "tabs": tabs(found, current="plans:plan", is_office=is_office, is_own=is_own),
        "trail": [(_("方案"), reverse("plans:list")), (found.title, "")],
        "goals": goals(found, on=today()),
        "card": card,
        "actions": shown,
        "shown_count": sum(len(row.rows) for row in shown),
        "form": form,
        "is_office": is_office,
    }
    return render(request, "plans/plan/plan.html", context)


def settings(request: HttpRequest, slug: str) -> HttpResponse:
    """For the office: English titles, shown or hidden, closed or open."""
    found = find_plan(request, slug=slug)
    allow(rules.can_run_plan(request.user, found))
    form = EnglishTitleForm(request.POST or None, initial={"title_en": found.title_en})
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.translate_title(found, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("plans:settings", slug=slug)
    context = {
        "plan": found,
        "tabs": tabs(found, current="plans:settings", is_office=True),
        "trail": trail(found, (_("设置"), "")),
        "form": form,
        "actions": found.actions.filter(withdrawn_in__isnull=True).prefetch_related("measures"),
        "versions": found.versions.defer("content").select_related("confirmed_by"),
        "is_running": found.state == PlanState.RUNNING,
    }
    return render(request, "plans/plan/settings.html", context)


@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    return _deed(request, slug=slug, deed=services.close_plan, done=_("方案已结束，可以做终期评估了。"))


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    return _deed(request, slug=slug, deed=services.publish_plan, done=_("方案已公开。"))


@require_POST
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    return _deed(
        request, slug=slug, deed=services.reopen_plan, done=_("方案已重新打开。"), reason=_reason(request)
    )


@require_POST
def hide(request: HttpRequest, slug: str) -> HttpResponse:
    return _deed(
        request, slug=slug, deed=services.hide_plan, done=_("方案已不公开。"), reason=_reason(request)
    )


def translate_action(request: HttpRequest, pk: int) -> HttpResponse:
    """The English title of an action."""
    visible = rules.visible_plans(request.user).values("pk")
    action = get_object_or_404(Action.objects.select_related("plan__office"), pk=pk, plan__in=visible)
    allow(rules.can_run_plan(request.user, action.plan))
    form = EnglishTitleForm(request.POST or None, initial={"title_en": action.title_en})
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.translate_title(action, by=account_of(request), at=now(), **form.cleaned_data)
            return redirect("plans:settings", slug=action.plan.slug)
    title = _("英文名称：%(title)s") % {"title": action.title}
    context = {"form": form, "title": title, "trail": trail(action.plan, (title, ""))}
    return render(request, "plans/plan/form.html", context)


def add_higher_plan(request: HttpRequest) -> HttpResponse:
    """Keep a plan of a higher level with the target that the district breaks down."""
    offices = Organisation.objects.filter(pk__in=rules.offices_of(request.user)).select_related("region")
    office = offices.first()
    allow(office is not None)
    form = HigherPlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and office is not None:
        with refusals_in_form(form):
            added = _register(form, office=office, request=request)
            messages.success(request, _("已登记。在指标页可以把本级指标和它对应起来。"))
            return redirect("plans:plan", slug=added.slug)
    title = _("登记上级方案")
    path = [(_("方案"), reverse("plans:list")), (title, "")]
    lead = _("只登记要分解的指标，例如国家、省、市方案里公民具备科学素质的比例。")
    return render(
        request, "plans/plan/form.html", {"form": form, "title": title, "lead": lead, "trail": path}
    )


def _register(form: HigherPlanForm, *, office: Organisation, request: HttpRequest) -> Plan:
    return services.register_higher_plan(
        form.cleaned_data["title"],
        level=form.cleaned_data["level"],
        office=office,
        years=(form.cleaned_data["starts_in"], form.cleaned_data["ends_in"]),
        targets=[form.target()],
        by=account_of(request),
        at=now(),
    )


def _deed(
    request: HttpRequest, *, slug: str, deed: Callable[..., Plan], done: str, **words: Any
) -> HttpResponse:
    found = find_plan(request, slug=slug)
    with refusals_as_messages(request):
        deed(found, by=account_of(request), at=now(), **words)
        messages.success(request, done)
    return redirect("plans:settings", slug=slug)


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:1000]


def _units(actions: Sequence[ActionRow]) -> list[Organisation]:
    """Every unit that answers for a measure, in the order of the roster."""
    units = {unit.pk: unit for action in actions for row in action.rows for unit in row.units}
    return sorted(units.values(), key=lambda unit: unit.path)


def _filtered(actions: Sequence[ActionRow], *, form: PlanFilterForm) -> list[ActionRow]:
    wanted = form.cleaned_data if form.is_valid() else {}
    shown = [
        ActionRow(one.action, [row for row in one.rows if _is_wanted(row, wanted=wanted)]) for one in actions
    ]
    return [row for row in shown if row.rows]


def _is_wanted(row: MeasureRow, *, wanted: dict[str, str]) -> bool:
    return (
        wanted.get("unit", "") in ("", *(str(unit.pk) for unit in row.units))
        and wanted.get("standing", "") in ("", row.standing.standing)
        and wanted.get("action", "") in ("", str(row.measure.action_id))
    )
