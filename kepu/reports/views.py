"""The page of exports and the files behind its buttons."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from kepu.accounts.models import User
from kepu.accounts.session import account_of
from kepu.core.clock import now, today
from kepu.core.errors import Refused
from kepu.core.pages import refusals_as_messages
from kepu.plans import rules
from kepu.plans.models import Plan, ReportingPeriod
from kepu.reports import services
from kepu.reports.forms import PaperForm, ScopeForm
from kepu.reports.queries import overview
from kepu.reports.writers.fonts import Typefaces, installed_fonts, typefaces


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What can be taken along, in which form, and whether it is early to do so."""
    user = account_of(request)
    plans = overview.plans_to_export(user)
    plan = _chosen(plans, key="slug", wanted=request.GET.get("plan", ""))
    if plan is None:
        return render(request, "reports/home.html", {"plan": None})
    context = _scope(request, plan=plan, plans=plans, user=user)
    return render(request, "reports/home.html", context)


@never_cache
@require_GET
def quarterly_paper(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """The paper about one quarter."""
    period = _period(request, pk=pk)
    with refusals_as_messages(request):
        return _download(
            services.export_quarterly_paper(period, **_paper_arguments(request, file_format=file_format))
        )
    return redirect("reports:home")


@never_cache
@require_GET
def yearly_paper(request: HttpRequest, slug: str, year: int, file_format: str) -> HttpResponse:
    """The paper about one year."""
    plan = _plan(request, slug=slug)
    with refusals_as_messages(request):
        return _download(
            services.export_yearly_paper(
                plan, year=year, **_paper_arguments(request, file_format=file_format)
            )
        )
    return redirect("reports:home")


@never_cache
@require_GET
def final_paper(request: HttpRequest, slug: str, file_format: str) -> HttpResponse:
    """The final assessment of the plan."""
    plan = _plan(request, slug=slug)
    with refusals_as_messages(request):
        return _download(
            services.export_final_paper(plan, **_paper_arguments(request, file_format=file_format))
        )
    return redirect("reports:home")


@never_cache
@require_GET
def ledger(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole ledger, or the part of one unit."""
    plan, user = _plan(request, slug=slug), account_of(request)
    unit = request.GET.get("unit", "")
    with refusals_as_messages(request):
        if not unit:
            return _download(services.export_ledger(plan, by=user, at=now()))
        found = _chosen(overview.units_to_export(user, plan), key="pk", wanted=unit)
        if found is None or str(found.pk) != unit:
            raise Http404
        return _download(services.export_ledger_of(found, plan=plan, by=user, at=now()))
    return redirect("reports:home")


@never_cache
@require_GET
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The files of one quarter."""
    period = _period(request, pk=pk)
    with refusals_as_messages(request):
        exported = services.export_evidence(period, by=account_of(request), at=now())
        response = StreamingHttpResponse(exported.parts, content_type=exported.media_type)
        response["Content-Disposition"] = content_disposition_header(True, exported.name)
        return response
    return redirect("reports:home")


def _scope(request: HttpRequest, *, plan: Plan, plans: list[Plan], user: User) -> dict[str, Any]:
    periods = list(plan.periods.select_related("plan__office", "plan__region"))
    period = _chosen(periods, key="pk", wanted=request.GET.get("period", "")) or None
    if "period" not in request.GET:
        period = overview.latest_due(periods, on=today())
    units = overview.units_to_export(user, plan)
    may_export_papers = rules.can_export_papers(user, plan)
    unit = next((one for one in units if str(one.pk) == request.GET.get("unit", "")), None)
    unit = unit or (None if may_export_papers else units[0])
    return {
        "plan": plan,
        "period": period,
        "unit": unit,
        "may_export_papers": may_export_papers,
        "progress": overview.progress_of(period, on=today()) if period else None,
        "evidence_count": services.evidence_of_quarter(period, seen_by=user).count() if period else 0,
        "form": ScopeForm(
            plans=plans,
            periods=periods,
            units=units,
            may_take_all=may_export_papers,
            initial={
                "plan": plan.slug,
                "period": period.pk if period else "",
                "unit": unit.pk if unit else "",
            },
        ),
        "paper_form": PaperForm(),
        "is_over": today() > plan.last_day,
        **_fonts(),
    }


def _fonts() -> dict[str, Any]:
    """What the PDF will look like on this machine, said before somebody prints it."""
    try:
        faces: Typefaces = typefaces(installed_fonts().families())
    except Refused as refused:
        return {"font_refusal": str(refused), "stand_ins": ()}
    return {"font_refusal": "", "stand_ins": faces.stand_ins}


def _paper_arguments(request: HttpRequest, *, file_format: str) -> dict[str, Any]:
    if file_format not in services.PAPER_WRITERS:
        raise Http404
    form = PaperForm(request.GET)
    if not form.is_valid():
        raise services.NumberTooLong
    return {
        "file_format": file_format,
        "number": form.cleaned_data["number"],
        "by": account_of(request),
        "at": now(),
    }


def _download(file: services.ExportedFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    return response


def _plan(request: HttpRequest, *, slug: str) -> Plan:
    rows = rules.visible_plans(request.user).select_related("office", "region")
    return get_object_or_404(rows, slug=slug)


def _period(request: HttpRequest, *, pk: int) -> ReportingPeriod:
    rows = ReportingPeriod.objects.filter(plan__in=rules.visible_plans(request.user).values("pk"))
    return get_object_or_404(rows.select_related("plan__office", "plan__region"), pk=pk)


def _chosen(rows: list[Any], *, key: str, wanted: str) -> Any:
    """The row that the address names, else the first."""
    named = (row for row in rows if str(getattr(row, key)) == wanted)
    return next(named, next(iter(rows), None))
