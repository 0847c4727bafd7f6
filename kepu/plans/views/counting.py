"""How a target is counted: its rule with what it would count today, its versions, and the way down to the single fact."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kepu.accounts.session import account_of, allow
from kepu.core.clock import now, today
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.ledger.queries import RuleVersion, in_words, question_from, rule_versions, total
from kepu.plans import rules
from kepu.plans.forms.counting import CountingForm
from kepu.plans.models import Target
from kepu.plans.queries.counting import question_for, shipped_rules
from kepu.plans.queries.counting_choices import counting_choices
from kepu.plans.queries.drill_down import asked_part, break_downs, fact_rows
from kepu.plans.queries.goals import goal_progress
from kepu.plans.services import plan as services
from kepu.plans.views.frame import find_target, trail

LAST_PAGE = 200
"""Whoever leafs further is better served by a narrower question; every page costs the rows before it."""


@require_http_methods(["GET", "HEAD", "POST"])
def counting(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule of a target: change it, look at what it would count, save it as the next version."""
    target = _own(request, pk=pk)
    form = _form(request, target=target)
    preview = None
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            if "preview" not in request.POST:
                _save(target, form=form, request=request)
                return redirect("plans:target_counting", pk=pk)
            preview = total(question_from(form.definition()))
    context = {"target": target, "form": form, "preview": preview, "today": today()}
    if request.headers.get("HX-Request"):
        return render(request, "plans/counting/_preview.html", context)
    versions = rule_versions(target.counting_rule) if target.counting_rule else []
    context |= {
        "versions": [(one, in_words(one.question)) for one in versions],
        "is_applying": bool(versions) and not versions[0].is_ready,
        "shipped": [] if versions else list(shipped_rules().values()),
        "trail": _trail(target, (_("计数规则"), "")),
    }
    return render(request, "plans/counting/rule.html", context)


@require_POST
def take_shipped_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Count by a rule that comes with Kepu."""
    target = _own(request, pk=pk)
    with refusals_as_messages(request):
        code = request.POST.get("code", "")
        services.count_by_shipped_rule(target, code=code, by=account_of(request), at=now())
        messages.success(request, _("已按随系统提供的规则计数。"))
    return redirect("plans:target_counting", pk=pk)


@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the newest version through some more months of the past."""
    target = _own(request, pk=pk)
    with refusals_as_messages(request):
        services.go_on_counting(target, by=account_of(request))
    return redirect("plans:target_counting", pk=pk)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """No longer count the target."""
    target = _own(request, pk=pk)
    with refusals_as_messages(request):
        services.stop_counting(target, by=account_of(request), at=now())
        messages.success(request, _("已停用计数规则，各个版本仍然保留。"))
    return redirect("plans:target", pk=pk)


@require_safe
def counted(request: HttpRequest, pk: int) -> HttpResponse:
    """The total of a target taken apart, down to the list of facts and where each came from."""
    target = find_target(request, pk=pk)
    get_object_or_404(rules.plans_worked_on(request.user), pk=target.plan_id)
    goal = goal_progress(target, on=today())
    context: dict[str, Any] = {
        "target": target,
        "goal": goal,
        "trail": _trail(target, (_("数出来的明细"), "")),
        "is_office": rules.can_run_plan(request.user, target.plan),
    }
    if goal.counted is not None:
        context |= _taken_apart(request, target=target, rule=goal.counted.rule)
    return render(request, "plans/counting/counted.html", context)


def _taken_apart(request: HttpRequest, *, target: Target, rule: int) -> dict[str, Any]:
    version = _version(target, rule=rule)
    asked = {name: request.GET.get(name, "") for name in ("quarter", "town", "unit", "evidence")}
    number = request.GET.get("page", "1")
    page = min(max(int(number), 1), LAST_PAGE) if number.isdecimal() and len(number) < 6 else 1
    rows, has_more = fact_rows(version.question, within=asked_part(asked), page=page)
    downs = break_downs(rule)
    labels = {(down.field, part.value): part.label for down in downs for part in down.parts}
    return {
        "break_downs": downs,
        "version": version,
        "words": in_words(version.question),
        "rows": rows,
        "page": page,
        "next_page": page + 1 if has_more and page < LAST_PAGE else None,
        "asked": {name: value for name, value in asked.items() if value},
        "asked_labels": [labels.get((name, value), value) for name, value in asked.items() if value],
    }


def _version(target: Target, *, rule: int) -> RuleVersion:
    return next(one for one in rule_versions(target.counting_rule) if one.pk == rule)


def _form(request: HttpRequest, *, target: Target) -> CountingForm:
    whole = target.plan.region_id
    versions = rule_versions(target.counting_rule) if target.counting_rule else []
    initial = CountingForm.initial_of(question_for(target), whole=whole)
    initial["title"] = versions[0].title if versions else target.name
    return CountingForm(
        request.POST or None,
        initial=initial,
        choices=counting_choices(target.plan),
        whole=whole,
        plan=target.plan.slug,
    )


def _save(target: Target, *, form: CountingForm, request: HttpRequest) -> None:
    by = account_of(request)
    services.count_target(
        target,
        title=form.cleaned_data["title"],
        definition=form.definition(),
        reason=form.cleaned_data["reason"],
        by=by,
        at=now(),
    )
    if services.go_on_counting(Target.objects.select_related("plan__office").get(pk=target.pk), by=by):
        messages.success(request, _("已保存，这个指标从现在起按这条规则计数。"))
    else:
        messages.info(request, _("已保存。以前的记录较多，请继续数完，新规则才生效。"))


def _trail(target: Target, here: tuple[str, str]) -> list[tuple[str, str]]:
    return trail(target.plan, (target.name, reverse("plans:target", args=[target.pk])), here)


def _own(request: HttpRequest, *, pk: int) -> Target:
    found = find_target(request, pk=pk)
    allow(rules.can_run_plan(request.user, found.plan))
    return found
