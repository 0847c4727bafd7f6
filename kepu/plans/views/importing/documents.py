"""Where an import begins, and the list of those that wait to be finished."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kepu.accounts.models import Role
from kepu.accounts.rules import organisations_of
from kepu.accounts.session import account_of
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.importing import DocumentForm
from kepu.plans.models import ImportState, Plan, PlanImport
from kepu.plans.services import importing

CLOSED_SHOWN = 5


def start(request: HttpRequest) -> HttpResponse:
    """Hand in a document; whatever goes wrong, a pasted text stays in the form."""
    offices = organisations_of(account_of(request), role=Role.DISTRICT_OFFICE)
    if not offices:
        raise PermissionDenied
    amends = _plan_to_amend(request)
    form = DocumentForm(request.POST or None, request.FILES or None, offices=offices)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            started = importing.start_import(
                form.document,
                office=form.chosen_office,
                file_name=form.file_name,
                amends=amends,
                by=account_of(request),
                at=now(),
            )
            return redirect("plans:import_preview", pk=started.pk)
    context = {"form": form, "amends": amends, **_lists(request)}
    return render(request, "plans/importing/start.html", context)


def _plan_to_amend(request: HttpRequest) -> Plan | None:
    """The plan named in the address, when the page was reached from that plan."""
    slug = request.GET.get("amends")
    if not slug:
        return None
    return get_object_or_404(Plan, slug=slug, office__in=rules.offices_of(account_of(request)))


def _lists(request: HttpRequest) -> dict[str, list[PlanImport]]:
    imports = (
        rules.visible_imports(account_of(request))
        .select_related("created_by", "plan", "amends")
        .defer("source", "parsed", "edits", "undone_edits", "unit_map")
    )
    return {
        "waiting": list(imports.filter(state=ImportState.OPEN)),
        "closed": list(imports.exclude(state=ImportState.OPEN)[:CLOSED_SHOWN]),
    }


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an import up; its text stays on record."""
    plan_import = get_object_or_404(rules.visible_imports(account_of(request)), pk=pk)
    with refusals_as_messages(request):
        importing.discard_import(plan_import, by=account_of(request), at=now())
        messages.success(request, _("已放弃这次导入，原文和更正仍留有记录。"))
    return redirect("plans:import")
