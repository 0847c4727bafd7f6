"""The public pages of plans: the list, one plan, one measure."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kepu.core.access import public
from kepu.core.clock import now, today
from kepu.core.pages import cached_for_visitors
from kepu.plans.models import Plan
from kepu.portal import public_measures
from kepu.portal.goal_rows import goal_rows
from kepu.portal.plan_rows import action_rows, share_rows, words_of_the_page
from kepu.portal.public_plans import PublicPlan, plan_at, plan_list, public_plan


@public
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """The address to remember: the list of plans, or the plan itself where there is only one."""
    found = plan_list(on=today())
    if found.count == 0:
        return render(request, "portal/plans/none.html")
    if found.count == 1 and found.current:
        return redirect("portal:plan", slug=found.current.slug)
    return render(request, "portal/plans/plans.html", {"plans": found})


@public
@require_safe
@cached_for_visitors
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Goals, progress and sources of one plan."""
    shown = shown_or_404(slug)
    words = words_of_the_page()
    context = {
        "shown": shown,
        "plan": shown.plan,
        "goals": goal_rows(shown.goals),
        "actions": action_rows(shown.actions, words=words),
        "shares": share_rows(shown.actions, words=words),
    }
    return render(request, "portal/plans/plan.html", context)


@public
@require_safe
@cached_for_visitors
def measure(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One measure: what the plan says, who does it, and every report that the office has verified."""
    plan = _plan_or_404(slug)
    shown = public_measures.public_measure(plan, code=code, at=now())
    if shown is None:
        raise Http404
    return render(request, "portal/plans/measure.html", {"shown": shown, "plan": plan})


def shown_or_404(slug: str) -> PublicPlan:
    return public_plan(_plan_or_404(slug), on=today())


def _plan_or_404(slug: str) -> Plan:
    plan = plan_at(slug)
    if plan is None:
        raise Http404
    return plan
