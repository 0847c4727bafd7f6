"""The page of the final assessment of a plan."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kepu.core.clock import today
from kepu.plans import rules
from kepu.plans.queries.final import final_assessment as assess


@require_safe
def final_assessment(request: HttpRequest, slug: str) -> HttpResponse:
    """What the plan reached, action by action and target by target."""
    plan = get_object_or_404(rules.visible_plans(request.user).select_related("office"), slug=slug)
    context = {
        "plan": plan,
        "assessment": assess(plan, on=today()),
        "may_export": rules.can_export_papers(request.user, plan),
    }
    return render(request, "plans/assessment/final.html", context)
