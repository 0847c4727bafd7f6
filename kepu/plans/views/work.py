"""The yearly break-down: by year and unit, edited by the office, ticked off by the units."""

from __future__ import annotations

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
from kepu.plans.forms.plan import DoneForm, WorkForm
from kepu.plans.models import Measure, Plan, WorkItem
from kepu.plans.queries.structure import measures_in_force, responsible_for
from kepu.plans.services import plan as services
from kepu.plans.views.frame import find_measure, find_own_plan, tabs, trail


@require_safe
def work(request: HttpRequest, slug: str) -> HttpResponse:
    """One year: every measure with what each unit does for it."""
    plan = find_own_plan(request, slug=slug)
    year = _year(request, plan=plan)
    is_office = rules.can_run_plan(request.user, plan)
    address = reverse("plans:work", args=[slug])
    years = range(plan.starts_in, plan.ends_in + 1)
    context = {
        "plan": plan,
        "tabs": tabs(plan, current="plans:work", is_office=is_office),
        "trail": trail(plan, (_("年度工作"), "")),
        "years": [(str(one), f"{address}?year={one}", one == year) for one in years],
        "year": year,
        "measures": _by_measure(plan, year=year),
        "is_office": is_office and plan.state == "running",
        "units": rules.reporting_units_of(request.user),
        "today": today(),
    }
    return render(request, "plans/plan/work.html", context)


def add_work(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of work for one unit of the measure."""
    measure = find_measure(request, pk=pk)
    allow(rules.can_run_plan(request.user, measure.action.plan))
    initial = {"year": _year(request, plan=measure.action.plan)}
    form = WorkForm(request.POST or None, initial=initial, units=_units(measure))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            item = services.add_work(measure, words=form.words(), by=account_of(request), at=now())
            messages.success(request, _("已添加。"))
            return _to_year(item)
    return _form_page(request, measure=measure, form=form, title=_("添加年度工作"))


def edit_work(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk=pk)
    allow(rules.can_run_plan(request.user, item.measure.action.plan))
    form = WorkForm(request.POST or None, initial=WorkForm.initial_of(item), units=_units(item.measure))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.edit_work(item, words=form.words(), by=account_of(request), at=now())
            messages.success(request, _("已保存。"))
            return _to_year(item)
    return _form_page(request, measure=item.measure, form=form, title=_("修改年度工作"))


@require_POST
def remove_work(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk=pk)
    with refusals_as_messages(request):
        services.remove_work(item, by=account_of(request), at=now())
        messages.success(request, _("已删除。"))
    return _to_year(item)


def finish_work(request: HttpRequest, pk: int) -> HttpResponse:
    """On which day it was done."""
    item = _item(request, pk=pk)
    allow(rules.can_finish_work(request.user, item))
    form = DoneForm(request.POST or None, initial={"done_on": today()})
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.finish_work(item, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, _("已标记完成。"))
            return _to_year(item)
    return _form_page(request, measure=item.measure, form=form, title=_("标记完成"), lead=item.text)


@require_POST
def resume_work(request: HttpRequest, pk: int) -> HttpResponse:
    item = _item(request, pk=pk)
    with refusals_as_messages(request):
        services.resume_work(item, by=account_of(request), at=now())
        messages.success(request, _("已改回未完成。"))
    return _to_year(item)


def _by_measure(plan: Plan, *, year: int) -> list[tuple[Measure, list[WorkItem]]]:
    items: dict[int, list[WorkItem]] = {}
    rows = WorkItem.objects.filter(measure__action__plan=plan, year=year).select_related("organisation")
    for item in rows.order_by("due_on", "organisation__path", "pk"):
        items.setdefault(item.measure_id, []).append(item)
    return [(measure, items.get(measure.pk, [])) for measure in measures_in_force(plan)]


def _year(request: HttpRequest, *, plan: Plan) -> int:
    """The year asked for, or this one, within the plan."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today().year
    return min(max(year, plan.starts_in), plan.ends_in)


def _units(measure: Measure) -> Any:
    named = [row.organisation_id for row in responsible_for(measure)]
    if measure.action.others_take_part:
        office = measure.action.plan.office
        return Organisation.objects.filter(path__startswith=office.path) | Organisation.objects.filter(
            pk__in=named
        )
    return Organisation.objects.filter(pk__in=named)


def _item(request: HttpRequest, *, pk: int) -> WorkItem:
    plans = rules.plans_worked_on(request.user).values("pk")
    items = WorkItem.objects.select_related("measure__action__plan__office", "organisation")
    return get_object_or_404(items, pk=pk, measure__action__plan__in=plans)


def _to_year(item: WorkItem) -> HttpResponse:
    address = reverse("plans:work", args=[item.measure.action.plan.slug])
    return redirect(f"{address}?year={item.year}#measure-{item.measure_id}")


def _form_page(
    request: HttpRequest, *, measure: Measure, form: Any, title: str, lead: str = ""
) -> HttpResponse:
    plan = measure.action.plan
    back = reverse("plans:work", args=[plan.slug])
    path = trail(plan, (_("年度工作"), back), (title, ""))
    context = {"form": form, "title": title, "lead": lead or measure.title, "back": back, "trail": path}
    return render(request, "plans/plan/form.html", context)
