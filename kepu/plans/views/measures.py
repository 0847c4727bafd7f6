"""The page of one measure, and what the office changes on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.session import account_of, allow
from kepu.core.clock import now, today
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.plan import CiteForm, DeadlineForm, EnglishTitleForm, TargetForm
from kepu.plans.models import Citation, Clause, Evidence, Measure
from kepu.plans.queries.boards import MeasureRow
from kepu.plans.queries.duties import duties_begun
from kepu.plans.queries.goals import goal_progress
from kepu.plans.queries.standing import standing_of_measure
from kepu.plans.queries.structure import responsible_for
from kepu.plans.services import plan as services
from kepu.plans.views.frame import find_measure, trail


@require_safe
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """What it says, who answers for it, until when, on what it rests, how far it is."""
    found = find_measure(request, pk=pk)
    standing = standing_of_measure(found, on=today())
    units = responsible_for(found)
    context = {
        "measure": found,
        "plan": found.action.plan,
        "trail": trail(found.action.plan, (found.title, "")),
        "row": MeasureRow(standing, [unit.organisation for unit in units]),
        "units": units,
        "goals": [goal_progress(one, on=today()) for one in _targets(found)],
        "citations": found.citations.select_related("clause__document"),
        "work": found.work_items.select_related("organisation"),
        "reports": _reports(request, measure=found),
        "to_write": _to_write(request, measure=found),
        "is_office": rules.can_run_plan(request.user, found.action.plan),
        "is_running": found.action.plan.state == "running",
        "today": today(),
    }
    return render(request, "plans/plan/measure.html", context)


def edit_deadline(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk=pk)
    form = DeadlineForm(request.POST or None, initial={"due_on": found.due_on})
    return _form_page(request, measure=found, form=form, deed=services.set_deadline, title=_("设定期限"))


def translate(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk=pk)
    form = EnglishTitleForm(request.POST or None, initial={"title_en": found.title_en})
    return _form_page(request, measure=found, form=form, deed=services.translate_title, title=_("英文名称"))


def cite(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which clause of a higher document the measure serves."""
    found = _own(request, pk=pk)
    free = Clause.objects.exclude(citations__measure=found).select_related("document")
    form = CiteForm(request.POST or None, clauses=free)
    return _form_page(request, measure=found, form=form, deed=services.cite_clause, title=_("添加依据"))


@require_POST
def uncite(request: HttpRequest, pk: int) -> HttpResponse:
    visible = rules.visible_plans(request.user).values("pk")
    citations = Citation.objects.select_related("measure__action__plan__office", "clause__document")
    found = get_object_or_404(citations, pk=pk, measure__action__plan__in=visible)
    with refusals_as_messages(request):
        services.uncite(found, by=account_of(request), at=now())
        messages.success(request, _("已取消引用。"))
    return redirect("plans:measure", pk=found.measure_id)


def add_target(request: HttpRequest, pk: int) -> HttpResponse:
    """A figure of the office's own, where the plan names none."""
    found = _own(request, pk=pk)
    form = TargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            added = services.attach_own_target(found, words=form.words(), by=account_of(request), at=now())
            messages.success(request, _("已添加。它会标明是办公室自定，不是方案载明的。"))
            return redirect("plans:target", pk=added.pk)
    lead = _("方案没有提出这个数字。这里添加的是办公室自定的指标，所有页面都会这样标明。")
    return _render_form(request, measure=found, form=form, title=_("添加自定指标"), lead=lead)


def _form_page(
    request: HttpRequest, *, measure: Measure, form: forms.Form, deed: Callable[..., Any], title: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            deed(measure, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("已保存。"))
            return redirect("plans:measure", pk=measure.pk)
    return _render_form(request, measure=measure, form=form, title=title)


def _render_form(
    request: HttpRequest, *, measure: Measure, form: forms.Form, title: str, lead: str = ""
) -> HttpResponse:
    back = reverse("plans:measure", args=[measure.pk])
    context = {
        "form": form,
        "title": title,
        "lead": lead or measure.title,
        "back": back,
        "trail": trail(measure.action.plan, (measure.title, back), (title, "")),
    }
    return render(request, "plans/plan/form.html", context)


def _own(request: HttpRequest, *, pk: int) -> Measure:
    """A measure of a plan that this office runs."""
    found = find_measure(request, pk=pk)
    allow(rules.can_run_plan(request.user, found.action.plan))
    return found


def _targets(measure: Measure) -> Any:
    return measure.targets.filter(withdrawn_in__isnull=True).prefetch_related("values")


def _reports(request: HttpRequest, *, measure: Measure) -> Any:
    """The reports on the measure that the visitor may see, newest first, with evidence and decisions."""
    evidence = Prefetch("evidence", Evidence.objects.order_by("pk"))
    found: Any = rules.visible_reports(request.user).filter(measure=measure)
    return (
        found.select_related("organisation", "period")
        .prefetch_related(evidence, "figures", "decisions")
        .order_by("-period__year", "-period__quarter", "organisation__path", "-version")
    )


def _to_write(request: HttpRequest, *, measure: Measure) -> list[Any]:
    """Where the visitor can write a report on this measure now."""
    units = rules.reporting_units_of(request.user)
    begun = duties_begun(units, on=today()) if units else []
    return [duty for duty in begun if duty.measure.pk == measure.pk]
