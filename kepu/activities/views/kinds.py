"""Kinds of activity at the desk: everybody reads them, the office keeps them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.session import account_of, allow
from kepu.activities import rules
from kepu.activities.forms.planning_kinds import (
    AbilityFormSet,
    KindForm,
    QuestionFormSet,
    abilities_in,
    ability_rows,
    question_rows,
    questions_in,
)
from kepu.activities.models import Kind
from kepu.activities.services import kinds as services
from kepu.activities.services.kinds import KindWords
from kepu.activities.views.planning_frame import allow_staff, tabs, trail
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form


@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Which kinds there are and how often each was used."""
    allow_staff(request)
    found = Kind.objects.annotate(activity_count=Count("activities")).order_by("position", "code")
    context = {
        "kinds": [kind for kind in found if kind.is_active],
        "retired": [kind for kind in found if not kind.is_active],
        "may_edit": rules.can_edit_kinds(request.user),
        "tabs": tabs("activities:kinds"),
    }
    return render(request, "activities/planning/kinds.html", context)


def add(request: HttpRequest) -> HttpResponse:
    allow(rules.can_edit_kinds(request.user))

    def keep(words: KindWords) -> Kind:
        return services.add_kind(words, by=account_of(request), at=now())

    return _form_page(request, kind=None, keep=keep, title=_("添加类别"))


def edit(request: HttpRequest, code: str) -> HttpResponse:
    allow(rules.can_edit_kinds(request.user))
    kind = get_object_or_404(Kind, code=code)

    def keep(words: KindWords) -> Kind:
        return services.edit_kind(kind, words=words, by=account_of(request), at=now())

    return _form_page(request, kind=kind, keep=keep, title=_("修改类别"))


@require_POST
def retire(request: HttpRequest, code: str) -> HttpResponse:
    return _switch(
        request, code=code, deed=services.retire_kind, done=_("已停用。这一类已有的活动不受影响。")
    )


@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    return _switch(request, code=code, deed=services.restore_kind, done=_("已恢复使用。"))


def _switch(request: HttpRequest, *, code: str, deed: Callable[..., Kind], done: str) -> HttpResponse:
    kind = get_object_or_404(Kind, code=code)
    with refusals_as_messages(request):
        deed(kind, by=account_of(request), at=now())
        messages.success(request, done)
    return redirect("activities:kinds")


def _form_page(
    request: HttpRequest, *, kind: Kind | None, keep: Callable[[KindWords], Kind], title: str
) -> HttpResponse:
    data = request.POST or None
    form = KindForm(data, initial=KindForm.initial_of(kind) if kind else None)
    questions = QuestionFormSet(
        data, initial=question_rows(kind.questions) if kind else None, prefix="questions"
    )
    abilities = AbilityFormSet(data, initial=ability_rows(kind) if kind else None, prefix="abilities")
    if request.method == "POST" and form.is_valid() and questions.is_valid() and abilities.is_valid():
        with refusals_in_form(form):
            keep(form.words(questions=questions_in(questions), abilities=abilities_in(abilities)))
            messages.success(request, _("已保存。"))
            return redirect("activities:kinds")
    back = reverse("activities:kinds")
    context = {
        "form": form,
        "questions": questions,
        "abilities": abilities,
        "kind": kind,
        "title": title,
        "back": back,
        "trail": trail((_("类别"), back), (title, "")),
    }
    return render(request, "activities/planning/kind.html", context)
