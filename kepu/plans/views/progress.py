"""Pages of reporting for a unit: what is to be written, the form, and the report as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.models import Organisation, User
from kepu.accounts.session import account_of
from kepu.core.clock import now, today
from kepu.core.errors import Refused
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.plans import rules
from kepu.plans.forms.fields import ReasonForm
from kepu.plans.forms.progress import (
    FigureRows,
    ReportFilterForm,
    ReportForm,
    content_of,
    files_of,
)
from kepu.plans.models import (
    Measure,
    ProgressReport,
    ReportingPeriod,
    ReportState,
    Target,
)
from kepu.plans.queries.figures import typed_already
from kepu.plans.queries.handed_in import HANDED_IN, SET_ASIDE, current_version
from kepu.plans.queries.structure import responsible_for
from kepu.plans.queries.waiting import waiting_for_office, waiting_for_units
from kepu.plans.services import progress as services
from kepu.plans.views.frame import Trail, find_measure, trail


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """What waits: for my units to write, for my office to verify; and below, everything I may see."""
    user = account_of(request)
    units, offices = rules.reporting_units_of(user), rules.offices_of(user)
    found = rules.visible_reports(user)
    form = ReportFilterForm(request.GET, units=_units_of(found))
    page = Paginator(_filtered(found, form=form), 20).get_page(request.GET.get("page"))
    context = {
        "mine": waiting_for_units(units, on=today()) if units else None,
        "office": waiting_for_office(offices) if offices else None,
        "several_units": len(units) > 1,
        "form": form,
        "page": page,
        "today": today(),
    }
    return render(request, "plans/progress/reports.html", context)


@dataclass(frozen=True)
class Desk:
    """What a report is written on: which measure, unit and quarter, and what there is already."""

    measure: Measure
    organisation: Organisation
    period: ReportingPeriod
    report: ProgressReport | None

    @property
    def targets(self) -> Sequence[Target]:
        found = Target.objects.filter(plan=self.period.plan, withdrawn_in__isnull=True)
        return list(found.filter(Q(measure__isnull=True) | Q(measure=self.measure)))

    @property
    def partners(self) -> Sequence[Organisation]:
        units = [row.organisation for row in responsible_for(self.measure)]
        return [unit for unit in units if unit.pk != self.organisation.pk]


def write_report(request: HttpRequest, measure: int, period: int, unit: int) -> HttpResponse:
    """One page: text, figures, files. Save as often as needed, hand in once."""
    desk = _desk(request, measure=measure, period=period, unit=unit)
    if desk.report and desk.report.state not in services.EDITABLE:
        return redirect("plans:report", pk=desk.report.pk)
    if request.method != "POST":
        form = ReportForm(initial=_initial(desk.report))
        return _form_page(request, desk=desk, form=form, rows=_rows(desk))
    form, rows = ReportForm(request.POST), _rows(desk, data=request.POST, more="add_figure" in request.POST)
    if "add_figure" in request.POST:
        return _form_page(request, desk=desk, form=form, rows=rows)
    if form.is_valid():
        with refusals_in_form(form):
            return _keep(request, desk=desk, form=form, rows=rows)
    return _form_page(request, desk=desk, form=form, rows=rows)


def _keep(request: HttpRequest, *, desk: Desk, form: ReportForm, rows: FigureRows) -> HttpResponse:
    """First keep everything that was typed, then the files, then hand in: a refusal later loses nothing."""
    user = account_of(request)
    report = services.save_report(
        desk.measure,
        organisation=desk.organisation,
        period=desk.period,
        content=content_of(form, rows=rows),
        by=user,
        at=now(),
    )
    if "autosave" in request.POST:
        return render(request, "plans/progress/_saved.html", {"report": report})
    all_kept = _attach(request, report=report, by=user)
    if "submit" not in request.POST or not all_kept:
        messages.success(request, _("草稿已保存，可以随时回来继续。"))
        return redirect(request.path)
    return _submit(request, desk=desk, report=report, form=form, rows=rows)


def _submit(
    request: HttpRequest, *, desk: Desk, report: ProgressReport, form: ReportForm, rows: FigureRows
) -> HttpResponse:
    rows.explain_what_is_missing()
    with refusals_in_form(form):
        services.submit_report(report, by=account_of(request), at=now())
        messages.success(request, _("已提交，等区纲要办核实。"))
        return redirect("plans:report", pk=report.pk)
    found = Desk(desk.measure, desk.organisation, desk.period, report)
    return _form_page(request, desk=found, form=form, rows=rows)


def _attach(request: HttpRequest, *, report: ProgressReport, by: User) -> bool:
    """Add the files that can be added; each that cannot is named in a message."""
    all_kept = True
    for upload in files_of(request.FILES):
        try:
            services.attach_evidence(report, upload=upload, by=by, at=now())
        except Refused as refused:
            messages.error(request, str(refused))
            all_kept = False
    return all_kept


def _form_page(request: HttpRequest, *, desk: Desk, form: ReportForm, rows: FigureRows) -> HttpResponse:
    context = {
        "desk": desk,
        "report": desk.report,
        "evidence": [] if desk.report is None else desk.report.evidence.all(),
        "form": form,
        "rows": rows.rows,
        "row_count": rows.count,
        "others": typed_already(desk.measure, period=desk.period, by_other_than=desk.organisation),
        "previous": _previous(desk.measure, organisation=desk.organisation, period=desk.period),
        "limit": f"{settings.EVIDENCE_MAX_BYTES // (1024 * 1024)} MB",
        "trail": _trail(desk.measure, _("填报")),
        "today": today(),
    }
    return render(request, "plans/progress/write.html", context)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what it says, what proves it, what was decided, and what can be done with it now."""
    found = _report(request, pk=pk)
    is_own = rules.can_change_report(request.user, found)
    is_open = found.period.locked_at is None and found.period.plan.state == "running"
    versions = list(_versions(request, report=found))
    context = {
        "report": found,
        "figures": found.figures.select_related("target").prefetch_related("credited"),
        "evidence": found.evidence.select_related("added_by"),
        "versions": versions,
        "previous": _previous(found.measure, organisation=found.organisation, period=found.period),
        "others": typed_already(found.measure, period=found.period, by_other_than=found.organisation),
        "may_edit": is_own and is_open and found.state in services.EDITABLE,
        "may_drop": is_own and is_open and found.version > 1 and found.state in services.EDITABLE,
        "may_withdraw": is_own and is_open and found.state == ReportState.SUBMITTED,
        "may_amend": is_own and is_open and found.state == ReportState.ACCEPTED and not _is_amended(versions),
        "may_verify": rules.can_verify(request.user, found)
        and is_open
        and found.state == ReportState.SUBMITTED,
        "trail": _trail(found.measure, _("填报")),
    }
    return render(request, "plans/progress/report.html", context)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _report(request, pk=pk)
    with refusals_as_messages(request):
        services.withdraw_submission(found, by=account_of(request), at=now())
        messages.success(request, _("已撤回，现在是草稿，可以修改后再提交。"))
    return redirect("plans:report", pk=pk)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    found = _report(request, pk=pk)
    with refusals_as_messages(request):
        services.accept_report(found, by=account_of(request), at=now())
        messages.success(request, _("已核实，数字计入全区。"))
    return _next_to_verify(request, pk=pk)


