"""The page on which anybody checks a published count or a certificate, without learning who was there."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kepu.core.access import public
from kepu.core.clock import now
from kepu.core.rate_limit import Limit, takes_turn
from kepu.ledger.forms import NumberForm
from kepu.ledger.names import certificate_fact
from kepu.ledger.queries.proofs import closings, published_count, standing_of

LOOKS = Limit("verify-a-number", most=30, seconds=60)
"""Numbers follow each other, so nobody shall go through them all."""


@public
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a number; every closed period stands below with its root."""
    form = NumberForm(request.GET if "number" in request.GET else None)
    context: dict[str, Any] = {"form": form, "closings": closings()}
    if form.is_bound and form.is_valid():
        if not takes_turn(str(get_adapter().get_client_ip(request)), limit=LOOKS, at=now()):
            return render(request, "ledger/verify.html", context | {"is_too_often": True}, status=429)
        context |= _found(form.cleaned_data["number"].strip())
    return render(request, "ledger/verify.html", context)


def _found(number: str) -> dict[str, Any]:
    count = published_count(number)
    key = "" if count else certificate_fact(number)
    certificate = standing_of(key) if key else None
    return {
        "number": number,
        "count": count,
        "certificate": certificate,
        "is_unknown": count is None and certificate is None,
    }
