"""Pages of the yardstick: which years there are, what a rubric asks, how far the units are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.rules import is_auditor
from kepu.accounts.session import account_of
from kepu.core.clock import now, today
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.assessment import (
    RubricForm,
    RubricItemFormSet,
    StartRubricForm,
    grades_as_text,
    item_drafts,
)
from kepu.plans.models import AssessmentState, Plan, Rubric, RubricState
from kepu.plans.queries import assessments as queries
from kepu.plans.services import assessment as assessing
from kepu.plans.services import rubrics as services


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """For the office the years and how far they are; for a unit its own assessments."""
    offices = rules.offices_of(request.user)
    mine = rules.visible_assessments(request.user).filter(
        organisation__in=rules.reporting_units_of(request.user)
    )
    rubrics = rules.visible_rubrics(request.user).exclude(
        pk__in=mine.exclude(rubric__plan__office__in=offices).values("rubric")
    )
    waiting = Q(assessments__state=AssessmentState.SELF_REVIEW)
    context = {
        "rubrics": rubrics.select_related("plan").annotate(
            unit_count=Count("assessments"),
            self_review_count=Count("assessments", filter=waiting),
            submitted_count=Count("assessments", filter=Q(assessments__state=AssessmentState.SUBMITTED)),
            appeal_count=Count("assessments", filter=Q(assessments__state=AssessmentState.APPEALED)),
        ),
        "mine": mine.select_related("rubric__plan", "organisation").order_by(
            "-rubric__year", "organisation__path"
        ),
        "may_begin": bool(offices),
    }
    return render(request, "plans/assessment/list.html", context)


def rubric_new(request: HttpRequest) -> HttpResponse:
    """Begin a year from the shipped rubric or from an earlier one."""
    plans = Plan.objects.filter(office__in=rules.offices_of(request.user))
    earlier = Rubric.objects.filter(plan__in=plans).select_related("plan")
    first = plans.first()
    initial = {"plan": first, "year": min(today().year, first.ends_in) if first else None}
    form = StartRubricForm(request.POST or None, initial=initial, plans=plans, rubrics=list(earlier))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            begun = _begin(form, request=request)
            return redirect("plans:rubric_edit", pk=begun.pk)
    return render(request, "plans/assessment/rubric_new.html", {"form": form, "has_plans": first is not None})


@require_safe
def rubric(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, and how far each unit is; in the order of the tree, never of points."""
    found = _rubric(request, pk=pk)
    is_office = rules.can_run_plan(request.user, found.plan)
    may_see_points = is_office or is_auditor(request.user)
    rows = queries.results(found, on=today()) if found.state != RubricState.DRAFT else []
    context = {
        "rubric": found,
        "items": (items := list(found.items.all())),
        "total": sum(item.points for item in items),
        "rows": [row for row in rows if may_see_points or row.is_announced],
        "is_office": is_office,
        "may_see_points": may_see_points,
        "unreviewed": sum(row.assessment.state in queries.UNREVIEWED for row in rows),
        "appeals": queries.open_appeals(found).count(),
        "ended": bool(rows) and all(row.assessment.state == AssessmentState.FINAL for row in rows),
    }
    return render(request, "plans/assessment/rubric.html", context)


def rubric_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft: its head and its lines, all in one form."""
    found = _office_rubric(request, pk=pk)
    if found.state != RubricState.DRAFT:
        messages.error(request, str(services.RubricInUse.message))
        return redirect("plans:rubric", pk=pk)
    form = RubricForm(request.POST or None, initial=_head(found))
    lines = RubricItemFormSet(
        request.POST or None, initial=None if request.POST else _lines(found), prefix="items"
    )
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        with refusals_in_form(form):
            services.edit_rubric(
                found, **form.cleaned_data, items=item_drafts(lines), by=account_of(request), at=now()
            )
            messages.success(request, _("评分表已保存。"))
            return redirect("plans:rubric", pk=pk)
    context = {"rubric": found, "form": form, "lines": lines}
    return render(request, "plans/assessment/rubric_edit.html", context)


@require_POST
def rubric_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the units for their self-review."""
    found = _rubric(request, pk=pk)
    with refusals_as_messages(request):
        opened = services.open_rubric(found, by=account_of(request), at=now())
        messages.success(request, _("已开放自评，通知了 %(count)d 个单位。") % {"count": len(opened)})
    return redirect("plans:rubric", pk=pk)


@require_POST
def rubric_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Announce the results."""
    found = _rubric(request, pk=pk)
    with refusals_as_messages(request):
        assessing.publish(found, by=account_of(request), at=now())
        messages.success(request, _("结果已公布，各单位都收到了通知。"))
    return redirect("plans:rubric", pk=pk)


@require_POST
def rubric_finalise(request: HttpRequest, pk: int) -> HttpResponse:
    """End the year."""
    found = _rubric(request, pk=pk)
    with refusals_as_messages(request):
        assessing.finalise(found, by=account_of(request), at=now())
        messages.success(request, _("本年度考核已定稿。"))
    return redirect("plans:rubric", pk=pk)


def _rubric(request: HttpRequest, *, pk: int) -> Rubric:
    return get_object_or_404(rules.visible_rubrics(request.user).select_related("plan__office"), pk=pk)


def _office_rubric(request: HttpRequest, *, pk: int) -> Rubric:
    """The form is for the office alone; for anyone else the page does not exist."""
    offices = rules.offices_of(request.user)
    rows = rules.visible_rubrics(request.user).filter(plan__office__in=offices)
    return get_object_or_404(rows.select_related("plan__office"), pk=pk)


def _begin(form: StartRubricForm, *, request: HttpRequest) -> Rubric:
    data: dict[str, Any] = {"year": form.cleaned_data["year"], "by": account_of(request), "at": now()}
    if form.source_rubric:
        return services.begin_from(form.source_rubric, **data)
    return services.begin_from_default(form.cleaned_data["plan"], **data)


def _head(found: Rubric) -> dict[str, Any]:
    return {"title": found.title, "due_on": found.due_on, "grades": grades_as_text(found)}


def _lines(found: Rubric) -> list[dict[str, Any]]:
    return [
        {"title": item.title, "source": item.source, "points": item.points, "guidance": item.guidance}
        for item in found.items.all()
    ]
