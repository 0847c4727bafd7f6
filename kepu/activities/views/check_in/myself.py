"""The page on which somebody checks themselves in with what the screen in the room shows."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kepu.activities import rotating, rules
from kepu.activities.forms.check_in import MyselfForm
from kepu.activities.models import Session
from kepu.activities.queries.door import sessions_for_door
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import AlreadyIn, Myself
from kepu.activities.views.check_in.frame import new_key
from kepu.core.access import public
from kepu.core.clock import now
from kepu.core.errors import BadInput
from kepu.core.pages import refusals_in_form
from kepu.core.rate_limit import Limit, takes_turn

TRIES = Limit("check-in-myself", most=300, seconds=600)
"""From one address: a whole hall may sit behind one. Of a million codes three are good at a time."""


DIGITS = 6


class TooManyTries(BadInput):
    code = "too_many_tries"


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the digits and who one is. Coming from the QR code, the digits are there already."""
    open_to_all = sessions_for_door().filter(activity__in=rules.visible_to(request.user).values("pk"))
    session = get_object_or_404(open_to_all, pk=pk)
    form = MyselfForm(request.POST or None, initial={"key": new_key()})
    permit, is_done = _permit(request, session=session), False
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            is_done = _check_in(request, session=session, form=form)
    context = {
        "session": session,
        "form": form,
        "permit": permit,
        "has_permit": bool(permit),
        "is_done": is_done,
        "name": form.cleaned_data.get("name", "") if is_done else "",
        "has_place": session.activity.latitude is not None and session.activity.longitude is not None,
    }
    return render(request, "activities/check_in/myself.html", context)


def _permit(request: HttpRequest, *, session: Session) -> str:
    """Who comes from the QR code need not type the digits, nor hurry; neither does who has one thing to correct."""
    shown = (request.POST.get("shown") or request.GET.get("c", ""))[:64]
    if len(shown) <= DIGITS or not rotating.is_shown(session, code=shown, at=now()):
        return ""
    return shown if "." in shown else rotating.permit_for(session, at=now())


def _check_in(request: HttpRequest, *, session: Session, form: MyselfForm) -> bool:
    """Whether they are in, now or already."""
    if not takes_turn(str(get_adapter().get_client_ip(request)), limit=TRIES, at=now()):
        raise TooManyTries(_("尝试次数太多，请过几分钟再试，或请工作人员帮您签到。"))
    cleaned = form.cleaned_data
    try:
        services.check_in_myself(
            session,
            me=Myself(code=cleaned["code"], name=cleaned["name"], phone=cleaned["phone"]),
            shown_code=cleaned["shown"],
            position=form.position(),
            key=cleaned["key"],
            at=now(),
        )
    except AlreadyIn:
        return True
    return True
