"""The page with which staff scan, its worker, and the screen with which people check themselves in."""

from __future__ import annotations

import json

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kepu.accounts.session import account_of
from kepu.activities import rotating, rules
from kepu.activities.door import FINE, Answer
from kepu.activities.forms.check_in import CodeForm, FindForm, PersonForm
from kepu.activities.models import Session
from kepu.activities.qr import svg_of
from kepu.activities.queries.attendance import find_people, present_among, standing_of
from kepu.activities.queries.door import doorway_of, entry_of
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import Scan
from kepu.activities.views.check_in.frame import find_session, new_key, tabs, trail
from kepu.core.clock import now

SHELL = (
    "css/kepu.css",
    "img/mark.svg",
    "js/kepu.js",
    "js/door.js",
    "js/scan-queue.js",
    "js/scanner.js",
    "vendor/htmx.org/htmx.min.js",
    "vendor/qr-scanner/qr-scanner.min.js",
)
READER = "vendor/qr-scanner/qr-scanner-worker.min.js"
"""The library asks for it beside itself, so under its plain name."""
"""What the page is made of besides itself; the worker keeps these for when there is no network."""


# The vendored reader starts its worker from a blob; only this page lets it.
@csp_update({"worker-src": [SELF, "blob:"]})  # type: ignore[arg-type]  # its stub knows only views without arguments
@never_cache
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Scan, type a code, or find a name. Everything but the camera works as plain forms."""
    session = find_session(request, pk=pk)
    if request.method == "POST":
        return _entered(request, session=session)
    find = FindForm(request.GET)
    found = _found(session, find=find)
    context = {
        "session": session,
        "doorway": doorway_of(session),
        "standing": standing_of(session),
        "code_form": CodeForm(initial={"key": new_key()}),
        "find_form": find,
        "found": found,
        "is_search": bool(request.GET.get("q")),
        "may_admit": rules.can_admit(request.user, session),
        "tabs": tabs(session, current="check_in"),
        "trail": trail(session),
        "library": static("vendor/qr-scanner/qr-scanner.min.js"),
        "words": json.dumps(_words(), ensure_ascii=False),
    }
    return render(request, "activities/check_in/scanner.html", context)


def _words() -> dict[str, str]:
    """The answers in the reader's language, for when the phone has to give them itself."""
    return {answer.value: str(answer.label) for answer in Answer} | {"unnamed": _("未知的人")}


def _found(session: Session, *, find: FindForm) -> list[dict[str, object]]:
    people = find_people(session, text=find.cleaned_data["q"]) if find.is_valid() else []
    present = present_among(people, session=session)
    return [
        {
            "person": one,
            "attendance": present.get(one.pk),
            "entry": entry_of(one, session=session, is_in=one.pk in present),
            "form": PersonForm(initial={"person": one.pk, "key": new_key()}),
        }
        for one in people
    ]


def _entered(request: HttpRequest, *, session: Session) -> HttpResponse:
    """One code typed or one name chosen, on the page without a script."""
    form = PersonForm(request.POST) if "person" in request.POST else CodeForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(next(iter(form.errors.values()))[0]))
        return redirect(request.path)
    seen = Scan(
        key=form.cleaned_data["key"],
        came_at=now(),
        code=form.cleaned_data.get("code", ""),
        participant=form.cleaned_data.get("person"),
    )
    receipt = services.scan(session, seen=seen, by=account_of(request), at=now())
    tell = messages.success if receipt.answer in FINE else messages.error
    tell(request, "　".join(part for part in (receipt.name, str(receipt.answer.label)) if part))
    return redirect(request.path)


@never_cache
@require_safe
def worker(request: HttpRequest, pk: int) -> HttpResponse:
    """The page's service worker. It lies inside the address it serves, so it can serve nothing else."""
    session = find_session(request, pk=pk)
    context = {
        "page": reverse("activities:check_in", args=[session.pk]),
        "shell": [*(static(name) for name in SHELL), f"{settings.STATIC_URL}{READER}"],
    }
    line = f"const KEPT = {json.dumps(context)};\n"
    script = render(request, "activities/check_in/worker.js", {"settings": mark_safe(line)})  # noqa: S308 - made of our own addresses, as JSON
    script.headers["Content-Type"] = "text/javascript; charset=utf-8"
    return script


@never_cache
@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """What the screen in the room shows: a QR code and six digits that change every half minute."""
    session = find_session(request, pk=pk)
    code = rotating.code_at(session, at=now())
    own = reverse("activities:check_in_myself", args=[session.pk])
    context = {
        "session": session,
        "code": code,
        "picture": svg_of(request.build_absolute_uri(f"{own}?c={code.token}")),
        "address": request.build_absolute_uri(own),
        "standing": standing_of(session),
        "tabs": tabs(session, current="check_in_screen"),
        "trail": trail(session),
    }
    template = (
        "activities/check_in/_screen.html"
        if request.headers.get("HX-Request")
        else "activities/check_in/screen.html"
    )
    return render(request, template, context)
