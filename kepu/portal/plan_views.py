"""The public pages of a plan, and its open data at stable addresses."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from kepu.core.access import public
from kepu.core.clock import today
from kepu.plans.models import Plan
from kepu.portal import public_plans
from kepu.portal.page_cache import cached_for_visitors
from kepu.portal.public_plans import PublicPlan

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@public
@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """The address to remember: leads to the plan of this year."""
    plan = public_plans.current_plan(on=today())
    if plan is None:
        return render(request, "portal/plans/none.html")
    return redirect("portal:plan", slug=plan.slug)


@public
@require_safe
@cached_for_visitors
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Goals, progress and sources of one plan."""
    shown = _shown(slug)
    others = Plan.objects.filter(is_public=True, region=shown.plan.region).exclude(pk=shown.plan.pk)
    return render(request, "portal/plans/plan.html", {"shown": shown, "plan": shown.plan, "others": others})


@public
@require_safe
@cached_for_visitors
def data_json(request: HttpRequest, slug: str) -> HttpResponse:
    response = JsonResponse(
        public_plans.as_json(_shown(slug)), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    return _open(response)


@public
@require_safe
@cached_for_visitors
def targets_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return _csv(slug, rows=public_plans.target_rows, name="targets")


@public
@require_safe
@cached_for_visitors
def measures_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return _csv(slug, rows=public_plans.measure_rows, name="measures")


def _shown(slug: str) -> PublicPlan:
    plan = get_object_or_404(Plan.objects.select_related("region", "office"), slug=slug, is_public=True)
    return public_plans.public_plan(plan, on=today())


def _csv(slug: str, *, rows: Callable[[PublicPlan], list[dict[str, Any]]], name: str) -> HttpResponse:
    """With a byte order mark, so that office programs read the Chinese; text never starts a formula."""
    found = rows(_shown(slug))
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(found[0]) if found else [])
    writer.writeheader()
    writer.writerows({key: _plain(value) for key, value in row.items()} for row in found)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{name}.csv"'
    return _open(response)


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _open(response: HttpResponse) -> HttpResponse:
    """Open data may be read by pages of other sites."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
