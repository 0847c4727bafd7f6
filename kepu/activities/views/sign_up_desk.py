"""Sign-ups at the desk: who comes, one sign-up, signing somebody up at the counter, seats."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kepu.accounts.models import Organisation, Role
from kepu.accounts.rules import STAFF_ROLES, active_memberships, organisations_of
from kepu.accounts.session import account_of, allow
from kepu.activities import rules
from kepu.activities.forms.my_sign_ups import MoveForm
from kepu.activities.forms.sign_up import CounterForm
from kepu.activities.forms.sign_up_desk import PurposeForm, ReasonForm, SeatsForm, SignUpFilter, WaiverForm
from kepu.activities.models import Activity, Registration, RegistrationState
from kepu.activities.queries import sign_up as queries
from kepu.activities.senders import sender
from kepu.activities.services import changing
from kepu.activities.services import phone_check as waivers
from kepu.activities.services import registering as services
from kepu.activities.services import seats as seat_services
from kepu.activities.services.sign_up_exports import show_phone as services_show_phone
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form

ROWS_A_PAGE = 50


@require_safe
def listed(request: HttpRequest, slug: str) -> HttpResponse:
    """Everybody who signed up, by state and seats, found by name, pinyin, number or the end of a phone."""
    activity = _activity(request, slug=slug)
    seen = rules.sign_ups_seen_by(request.user, activity)
    may_sign_up = rules.can_sign_up_others(request.user, activity)
    allow(may_sign_up or rules.can_see_people(request.user, activity))
    pools = list(activity.pools.select_related("session").order_by("session__starts_at", "pk"))
    form = SignUpFilter(request.GET, pools=pools)
    rows = queries.sign_ups_found(seen, **form.wanted())
    page = {
        "activity": activity,
        "filter": form,
        "page": Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "pools": [(pool, changing.where_of(pool)) for pool in pools],
        "waiting": queries.waiting_people(activity),
        "may_manage": rules.can_manage(request.user, activity),
        "may_sign_up": may_sign_up,
    }
    return render(request, "activities/sign_up_desk/list.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A clerk signs somebody up who stands at the counter or is on the phone."""
    activity = _activity(request, slug=slug)
    allow(rules.can_sign_up_others(request.user, activity))
    pools = queries.open_pools(activity, at=now())
    if not pools:
        messages.error(request, _("没有可以报名的场次和名额。"))
        return redirect("activities:sign_ups", slug=slug)
    form = CounterForm(request.POST or None, activity=activity, pools=pools, towns=queries.towns_of(activity))
    if "add_person" in request.POST:
        form.with_one_more()
        form.full_clean()
        form.errors.clear()
    elif request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            by = account_of(request)
            asked = form.asked(clerk=by.name, organisation=unit_of(request))
            done = services.sign_up(asked, by=by, at=now())
            messages.success(request, _said(done.registration))
            return redirect("activities:sign_up_desk", number=done.registration.number)
    return render(request, "activities/sign_up_desk/new.html", {"activity": activity, "form": form})


@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """One sign-up: who, where, what was agreed to; the phone stays covered until somebody says why."""
    found = _sign_up(request, number=number)
    return render(request, "activities/sign_up_desk/one.html", _page_of(found))


@require_POST
def show_phone(request: HttpRequest, number: str) -> HttpResponse:
    """The phone, once, on this answer only."""
    found = _sign_up(request, number=number)
    form = PurposeForm(request.POST)
    page = _page_of(found) | {"purpose_form": form}
    if form.is_valid():
        with refusals_in_form(form):
            page["phone"] = services_show_phone(
                found, purpose=form.cleaned_data["purpose"], by=account_of(request), at=now()
            )
    return render(request, "activities/sign_up_desk/one.html", page)


