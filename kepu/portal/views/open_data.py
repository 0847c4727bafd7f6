"""The open data of a plan at stable addresses: the same in every language, readable from other sites."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from kepu.core.access import public
from kepu.core.pages import cached_for_visitors
from kepu.portal import open_data
from kepu.portal.public_plans import PublicPlan
from kepu.portal.views.plans import shown_or_404

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@public
@require_safe
@cached_for_visitors
def data_json(request: HttpRequest, slug: str) -> HttpResponse:
    content = open_data.as_json(shown_or_404(slug))
    return _open(JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1}))


@public
@require_safe
@cached_for_visitors
def targets_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return _csv(slug, rows=open_data.target_rows, name="targets")


@public
@require_safe
@cached_for_visitors
def measures_csv(request: HttpRequest, slug: str) -> HttpResponse:
    return _csv(slug, rows=open_data.measure_rows, name="measures")


def _csv(slug: str, *, rows: Callable[[PublicPlan], list[dict[str, Any]]], name: str) -> HttpResponse:
    """With a byte order mark, so that office programs read the Chinese; text never starts a formula."""
    with translation.override(settings.LANGUAGE_CODE):
        found = rows(shown_or_404(slug))
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
