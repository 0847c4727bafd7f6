"""The last page of an import: what will be written, and for an amendment what will change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from kepu.accounts.session import account_of
from kepu.core.clock import now
from kepu.core.pages import refusals_in_form
from kepu.plans.forms.importing import ConfirmForm
from kepu.plans.models import Plan, PlanImport
from kepu.plans.queries.differences import changes
from kepu.plans.queries.drafts import working_draft
from kepu.plans.queries.outline import outline
from kepu.plans.queries.readiness import blockers, plan_before
from kepu.plans.queries.written_units import read_units
from kepu.plans.services import importing
from kepu.plans.views.differences import difference_groups
from kepu.plans.views.importing.preview import open_import


def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Look once more, then make it the plan."""
    found = open_import(request, pk)
    form = ConfirmForm(request.POST or None, is_amendment=found.amends is not None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            reason = form.cleaned_data.get("reason", "")
            plan = importing.confirm_import(found, by=account_of(request), at=now(), reason=reason)
            messages.success(request, _("已确认：《%(plan)s》第 %(version)d 版。") % _names(plan))
            return redirect(_address(plan))
    return render(request, "plans/importing/confirm.html", {"form": form, **_summary(found)})


def _summary(found: PlanImport) -> dict[str, Any]:
    working = working_draft(found)
    units = read_units(working.draft, plan_import=found)
    plan_to_be = outline(working, units=units)
    amends = found.amends
    return {
        "plan_import": found,
        "outline": plan_to_be,
        "blockers": blockers(working.draft, units=units),
        "warnings": [warning for warning in working.draft.warnings if warning.severity != "info"],
        "groups": difference_groups(change.as_json() for change in changes(amends, plan_to_be))
        if amends
        else [],
        "before": None if amends else plan_before(found, starts_in=plan_to_be.starts_in),
        "quarter_count": 4 * (plan_to_be.ends_in - plan_to_be.starts_in + 1),
    }


def _names(plan: Plan) -> dict[str, Any]:
    return {"plan": plan.title, "version": plan.version}


def _address(plan: Plan) -> str:
    """The plan's own page at the desk; its history where an installation has no such page."""
    try:
        return reverse("plans:plan", args=[plan.slug])
    except NoReverseMatch:
        return reverse("plans:versions", args=[plan.slug])
