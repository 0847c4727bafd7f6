"""Pages that enter people without a scan: walk-ins, paper sheets, head counts, overrides."""

from __future__ import annotations

import io
from datetime import date

import xlsxwriter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kepu.accounts.session import account_of, allow
from kepu.activities import door, rules
from kepu.activities.door import Answer
from kepu.activities.forms.check_in import AdmitForm, HeadCountForm, SheetForm, WalkInForm, walk_in_form
from kepu.activities.models import CheckInWay, Participant, Session
from kepu.activities.queries.attendance import present_among
from kepu.activities.queries.door import doorway_of, entry_of, people_at_door
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in.admitting import NOT_EXPECTED
from kepu.activities.services.check_in.rows import COLUMNS, Rows
from kepu.activities.views.check_in.frame import find_session, new_key, tabs, trail
from kepu.core.clock import now
from kepu.core.pages import refusals_in_form

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHONE_COLUMN = 1


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who had not signed up; after one is entered, the empty form waits for the next."""
    session = find_session(request, pk=pk)
    form = (
        WalkInForm(request.POST)
        if request.method == "POST"
        else walk_in_form(session.activity, key=new_key())
    )
    if form.is_bound and form.is_valid():
        with refusals_in_form(form):
            services.check_in_walk_in(
                session, who=form.who(), key=form.cleaned_data["key"], by=account_of(request), at=now()
            )
            messages.success(request, _("%(name)s 已登记并签到。") % {"name": form.cleaned_data["name"]})
            return redirect(request.path)
    return _page(request, session=session, current="walk_in", context={"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper sheet, typed or as a spreadsheet; what could not be taken is shown, line by line, with its reason."""
    session = find_session(request, pk=pk)
    form = SheetForm(request.POST or None, request.FILES or None, initial={"key": new_key()})
    outcome = None
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            outcome = _enter_sheet(request, session=session, form=form)
            form = SheetForm(initial={"key": new_key(), "text": "\n".join(one.text for one in outcome.bad)})
    return _page(
        request, session=session, current="sign_in_sheet", context={"form": form, "outcome": outcome}
    )


def _enter_sheet(request: HttpRequest, *, session: Session, form: SheetForm) -> services.SheetOutcome:
    typed = form.cleaned_data["text"]
    return services.enter_sheet(
        session,
        rows=_rows(form, session=session, on=localdate(now())),
        photo=form.cleaned_data["photo"],
        way=CheckInWay.SHEET if typed.strip() else CheckInWay.IMPORTED,
        key=form.cleaned_data["key"],
        by=account_of(request),
        at=now(),
    )


def _rows(form: SheetForm, *, session: Session, on: date) -> Rows:
    audience = session.activity.audience
    if form.cleaned_data["text"].strip():
        return services.typed_rows(form.cleaned_data["text"], audience=audience, on=on)
    return services.spreadsheet_rows(form.cleaned_data["spreadsheet"], audience=audience, on=on)


@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """An empty sheet to fill in or to print, with the session named on it."""
    session = find_session(request, pk=pk)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet(_("签到表"))
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        page.write(0, 0, f"{session.activity.title}  {localdate(session.starts_at).isoformat()}", bold)
        for place, heading in enumerate([*COLUMNS, _("签名")]):
            page.write(1, place, heading, bold)
        page.set_column(0, len(COLUMNS), 16)
        page.set_column(PHONE_COLUMN, PHONE_COLUMN, 18, text)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="sign-in-{session.pk}.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def heads(request: HttpRequest, pk: int) -> HttpResponse:
    """How many came, where nobody kept a list."""
    session = find_session(request, pk=pk)
    form = HeadCountForm(request.POST or None, request.FILES or None, initial={"key": new_key()})
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.count_heads(
                session,
                number=form.cleaned_data["number"],
                photo=form.cleaned_data["photo"],
                key=form.cleaned_data["key"],
                by=account_of(request),
                at=now(),
            )
            messages.success(request, _("人数已登记，区科协核实以前单独列出。"))
            return redirect("activities:attendance_list", pk=session.pk)
    return _page(request, session=session, current="head_count", context={"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def admit(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Past the rule, with a reason: too late, on the waiting list, cancelled, another session's."""
    session = find_session(request, pk=pk)
    allow(rules.can_admit(request.user, session))
    found = get_object_or_404(people_at_door().filter(activity=session.activity_id), pk=person)
    form = AdmitForm(request.POST or None, initial={"key": new_key()})
    answer = _answer(found, session=session)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            _admit(found, session=session, form=form, request=request, answer=answer)
            messages.success(request, _("%(name)s 已特别放行。") % {"name": found.name})
            return redirect("activities:check_in", pk=session.pk)
    context = {"form": form, "person": found, "answer": answer}
    return _page(request, session=session, current="check_in", context=context, name="admit")


def _answer(person: Participant, *, session: Session) -> Answer:
    is_in = person.pk in present_among([person], session=session)
    entry = entry_of(person, session=session, is_in=is_in)
    return door.decide(entry, doorway=doorway_of(session), at=now())


def _admit(
    person: Participant, *, session: Session, form: AdmitForm, request: HttpRequest, answer: Answer
) -> None:
    deed = services.admit_unregistered if answer in NOT_EXPECTED else services.admit_late
    deed(
        person,
        session=session,
        reason=form.cleaned_data["reason"],
        key=form.cleaned_data["key"],
        by=account_of(request),
        at=now(),
    )


def _page(
    request: HttpRequest, *, session: Session, current: str, context: dict[str, object], name: str = ""
) -> HttpResponse:
    frame = {"session": session, "tabs": tabs(session, current=current), "trail": trail(session)}
    return render(request, f"activities/check_in/{name or current}.html", frame | context)
