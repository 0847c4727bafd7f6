"""Pages of one unit's assessment: look, review oneself, review, appeal, answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.rules import is_auditor
from kepu.accounts.session import account_of
from kepu.core.clock import now, today
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.assessment import AnswerForm, AppealForm, ReasonForm, ReviewForm, SelfReviewForm
from kepu.plans.models import Appeal, Assessment, AssessmentState, Score
from kepu.plans.queries import assessments as queries
from kepu.plans.services import assessment as services


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Line by line: points, how they came about, on what they rest, and what was appealed."""
    found = _assessment(request, pk=pk)
    is_office = rules.can_assess(request.user, found)
    result = queries.result(found, on=today())
    context = {
        "assessment": found,
        "result": result,
        "is_office": is_office,
        "is_own": rules.can_self_review(request.user, found),
        "may_appeal": rules.can_appeal(request.user, found),
        "shows_points": result.is_announced or is_office or is_auditor(request.user),
        "is_past_due": bool(found.rubric.due_on and today() > found.rubric.due_on),
        "reason_form": ReasonForm(),
        "states": AssessmentState,
    }
    return render(request, "plans/assessment/assessment.html", context)


def self_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Save as often as needed, hand in once."""
    found = _own_assessment(request, pk=pk)
    if request.method == "GET" and found.state != AssessmentState.SELF_REVIEW:
        return redirect("plans:assessment", pk=pk)
    form = SelfReviewForm(request.POST or None, **_form_data(found))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.save_self_review(found, entries=form.entries(), by=account_of(request), at=now())
            done = _("已保存，可以随时回来继续。")
            if "submit" in request.POST:
                services.submit_self_review(found, by=account_of(request), at=now())
                done = _("自评已提交，等办公室复核。")
            messages.success(request, done)
            return redirect("plans:assessment", pk=pk)
    return render(request, "plans/assessment/self_review.html", {"assessment": found, "form": form})


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The office gives points item by item."""
    found = _office_assessment(request, pk=pk)
    form = ReviewForm(request.POST or None, **_form_data(found))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.review(found, entries=form.entries(), by=account_of(request), at=now())
            messages.success(request, _("复核已保存。"))
            return redirect("plans:assessment", pk=pk)
    context = {"assessment": found, "form": form, "reason_form": ReasonForm()}
    return render(request, "plans/assessment/review.html", context)


@require_POST
def return_self_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the unit, with a reason."""
    found = _office_assessment(request, pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    with refusals_as_messages(request):
        services.return_self_review(found, reason=reason, by=account_of(request), at=now())
        messages.success(request, _("已退回，单位会看到理由。"))
    return redirect("plans:assessment", pk=pk)


@require_POST
def close_self_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on without a self-review."""
    found = _office_assessment(request, pk=pk)
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    with refusals_as_messages(request):
        services.close_self_review(found, reason=reason, by=account_of(request), at=now())
        messages.success(request, _("自评已截止，可以开始复核。"))
    return redirect("plans:assessment", pk=pk)


def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit disagrees with one score."""
    own = rules.visible_assessments(request.user).filter(
        organisation__in=rules.reporting_units_of(request.user)
    )
    rows = Score.objects.filter(assessment__in=own.values("pk"), points__isnull=False)
    score = get_object_or_404(rows.select_related("item", "assessment__rubric__plan__office"), pk=pk)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.appeal(score, text=form.cleaned_data["text"], by=account_of(request), at=now())
            messages.success(request, _("申诉已提交，答复后会通知您。"))
            return redirect("plans:assessment", pk=score.assessment_id)
    context = {"score": score, "assessment": score.assessment, "form": form}
    return render(request, "plans/assessment/appeal.html", context)


def answer_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """The office answers."""
    rows = Appeal.objects.filter(
        score__assessment__rubric__plan__office__in=rules.offices_of(request.user)
    ).select_related("score__item", "score__assessment__rubric__plan__office", "made_by")
    made = get_object_or_404(rows, pk=pk)
    form = AnswerForm(request.POST or None, full=made.score.item.points)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            _answer(made, data=form.cleaned_data, request=request)
            messages.success(request, _("已答复，单位会收到通知。"))
            return redirect("plans:assessment", pk=made.score.assessment_id)
    context = {"appeal": made, "assessment": made.score.assessment, "form": form}
    return render(request, "plans/assessment/answer.html", context)


def _answer(made: Appeal, *, data: dict[str, Any], request: HttpRequest) -> None:
    if data["decision"] == AnswerForm.UPHELD:
        services.uphold_appeal(
            made, points=data["points"], answer=data["answer"], by=account_of(request), at=now()
        )
    else:
        services.dismiss_appeal(made, answer=data["answer"], by=account_of(request), at=now())


def _form_data(found: Assessment) -> dict[str, Any]:
    return {
        "result": queries.result(found, on=today()),
        "reports": list(queries.reports_to_cite(found)),
    }


def _assessment(request: HttpRequest, *, pk: int) -> Assessment:
    rows = rules.visible_assessments(request.user)
    return get_object_or_404(rows.select_related("rubric__plan__office", "organisation"), pk=pk)


def _own_assessment(request: HttpRequest, *, pk: int) -> Assessment:
    units = rules.reporting_units_of(request.user)
    rows = rules.visible_assessments(request.user).filter(organisation__in=units)
    return get_object_or_404(rows.select_related("rubric__plan__office", "organisation"), pk=pk)


def _office_assessment(request: HttpRequest, *, pk: int) -> Assessment:
    offices = rules.offices_of(request.user)
    rows = rules.visible_assessments(request.user).filter(rubric__plan__office__in=offices)
    return get_object_or_404(rows.select_related("rubric__plan__office", "organisation"), pk=pk)
