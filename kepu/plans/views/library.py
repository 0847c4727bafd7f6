"""Pages of the library of higher documents, and what of it a plan serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.session import account_of, allow
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.plan import ClauseForm, DocumentForm
from kepu.plans.models import Clause, PolicyDocument
from kepu.plans.queries import policy
from kepu.plans.services import plan as services
from kepu.plans.views.frame import find_own_plan, tabs, trail


@require_safe
def coverage(request: HttpRequest, slug: str) -> HttpResponse:
    """The library with the measures that serve each clause; first what is not linked yet."""
    plan = find_own_plan(request, slug=slug)
    is_office = rules.can_run_plan(request.user, plan)
    context = {
        "plan": plan,
        "tabs": tabs(plan, current="plans:coverage", is_office=is_office),
        "trail": trail(plan, (_("上级依据"), "")),
        "coverage": policy.coverage(plan),
        "documents": policy.library(plan),
        "is_office": is_office,
        "may_keep": rules.can_keep_library(request.user),
    }
    return render(request, "plans/plan/coverage.html", context)


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every document with its clauses."""
    context = {
        "documents": PolicyDocument.objects.prefetch_related("clauses"),
        "may_keep": rules.can_keep_library(request.user),
    }
    return render(request, "plans/plan/library.html", context)


def add_document(request: HttpRequest) -> HttpResponse:
    allow(rules.can_keep_library(request.user))
    form = DocumentForm(request.POST or None)

    def keep(acting: dict[str, Any]) -> Any:
        return services.add_document(form.words(), **acting)

    return _form_page(request, form=form, keep=keep, title=_("添加文件"))


def edit_document(request: HttpRequest, pk: int) -> HttpResponse:
    allow(rules.can_keep_library(request.user))
    document = get_object_or_404(PolicyDocument, pk=pk)
    names = ("title", "level", "issuer", "number", "issued_on")
    form = DocumentForm(request.POST or None, initial={name: getattr(document, name) for name in names})

    def keep(acting: dict[str, Any]) -> Any:
        return services.edit_document(document, words=form.words(), **acting)

    return _form_page(request, form=form, keep=keep, title=_("修改文件"))


@require_POST
def remove_document(request: HttpRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(PolicyDocument, pk=pk)
    with refusals_as_messages(request):
        services.remove_document(document, by=account_of(request), at=now())
        messages.success(request, _("已删除。"))
    return redirect("plans:library")


def add_clause(request: HttpRequest, pk: int) -> HttpResponse:
    allow(rules.can_keep_library(request.user))
    document = get_object_or_404(PolicyDocument, pk=pk)
    form = ClauseForm(request.POST or None)

    def keep(acting: dict[str, Any]) -> Any:
        return services.add_clause(document, words=form.words(), **acting)

    return _form_page(request, form=form, keep=keep, title=_("添加条款"), lead=document.title)


def edit_clause(request: HttpRequest, pk: int) -> HttpResponse:
    allow(rules.can_keep_library(request.user))
    clause = get_object_or_404(Clause.objects.select_related("document"), pk=pk)
    form = ClauseForm(request.POST or None, initial={"number": clause.number, "summary": clause.summary})

    def keep(acting: dict[str, Any]) -> Any:
        return services.edit_clause(clause, words=form.words(), **acting)

    return _form_page(request, form=form, keep=keep, title=_("修改条款"), lead=clause.document.title)


@require_POST
def remove_clause(request: HttpRequest, pk: int) -> HttpResponse:
    clause = get_object_or_404(Clause, pk=pk)
    with refusals_as_messages(request):
        services.remove_clause(clause, by=account_of(request), at=now())
        messages.success(request, _("已删除。"))
    return redirect("plans:library")


def _form_page(
    request: HttpRequest,
    *,
    form: forms.Form,
    keep: Callable[[dict[str, Any]], Any],
    title: str,
    lead: str = "",
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            keep({"by": account_of(request), "at": now()})
            messages.success(request, _("已保存。"))
            return redirect("plans:library")
    back = reverse("plans:library")
    path = [(_("方案"), reverse("plans:list")), (_("上级文件库"), back), (title, "")]
    context = {"form": form, "title": title, "lead": lead, "back": back, "trail": path}
    return render(request, "plans/plan/form.html", context)
