"""The page of one target: what was reached by when, from where, and which higher target it serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.session import account_of, allow
from kepu.core.clock import now, today
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.plan import EstimateForm, ParentTargetForm, TargetForm, TargetNameForm, ValueForm
from kepu.plans.models import NumberKind, Target
from kepu.plans.queries.cascade import above, candidates, history
from kepu.plans.queries.figures import target_totals
from kepu.plans.queries.goals import goal_progress
from kepu.plans.services import plan as services
from kepu.plans.views.frame import find_target, trail


@require_safe
def target(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_target(request, pk=pk)
    context = {
        "target": found,
        "plan": found.plan,
        "trail": trail(found.plan, (found.name, "")),
        "goal": goal_progress(found, on=today()),
        "history": history(found),
        "above": above(found),
        "below": found.children.filter(withdrawn_in__isnull=True).select_related("plan"),
        "reported": target_totals(found.plan).get(found.pk),
        "is_office": rules.can_run_plan(request.user, found.plan),
        "is_estimated": found.kind == NumberKind.ESTIMATED,
    }
    return render(request, "plans/plan/target.html", context)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name and kind of a target of the plan; everything of a figure of the office's own."""
    found = _own(request, pk=pk)
    if found.is_from_plan:
        initial = {"name": found.name, "name_en": found.name_en, "kind": found.kind}
        form: forms.Form = TargetNameForm(request.POST or None, initial=initial)
        return _form_page(request, target=found, form=form, deed=_rename, title=_("修改名称和性质"))
    form = TargetForm.of(found, data=request.POST or None)
    return _form_page(request, target=found, form=form, deed=_rewrite, title=_("修改自定指标"))


def add_value(request: HttpRequest, pk: int) -> HttpResponse:
    """What was reached by a day; an estimate for a target that is estimated, else a reported number."""
    found = _own(request, pk=pk)
    is_estimated = found.kind == NumberKind.ESTIMATED
    form = (EstimateForm if is_estimated else ValueForm)(request.POST or None)
    deed = services.record_estimate if is_estimated else services.record_value
    title = _("登记估计值") if is_estimated else _("登记上报数")
    return _form_page(request, target=found, form=form, deed=_plain(deed), title=title)


def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Which higher target this one serves."""
    found = _own(request, pk=pk)
    form = ParentTargetForm(
        request.POST or None, initial={"parent": found.parent_id}, candidates=candidates(found)
    )
    deed = _plain(services.link_parent_target)
    return _form_page(request, target=found, form=form, deed=deed, title=_("对应上级指标"))


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk=pk)
    with refusals_as_messages(request):
        services.withdraw_own_target(found, by=account_of(request), at=now())
        messages.success(request, _("已取消这个自定指标，登记过的数值仍然保留。"))
    return redirect("plans:target", pk=pk)


Deed = Callable[[Target, forms.Form, dict[str, Any]], Any]


def _rename(target: Target, form: forms.Form, acting: dict[str, Any]) -> Target:
    return services.edit_target(target, **form.cleaned_data, **acting)


def _rewrite(target: Target, form: forms.Form, acting: dict[str, Any]) -> Target:
    assert isinstance(form, TargetForm)  # noqa: S101 - for the type checker
    return services.edit_own_target(target, words=form.words(), **acting)


def _plain(service: Callable[..., Any]) -> Deed:
    """A service that takes the fields of the form as they are."""
    return lambda target, form, acting: service(target, **form.cleaned_data, **acting)


def _form_page(
    request: HttpRequest, *, target: Target, form: forms.Form, deed: Deed, title: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            deed(target, form, {"by": account_of(request), "at": now()})
            messages.success(request, _("已保存。"))
            return redirect("plans:target", pk=target.pk)
    back = reverse("plans:target", args=[target.pk])
    path = trail(target.plan, (target.name, back), (title, ""))
    context = {"form": form, "title": title, "lead": target.name, "back": back, "trail": path}
    return render(request, "plans/plan/form.html", context)


def _own(request: HttpRequest, *, pk: int) -> Target:
    found = find_target(request, pk=pk)
    allow(rules.can_run_plan(request.user, found.plan))
    return found
