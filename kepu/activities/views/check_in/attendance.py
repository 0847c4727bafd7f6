"""Afterwards: the list of a session, the live counter, and the page of one sign-in with its evidence and its reversal."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kepu.accounts.session import account_of
from kepu.activities import rules
from kepu.activities.door import FINE, Answer
from kepu.activities.forms.check_in import ReasonForm
from kepu.activities.models import Attendance, FailedScan, SignInSheet
from kepu.activities.queries.attendance import (
    attendances_of,
    failed_scans_of,
    missing_at,
    sheets_of,
    standing_of,
)
from kepu.activities.services import check_in as services
from kepu.activities.views.check_in.frame import find_session, tabs, trail
from kepu.core.clock import now
from kepu.core.pages import refusals_in_form
from kepu.ledger.happenings import EvidenceClass

ON_A_PAGE = 50
FAILED_SHOWN = 50


@require_safe
def list_(request: HttpRequest, pk: int) -> HttpResponse:
    """Who came, who is missing, what failed, which sheets there are."""
    session = find_session(request, pk=pk)
    missing = missing_at(session)
    context = {
        "session": session,
        "standing": standing_of(session),
        "page": Paginator(attendances_of(session), ON_A_PAGE).get_page(request.GET.get("page")),
        "missing": list(missing[: ON_A_PAGE + 1]),
        "failed": [_failed(one) for one in failed_scans_of(session).exclude(reason__in=FINE)[:FAILED_SHOWN]],
        "sheets": sheets_of(session),
        "evidence_names": dict(EvidenceClass.choices),
        "tabs": tabs(session, current="attendance_list"),
        "trail": trail(session),
    }
    return render(request, "activities/check_in/attendance_list.html", context)


def _failed(one: FailedScan) -> dict[str, object]:
    known = one.reason in Answer.values
    return {"scan": one, "words": Answer(one.reason).label if known else one.reason}


@never_cache
@require_safe
def counter(request: HttpRequest, pk: int) -> HttpResponse:
    """The live counter alone, for the page to ask again."""
    session = find_session(request, pk=pk)
    return render(
        request, "activities/check_in/_counter.html", {"session": session, "standing": standing_of(session)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """One sign-in: who, when, how it is known, who entered it; and taking it back."""
    found = get_object_or_404(_single(request), pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.reverse_attendance(
                found, reason=form.cleaned_data["reason"], by=account_of(request), at=now()
            )
            messages.success(request, _("已冲销，台账里记了一条负数，原来的记录保留。"))
            return redirect("activities:attendance", pk=pk)
    context = {
        "attendance": found,
        "evidence": EvidenceClass(found.evidence),
        "form": form,
        "may_reverse": found.reversed_at is None and rules.can_reverse(request.user, found),
        "may_stand_at_door": rules.can_check_in(request.user, found.session),
        "trail": trail(found.session),
    }
    return render(request, "activities/check_in/attendance.html", context)


def _single(request: HttpRequest) -> QuerySet[Attendance]:
    rows = rules.visible_attendances(request.user).select_related(
        "session__activity__organiser", "participant__region", "sheet__added_by", "recorded_by", "reversed_by"
    )
    return rows.defer("participant__phone", "participant__code")


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The photo of a sheet, for those who may see the people on it."""
    sheets = SignInSheet.objects.filter(session__in=rules.visible_sheet_sessions(request.user).values("pk"))
    sheet = get_object_or_404(sheets.exclude(photo=""), pk=pk)
    response = FileResponse(sheet.photo.open("rb"), content_type=sheet.media_type)
    response.headers["Content-Disposition"] = f'inline; filename="sheet-{sheet.pk}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