@require_POST
def return_(request: HttpRequest, pk: int) -> HttpResponse:
    found = _report(request, pk=pk)
    return _with_reason(
        request, report=found, deed=services.return_report, done=_("已退回，单位会收到消息。")
    )


@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    found = _report(request, pk=pk)
    done = _("已建立更正稿。提交并核实以后，才会代替原来的填报。")
    return _with_reason(request, report=found, deed=services.amend_report, done=done)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    found = _report(request, pk=pk)
    with refusals_as_messages(request):
        services.drop_amendment(found, by=account_of(request), at=now())
        messages.success(request, _("已放弃更正稿，原来核实的填报继续有效。"))
    return redirect("plans:report", pk=pk)


@require_safe
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """Stream a file to those who may see its report; never shown inside the site's own pages."""
    found = get_object_or_404(rules.visible_evidence(request.user), pk=pk)
    response = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def remove_evidence(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(rules.visible_evidence(request.user).select_related("report__period"), pk=pk)
    with refusals_as_messages(request):
        services.remove_evidence(found, by=account_of(request), at=now())
        messages.success(request, _("已删除“%(name)s”。") % {"name": found.name})
    return redirect(_form_address(found.report))


def _with_reason(
    request: HttpRequest, *, report: ProgressReport, deed: Callable[..., ProgressReport], done: str
) -> HttpResponse:
    """Do what needs a reason; a refusal shows the report again with the reason as it was typed."""
    form = ReasonForm(request.POST)
    if form.is_valid():
        with refusals_in_form(form):
            decided = deed(report, by=account_of(request), at=now(), **form.cleaned_data)
            messages.success(request, done)
            if decided.state in services.EDITABLE and decided.pk != report.pk:
                return redirect(_form_address(decided))
            return redirect("plans:report", pk=decided.pk)
    for error in form.errors.values():
        messages.error(request, " ".join(map(str, error)))
    return redirect("plans:report", pk=report.pk)


def _next_to_verify(request: HttpRequest, *, pk: int) -> HttpResponse:
    """After one report the next that waits, so that an office can work through its list."""
    waiting = waiting_for_office(rules.offices_of(account_of(request))).to_verify
    if "next" in request.POST and waiting:
        return redirect("plans:report", pk=waiting[0].pk)
    return redirect("plans:report", pk=pk)


def _report(request: HttpRequest, *, pk: int) -> ProgressReport:
    found = rules.visible_reports(request.user).select_related(
        "measure__action__plan", "organisation", "period__plan__office", "changed_by"
    )
    return get_object_or_404(found, pk=pk)


def _desk(request: HttpRequest, *, measure: int, period: int, unit: int) -> Desk:
    """The place to write, for people of the unit; for everybody else there is no such page."""
    user = account_of(request)
    found = find_measure(request, pk=measure)
    periods = ReportingPeriod.objects.filter(plan=found.action.plan).select_related("plan__office")
    quarter = get_object_or_404(periods, pk=period)
    mine = Organisation.objects.filter(pk__in=rules.reporting_units_of(user))
    organisation = get_object_or_404(mine, pk=unit)
    versions = ProgressReport.objects.filter(measure=found, organisation=organisation, period=quarter)
    current = current_version(versions)
    if current is None:
        get_object_or_404(mine if rules.can_report(user, found, organisation) else mine.none(), pk=unit)
    return Desk(found, organisation, quarter, current)


def _rows(desk: Desk, *, data: Any = None, more: bool = False) -> FigureRows:
    return FigureRows(data, report=desk.report, targets=desk.targets, partners=desk.partners, more=int(more))


def _initial(report: ProgressReport | None) -> dict[str, str]:
    if report is None:
        return {}
    return {"text": report.text, "next_steps": report.next_steps, "standing": report.standing}


def _form_address(report: ProgressReport) -> Any:
    return reverse("plans:write_report", args=[report.measure_id, report.period_id, report.organisation_id])


def _previous(
    measure: Measure, *, organisation: Organisation, period: ReportingPeriod
) -> ProgressReport | None:
    """The unit's report of the quarter before this one, as it holds."""
    earlier = Q(period__year__lt=period.year) | Q(
        period__year=period.year, period__quarter__lt=period.quarter
    )
    found = ProgressReport.objects.filter(
        earlier, measure=measure, organisation=organisation, state__in=HANDED_IN
    )
    newest = found.order_by("-period__year", "-period__quarter", "-version").select_related("period")
    return newest.prefetch_related("figures").first()


def _versions(request: HttpRequest, *, report: ProgressReport) -> QuerySet[ProgressReport]:
    """All versions of a report that the visitor may see, with what was decided on each."""
    same = rules.visible_reports(request.user).filter(
        measure=report.measure_id, organisation=report.organisation_id, period=report.period_id
    )
    return same.prefetch_related("decisions").order_by("-version")


def _is_amended(versions: Sequence[ProgressReport]) -> bool:
    """Whether a next version is under way; there is only ever one."""
    return any(one.state not in {ReportState.ACCEPTED, *SET_ASIDE} for one in versions)


def _units_of(reports: QuerySet[ProgressReport]) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk__in=reports.values("organisation"))


def _filtered(reports: QuerySet[ProgressReport], *, form: ReportFilterForm) -> QuerySet[ProgressReport]:
    if form.is_valid():
        if form.cleaned_data["state"]:
            reports = reports.filter(state=form.cleaned_data["state"])
        if form.cleaned_data["unit"]:
            reports = reports.filter(organisation=form.cleaned_data["unit"])
    return reports.select_related("measure", "organisation", "period").order_by(
        "-period__year", "-period__quarter", "measure__action__position", "measure__position", "pk"
    )


def _trail(measure: Measure, here: str) -> Trail:
    return trail(
        measure.action.plan, (measure.title, reverse("plans:measure", args=[measure.pk])), (here, "")
    )
