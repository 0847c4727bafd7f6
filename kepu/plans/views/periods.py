"""Pages of the reporting periods of a plan: who was on time, open, move, lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kepu.accounts.session import account_of
from kepu.core.clock import now, today
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.fields import ReasonForm
from kepu.plans.forms.progress import DueDayForm, OpenPeriodForm
from kepu.plans.models import Plan, PlanState, ReportingPeriod
from kepu.plans.queries.boards import period_board
from kepu.plans.services import progress as services
from kepu.plans.views.frame import find_own_plan, tabs, trail


def periods(request: HttpRequest, slug: str) -> HttpResponse:
    """On time, late or missing by unit and quarter; the office opens the next quarter here."""
    plan = find_own_plan(request, slug=slug)
    form = OpenPeriodForm(request.POST or None, initial=_next_quarter(plan))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.open_period(plan, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("填报期已开，单位的工作台上会出现要填的内容。"))
            return redirect("plans:periods", slug=slug)
    is_office = rules.can_run_plan(request.user, plan)
    context = {
        "plan": plan,
        "tabs": tabs(plan, current="plans:periods", is_office=is_office),
        "trail": trail(plan, (_("填报期"), "")),
        "board": period_board(plan, on=today()),
        "is_office": is_office,
        "may_open": is_office and plan.state == PlanState.RUNNING,
        "form": form,
    }
    return render(request, "plans/progress/periods.html", context)


def move_due_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the units another last day."""
    period = _period(request, pk=pk)
    initial = {"due_on": period.due_on}
    return _form_page(
        request,
        period=period,
        form=DueDayForm(request.POST or None, initial=initial),
        deed=services.move_due_day,
        title=_("调整截止日期"),
    )


def unlock(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the books again, with a reason."""
    period = _period(request, pk=pk)
    form = ReasonForm(request.POST or None)
    return _form_page(request, period=period, form=form, deed=services.unlock_period, title=_("解锁填报期"))


@require_POST
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    period = _period(request, pk=pk)
    with refusals_as_messages(request):
        services.lock_period(period, by=account_of(request), at=now())
        messages.success(request, _("已锁定，这个季度的数字不再变动。"))
    return redirect("plans:periods", slug=period.plan.slug)


def _form_page(
    request: HttpRequest,
    *,
    period: ReportingPeriod,
    form: forms.Form,
    deed: Callable[..., ReportingPeriod],
    title: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            deed(period, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("plans:periods", slug=period.plan.slug)
    heading = f"{title} · {period}"
    context = {"form": form, "title": heading, "trail": trail(period.plan, (heading, ""))}
    return render(request, "plans/plan/form.html", context)


def _period(request: HttpRequest, *, pk: int) -> ReportingPeriod:
    """A period of a plan that this office runs."""
    plans = Plan.objects.filter(office__in=rules.offices_of(request.user)).values("pk")
    found = ReportingPeriod.objects.filter(plan__in=plans).select_related("plan")
    return get_object_or_404(found, pk=pk)


def _next_quarter(plan: Plan) -> dict[str, Any]:
    """The quarter after the newest one, as a proposal."""
    newest = plan.periods.order_by("-year", "-quarter").first()
    if newest is None:
        return {"year": max(plan.starts_in, min(today().year, plan.ends_in)), "quarter": 1}
    year, quarter = (newest.year + 1, 1) if newest.quarter == 4 else (newest.year, newest.quarter + 1)
    return {"year": min(year, plan.ends_in), "quarter": quarter}
