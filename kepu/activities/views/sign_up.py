"""The public sign-up page: one form, without an account, in under a minute."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kepu.accounts.identity import normalised_phone
from kepu.activities import rules
from kepu.activities.forms.sign_up import SignUpForm
from kepu.activities.models import Activity, ActivityState, SignUp
from kepu.activities.people import phone_index
from kepu.activities.queries import sign_up as queries
from kepu.activities.senders import sender, shows_texts_on_the_page
from kepu.activities.services import phone_codes
from kepu.activities.services import registering as services
from kepu.core.access import public
from kepu.core.clock import now
from kepu.core.errors import Refused
from kepu.core.pages import refusals_in_form
from kepu.core.rate_limit import Limit, takes_turn

# A village may sit behind one address; a flood does not.
SIGN_UPS = Limit("sign_up", most=120, seconds=600, cache="limits")
CODES = Limit("sign_up_code", most=40, seconds=600)
TRIES = Limit("sign_up_code_try", most=60, seconds=600)
CONFIRMED = "confirmed_phones"
CONFIRMED_FOR = timedelta(minutes=30)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest, slug: str) -> HttpResponse:
    """Fill in, prove the phone where it is checked, done. Whatever is missing, everything typed stays."""
    rows = queries.to_sign_up(rules.visible_to(request.user))
    activity = get_object_or_404(rows, slug=slug)
    pools = queries.open_pools(activity, at=now())
    closed = _why_closed(activity, has_seats=bool(pools))
    if closed:
        return render(request, "activities/sign_up/closed.html", {"activity": activity, "reason": closed})
    form = SignUpForm(request.POST or None, activity=activity, pools=pools, towns=queries.towns_of(activity))
    page: dict[str, Any] = {"activity": activity, "form": form}
    if request.method == "POST":
        answered = _answer(request, form=form, page=page)
        if answered is not None:
            return answered
    page["checks_phone"] = sender() is not None
    return render(request, "activities/sign_up/form.html", page)


def _answer(request: HttpRequest, *, form: SignUpForm, page: dict[str, Any]) -> HttpResponse | None:
    """What the pressed button asks for; None shows the form again."""
    if "add_person" in request.POST:
        form.with_one_more()
        _forget_errors(form)
    elif "send_code" in request.POST:
        _forget_errors(form)
        page |= send_code(request, form=form)
    elif form.is_valid():
        with refusals_in_form(form):
            return _signed_up(request, form=form)
    page.setdefault("code_sent", bool(form.data.get("code")) or "code" in form.errors)
    return None


def _signed_up(request: HttpRequest, *, form: SignUpForm) -> HttpResponse:
    if not takes_turn(address_of(request), limit=SIGN_UPS, at=now()):
        raise Refused(_("这里刚才报名的人太多，请过几分钟再试。填好的内容还在。"))
    confirmed = sender() is not None and is_confirmed(request, form=form)
    done = services.sign_up(form.asked(is_phone_confirmed=confirmed), by=None, at=now())
    return redirect("activities:my_sign_up", token=done.token)


def is_confirmed(request: HttpRequest, *, form: Any) -> bool:
    """Whether this browser proved the phone within the last half hour, or does so now with a code."""
    phone = form.cleaned_data["phone"]
    if phone_index(normalised_phone(phone)) in confirmed_phones(request):
        return True
    code = form.cleaned_data["code"].strip()
    if not code:
        return False
    if not takes_turn(address_of(request), limit=TRIES, at=now()):
        raise phone_codes.TooManyCodes(field="code")
    remember(request, index=phone_codes.confirm_phone(phone, code=code, at=now()))
    return True


def send_code(request: HttpRequest, *, form: Any) -> dict[str, Any]:
    """Send a code to the phone in the form; what the page says then. A demo shows the code, since nothing is sent."""
    try:
        if not takes_turn(address_of(request), limit=CODES, at=now()):
            raise phone_codes.TooManyCodes(field="phone")
        code = phone_codes.send_code(str(form.data.get("phone", "")), at=now())
    except Refused as refused:
        form.errors.setdefault(refused.field or "phone", form.error_class()).append(str(refused))
        return {"code_sent": isinstance(refused, phone_codes.TooManyCodes)}
    return {
        "code_sent": True,
        "code_was_sent_now": True,
        "shown_code": code if shows_texts_on_the_page() else "",
    }


def confirmed_phones(request: HttpRequest) -> list[str]:
    """The indexes of the phones that this browser proved lately."""
    oldest = (now() - CONFIRMED_FOR).timestamp()
    return [index for index, at in request.session.get(CONFIRMED, {}).items() if at >= oldest]


def remember(request: HttpRequest, *, index: str) -> None:
    request.session[CONFIRMED] = {index: now().timestamp()}


def address_of(request: HttpRequest) -> str:
    """The visitor's own, behind as many proxies as the settings name."""
    return str(get_adapter().get_client_ip(request))


def _why_closed(activity: Activity, *, has_seats: bool) -> str:
    """Why nobody can sign up here now; empty where they can."""
    if activity.state != ActivityState.PUBLISHED:
        return str(activity.get_state_display())
    if activity.sign_up == SignUp.NONE:
        return _("这次活动不用报名，直接来就行。")
    if activity.sign_up == SignUp.STAFF:
        return _("这次活动由工作人员登记，请打电话给主办单位。")
    if activity.sign_up_opens_at and now() < activity.sign_up_opens_at:
        return _("报名还没有开始。")
    if not has_seats or (activity.sign_up_closes_at and now() >= activity.sign_up_closes_at):
        return _("报名已经截止。")
    if sender() is None and queries.is_phone_checked(activity):
        return _("网上报名还没有开通，请打电话给主办单位，或者请村社工作人员代报。")
    return ""


def _forget_errors(form: SignUpForm) -> None:
    """A half-filled form whose other button was pressed is not wrong yet."""
    form.full_clean()
    form.errors.clear()
