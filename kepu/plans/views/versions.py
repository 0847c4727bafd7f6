"""The history of a plan, and a plan beside another one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from kepu.accounts.session import account_of
from kepu.plans import rules
from kepu.plans.models import Plan
from kepu.plans.queries.side_by_side import side_by_side
from kepu.plans.views.differences import difference_groups


@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every version with what changed in it, newest first, and the plans that it can be laid beside."""
    plan = _plan(request, slug)
    rows = plan.versions.select_related("confirmed_by").defer("content").order_by("-number")
    context = {
        "plan": plan,
        "versions": [(row, difference_groups(row.differences)) for row in rows],
        "others": _comparable(request, plan),
        "may_amend": rules.can_run_plan(account_of(request), plan),
    }
    return render(request, "plans/importing/versions.html", context)


@require_safe
def beside(request: HttpRequest, slug: str, other: str) -> HttpResponse:
    """The plan on the left, the other on the right, matched measure by measure; the older one is always left."""
    plan, second = _plan(request, slug), _plan(request, other)
    if plan.region_id != second.region_id or plan.pk == second.pk:
        raise Http404
    old, new = sorted((plan, second), key=lambda one: (one.starts_in, one.pk))
    context = {"plan": plan, "old": old, "new": new, "comparison": side_by_side(old, new=new)}
    return render(request, "plans/importing/beside.html", context)


def _plan(request: HttpRequest, slug: str) -> Plan:
    plans = rules.visible_plans(account_of(request)).select_related("office", "region", "succeeds")
    return get_object_or_404(plans, slug=slug)


def _comparable(request: HttpRequest, plan: Plan) -> list[Plan]:
    plans = rules.visible_plans(account_of(request)).filter(region=plan.region_id)
    return list(plans.exclude(pk=plan.pk).order_by("-starts_in", "pk"))
