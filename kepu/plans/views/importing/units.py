"""One written unit name: which organisation it means."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from kepu.accounts.session import account_of
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans.forms.importing import NewUnitForm, UnitChoiceForm
from kepu.plans.models import PlanImport
from kepu.plans.queries.drafts import working_draft
from kepu.plans.queries.written_units import UnitReading, read_units
from kepu.plans.services import importing
from kepu.plans.views.importing.preview import open_import, show_again


def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a unit of the roster, create one, take it for all townships, or leave the name out."""
    found = open_import(request, pk)
    units = read_units(working_draft(found).draft, plan_import=found)
    name = request.POST.get("name") or request.GET.get("name", "")
    if name not in units.by_name:
        raise Http404
    deed = request.POST.get("deed", "")
    choice = UnitChoiceForm(request.POST if deed == "choose" else None, plan_import=found, prefix="choice")
    new = NewUnitForm(
        request.POST if deed == "create" else None, initial={"name": name, "short_name": name}, prefix="new"
    )
    if _done(request, found, name=name, choice=choice, new=new):
        return show_again(request, pk, place="units")
    return _page(request, found, units=units, name=name, forms={"choice": choice, "new": new})


def _done(
    request: HttpRequest, found: PlanImport, *, name: str, choice: UnitChoiceForm, new: NewUnitForm
) -> bool:
    """Do what was asked; False when a form has to be shown (again)."""
    how: dict[str, Any] = {"name": name, "by": account_of(request), "at": now()}
    if choice.is_bound and choice.is_valid():
        with refusals_in_form(choice):
            importing.map_unit(found, organisation=choice.cleaned_data["organisation"], **how)
            return True
    if new.is_bound and new.is_valid():
        with refusals_in_form(new):
            importing.create_unit_and_map(found, details=new.details, **how)
            return True
    plain = {
        "townships": importing.map_unit_to_townships,
        "leave_out": importing.leave_unit_out,
        "forget": importing.forget_mapping,
    }.get(request.POST.get("deed", ""))
    if plain is None:
        return False
    with refusals_as_messages(request):
        plain(found, **how)
    return True


def _page(
    request: HttpRequest,
    found: PlanImport,
    *,
    units: UnitReading,
    name: str,
    forms: dict[str, UnitChoiceForm | NewUnitForm],
) -> HttpResponse:
    is_panel = getattr(request, "htmx", False)
    context = {
        "plan_import": found,
        "unit": units.by_name[name],
        "suggestions": units.suggestions(name),
        **forms,
    }
    template = "plans/importing/_unit.html" if is_panel else "plans/importing/unit.html"
    return render(request, template, context)
