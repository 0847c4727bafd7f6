"""Lists in and out: a village or a class signed up at once, the list of an activity as a table."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kepu.accounts.session import account_of, allow
from kepu.activities import rules
from kepu.activities.forms.sign_up_desk import ListForm, PurposeForm
from kepu.activities.models import Activity
from kepu.activities.queries import sign_up as queries
from kepu.activities.services.check_in.rows import COLUMNS, GUARDIAN, Rows, spreadsheet_rows, typed_rows
from kepu.activities.services.sign_up_exports import MEDIA_TYPE, export_sign_ups
from kepu.activities.services.sign_up_lists import ListAsked, sign_up_list
from kepu.activities.views.sign_up_desk import unit_of
from kepu.core.clock import now, today
from kepu.core.pages import refusals_in_form


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Good rows are signed up at once; the others are shown with line and reason, to be mended and sent again."""
    activity = _activity(request, slug=slug)
    allow(rules.can_sign_up_others(request.user, activity))
    pools = queries.open_pools(activity, at=now())
    form = ListForm(
        request.POST or None, request.FILES or None, pools=pools, towns=queries.towns_of(activity)
    )
    page = {"activity": activity, "form": form, "has_pools": bool(pools)}
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            asked = _asked(request, form=form, activity=activity)
            page["done"] = sign_up_list(asked, by=account_of(request), at=now())
            return render(request, "activities/sign_up_desk/list_done.html", page)
    return render(request, "activities/sign_up_desk/list_upload.html", page)


@require_safe
def template(request: HttpRequest, slug: str) -> HttpResponse:
    """An empty table with the right heading."""
    activity = _activity(request, slug=slug)
    allow(rules.can_sign_up_others(request.user, activity))
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("名单")
    sheet.set_column(0, len(COLUMNS), 16)
    sheet.write_row(0, 0, [*COLUMNS, GUARDIAN], book.add_format({"bold": True}))
    book.close()
    return _download(file.getvalue(), name=_("报名名单模板.xlsx"))


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """The list with phones, for a purpose that is kept."""
    activity = _activity(request, slug=slug)
    allow(rules.can_export_sign_ups(request.user, activity))
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            content = export_sign_ups(
                activity, purpose=form.cleaned_data["purpose"], by=account_of(request), at=now()
            )
            name = _("%(title)s报名名单%(day)s.xlsx") % {"title": activity.title, "day": today()}
            return _download(content, name=name)
    return render(request, "activities/sign_up_desk/export.html", {"activity": activity, "form": form})


def _asked(request: HttpRequest, *, form: ListForm, activity: Activity) -> ListAsked:
    data = form.cleaned_data
    pool = form.pools[data["pool"]]
    return ListAsked(
        pool=pool,
        rows=_rows(form, audience=pool.audience or activity.audience),
        party=data["party"],
        party_name=data["party_name"],
        contact_name=data["contact_name"],
        contact_phone=data["contact_phone"],
        key=data["key"],
        region=form.towns.get(data["town"]),
        organisation=unit_of(request),
        guardians_agreed=data["guardians_agreed"],
    )


def _rows(form: ListForm, *, audience: str) -> Rows:
    if form.cleaned_data["spreadsheet"]:
        return spreadsheet_rows(form.cleaned_data["spreadsheet"], audience=audience, on=today())
    return typed_rows(form.cleaned_data["text"], audience=audience, on=today())


def _activity(request: HttpRequest, *, slug: str) -> Activity:
    rows = rules.visible_to(request.user).select_related("kind", "organiser", "region")
    return get_object_or_404(rows, slug=slug)


def _download(content: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition or "attachment"
    return response