@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody on the phone says yes to a seat that came free."""
    with refusals_as_messages(request):
        changing.accept_offer(_sign_up(request, number=number), by=account_of(request), at=now())
        messages.success(request, _("名额已确认。"))
    return redirect("activities:sign_up_desk", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """Take a sign-up off the list, with a reason that its people read."""
    found = _sign_up(request, number=number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            changing.cancel_for(found, reason=form.cleaned_data["reason"], by=account_of(request), at=now())
            messages.success(request, _("已取消，报名的人会收到通知。"))
            return redirect("activities:sign_up_desk", number=number)
    page = {"registration": found, "form": form, "deed": "cancel"}
    return render(request, "activities/sign_up_desk/deed.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, number: str) -> HttpResponse:
    """To other seats of the same activity, with a reason."""
    found = _sign_up(request, number=number)
    pools = [pool for pool in queries.open_pools(found.activity, at=now()) if pool.pk != found.pool_id]
    form = MoveForm(request.POST or None, pools=pools)
    reason = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and reason.is_valid():
        with refusals_in_form(form):
            changing.move_for(
                found,
                to=form.chosen(),
                reason=reason.cleaned_data["reason"],
                by=account_of(request),
                at=now(),
            )
            messages.success(request, _("已调整，报名的人会收到通知。"))
            return redirect("activities:sign_up_desk", number=number)
    page = {
        "registration": found,
        "form": form,
        "reason_form": reason,
        "deed": "move",
        "has_pools": bool(pools),
    }
    return render(request, "activities/sign_up_desk/deed.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def seats(request: HttpRequest, slug: str) -> HttpResponse:
    """More or fewer seats; who waits is called as soon as there are more."""
    activity = _activity(request, slug=slug)
    allow(rules.can_manage(request.user, activity))
    pools = list(activity.pools.select_related("session").order_by("session__starts_at", "pk"))
    asked = request.POST.get("pool", "")
    forms = [
        (
            pool,
            changing.where_of(pool),
            SeatsForm(request.POST if asked == str(pool.pk) else None, pool=pool, prefix=None),
        )
        for pool in pools
    ]
    for pool, _where, form in forms:
        if form.is_bound and form.is_valid():
            pool.activity = activity
            with refusals_in_form(form):
                called = seat_services.set_capacity(
                    pool, by=account_of(request), at=now(), **form.cleaned_data
                )
                messages.success(request, _seats_said(len(called)))
                return redirect("activities:seats", slug=slug)
    return render(request, "activities/sign_up_desk/seats.html", {"activity": activity, "forms": forms})


@require_http_methods(["GET", "HEAD", "POST"])
def phone_check(request: HttpRequest) -> HttpResponse:
    """Where no text can be sent: whether people may sign up with a phone that nobody checked."""
    offices = organisations_of(request.user, role=Role.DISTRICT_OFFICE)
    allow(bool(offices))
    office = offices[0]
    waiver, form = queries.waiver_of(office), WaiverForm(request.POST or None)
    if "check_again" in request.POST:
        with refusals_as_messages(request):
            waivers.check_phones_again(office, by=account_of(request), at=now())
            messages.success(request, _("以后网上报名要验证手机号。"))
        return redirect("activities:phone_check")
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            waivers.waive_phone_check(
                office, reason=form.cleaned_data["reason"], by=account_of(request), at=now()
            )
            messages.success(request, _("已记下：发不了短信时，网上报名不验证手机号。"))
            return redirect("activities:phone_check")
    page = {"waiver": waiver, "form": form, "can_send": sender() is not None, "office": office}
    return render(request, "activities/sign_up_desk/phone_check.html", page)


def unit_of(request: HttpRequest) -> Organisation | None:
    """The unit for which somebody signs others up: the one they work in."""
    own = [one.organisation for one in active_memberships(request.user) if one.role in STAFF_ROLES]
    return own[0] if own else None


def _activity(request: HttpRequest, *, slug: str) -> Activity:
    rows = rules.visible_to(request.user).select_related("kind", "organiser", "region")
    return get_object_or_404(rows, slug=slug)


def _sign_up(request: HttpRequest, *, number: str) -> Registration:
    if not active_memberships(request.user):
        raise Http404
    rows = rules.visible_sign_ups(request.user).select_related(
        "activity__kind", "activity__organiser", "pool__session", "organisation", "registered_by"
    )
    return get_object_or_404(rows, number=number)


def _page_of(registration: Registration) -> dict[str, Any]:
    return {
        "registration": registration,
        "activity": registration.activity,
        "people": queries.people_of(registration).prefetch_related("consents"),
        "where": changing.where_of(registration.pool),
        "covered_phone": _covered(registration.contact_phone),
        "purpose_form": PurposeForm(),
        "is_live": registration.state in seat_services.LIVE,
        "is_offered": registration.state == RegistrationState.OFFERED,
    }


def _covered(phone: str) -> str:
    """138****0000: enough to tell two people apart on the phone, not enough to call."""
    local = phone.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}" if local else ""


def _said(registration: Registration) -> str:
    if registration.state == RegistrationState.WAITING:
        return _("名额已满，已排进候补，报名号 %(number)s。") % {"number": registration.number}
    return _("已报上，报名号 %(number)s。") % {"number": registration.number}


def _seats_said(called: int) -> str:
    if called:
        return _("名额已调整，候补中叫到 %(count)d 件。") % {"count": called}
    return _("名额已调整。")
