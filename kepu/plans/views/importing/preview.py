"""The preview: source and structure side by side, and every correction of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from kepu.accounts.session import account_of
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.corrections import correction_forms
from kepu.plans.forms.importing import AmendedPlanForm
from kepu.plans.forms.items import item_of
from kepu.plans.models import ImportState, PlanImport
from kepu.plans.queries.drafts import revision, working_draft
from kepu.plans.services import importing
from kepu.plans.views.importing.workspace import workspace

PREVIEW = "plans/importing/preview.html"
WORKSPACE = "plans/importing/_workspace.html"


def open_import(request: HttpRequest, pk: int) -> PlanImport:
    """An import of the visitor's office that can still be corrected."""
    found = visible_import(request, pk)
    if found.state != ImportState.OPEN:
        raise Http404
    return found


def visible_import(request: HttpRequest, pk: int) -> PlanImport:
    imports = rules.visible_imports(account_of(request)).select_related("office", "region", "amends", "plan")
    return get_object_or_404(imports, pk=pk)


def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """An open import to work on; one that is closed only says what became of it."""
    found = visible_import(request, pk)
    if found.state != ImportState.OPEN:
        return render(request, "plans/importing/closed.html", {"plan_import": found})
    return render(request, PREVIEW, _context(found))


def show_again(request: HttpRequest, pk: int, *, place: str) -> HttpResponse:
    """After a correction: the renewed preview in place, or without script the page at the item."""
    if not getattr(request, "htmx", False):
        return redirect(f"{reverse('plans:import_preview', args=[pk])}#{place}")
    response = render(request, WORKSPACE, {**_context(open_import(request, pk)), "is_update": True})
    response["HX-Retarget"] = "#workspace"
    response["HX-Reswap"] = "outerHTML"
    response["HX-Trigger-After-Swap"] = f'{{"kepu:show": "{place}"}}'
    return response


def _context(plan_import: PlanImport) -> dict[str, Any]:
    amended = AmendedPlanForm(plan_import=plan_import, initial={"plan": plan_import.amends})
    return {
        "plan_import": plan_import,
        "workspace": workspace(plan_import),
        "amended_form": amended,
        "has_plans": len(amended.fields["plan"].choices) > 1,  # type: ignore[attr-defined]
    }


def item(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """The corrections of one item: a panel inside the preview, or a page of its own without script."""
    found = open_import(request, pk)
    subject = item_of(working_draft(found), key)
    if subject is None:
        raise Http404
    forms = correction_forms(subject, data=request.POST if request.method == "POST" else None)
    sent = next((form for form in forms if form.is_bound), None)
    if sent is not None and sent.is_valid():
        with refusals_in_form(sent):
            shown = request.POST.get("shown", "")
            importing.apply_edit(found, edit=sent.edit(), by=account_of(request), at=now(), shown=shown)
            return show_again(request, pk, place=sent.lands_on)
    is_panel = getattr(request, "htmx", False)
    template = "plans/importing/_item.html" if is_panel else "plans/importing/item.html"
    context = {"plan_import": found, "item": subject, "forms": forms, "shown": revision(found)}
    return render(request, template, context)


@require_POST
def warning(request: HttpRequest, pk: int) -> HttpResponse:
    """A warning is settled, or needs attention again."""
    found = open_import(request, pk)
    with refusals_as_messages(request):
        importing.apply_edit(found, edit=_warning_edit(request), by=account_of(request), at=now())
    return show_again(request, pk, place="warnings")


def _warning_edit(request: HttpRequest) -> dict[str, Any]:
    is_back = "restore" in request.POST
    try:
        start, end = int(request.POST["start"]), int(request.POST["end"])
    except (KeyError, ValueError):
        raise Http404 from None
    deed = "restore_warning" if is_back else "dismiss_warning"
    return {"op": deed, "code": request.POST.get("code", ""), "start": start, "end": end}


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the last correction back."""
    found = open_import(request, pk)
    with refusals_as_messages(request):
        importing.undo_edit(found, by=account_of(request), at=now())
    return show_again(request, pk, place="workspace")


@require_POST
def redo(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it again."""
    found = open_import(request, pk)
    with refusals_as_messages(request):
        importing.redo_edit(found, by=account_of(request), at=now())
    return show_again(request, pk, place="workspace")


@require_POST
def amended_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether this is a plan of its own or a later version of one."""
    found = open_import(request, pk)
    form = AmendedPlanForm(request.POST, plan_import=found)
    if form.is_valid():
        with refusals_as_messages(request):
            plan = form.cleaned_data["plan"]
            importing.choose_amended_plan(found, plan=plan, by=account_of(request), at=now())
    return show_again(request, pk, place="document")
