"""The auditor's pages: who did what, and who looked at whose personal data."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kepu.accounts import queries, rules, services
from kepu.accounts.forms import AuditSearchForm
from kepu.accounts.session import account_of, allow
from kepu.audit.deeds import deed_name
from kepu.audit.models import Entry
from kepu.core.clock import now

PAGE_SIZE = 50
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """The audit trail, with a search."""
    user = account_of(request)
    allow(rules.can_read_audit(user))
    form = AuditSearchForm(request.GET)
    found = Paginator(queries.audited_entries(user, search=form.search()), PAGE_SIZE)
    page = found.get_page(request.GET.get("page"))
    rows = [(entry, deed_name(entry.deed), _readable(entry)) for entry in page.object_list]
    return render(request, "accounts/audit.html", {"form": form, "page": page, "rows": rows})


@require_safe
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """The same search as a file for a spreadsheet; that it was taken is on record too."""
    user = account_of(request)
    allow(rules.can_read_audit(user))
    form = AuditSearchForm(request.GET)
    found = queries.audited_entries(user, search=form.search())
    services.audit_exported(
        user, asked={key: str(value) for key, value in request.GET.items() if value}, at=now()
    )
    response = StreamingHttpResponse(_csv_lines(found.iterator(chunk_size=500)), content_type="text/csv")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """Who looked at whose phone or id number, when and why."""
    user = account_of(request)
    allow(rules.can_read_audit(user))
    page = Paginator(queries.audited_looks(user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "accounts/looks.html", {"page": page, "rows": queries.with_names(page.object_list)}
    )


class _Line:
    """What csv.writer writes to: it hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _csv_lines(entries: Iterator[Entry]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # Excel takes a file without this mark for GBK
    head = [
        _("时间"),
        _("操作人"),
        _("单位"),
        _("操作"),
        _("对象类型"),
        _("编号"),
        _("对象"),
        _("理由"),
        _("变更"),
    ]
    yield writer.writerow(head)
    for entry in entries:
        yield writer.writerow([_safe_cell(cell) for cell in _cells(entry)])


def _cells(entry: Entry) -> list[Any]:
    return [
        timezone.localtime(entry.at).isoformat(timespec="seconds"),
        entry.actor,
        entry.organisation,
        deed_name(entry.deed),
        entry.object_type,
        entry.object_id,
        entry.object_label,
        entry.reason,
        _readable(entry),
    ]


def _readable(entry: Entry) -> str:
    """What changed as one line: `name: 甲 → 乙; role: lead_unit`."""
    return "; ".join(f"{key}: {_change(value)}" for key, value in entry.changes.items())


def _change(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"{_plain(value[0])} → {_plain(value[1])}"
    return _plain(value)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _safe_cell(cell: Any) -> str:
    """A text that a spreadsheet would run as a formula is marked as text."""
    text = str(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
