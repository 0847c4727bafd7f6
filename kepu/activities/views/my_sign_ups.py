"""我的报名: what somebody signed up for, by the link they got or by a code to their phone. No account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from icalendar import Calendar, Event

from kepu.activities.forms.my_sign_ups import CorrectionForm, MoveForm, PhoneForm
from kepu.activities.links import digest_of_link, link_token
from kepu.activities.models import Registration, RegistrationState, Session
from kepu.activities.qr import svg_of
from kepu.activities.queries import sign_up as queries
from kepu.activities.senders import sender
from kepu.activities.services import changing
from kepu.activities.services.seats import LIVE
from kepu.activities.views.sign_up import CONFIRMED, address_of, confirmed_phones, is_confirmed, send_code
from kepu.core.access import public
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.core.rate_limit import Limit, takes_turn

LINKS = Limit("sign_up_link", most=120, seconds=60, cache="limits")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_phone(request: HttpRequest) -> HttpResponse:
    """Prove the phone, see everything that was signed up with it."""
    form = PhoneForm(request.POST or None)
    page: dict[str, Any] = {"form": form, "can_send": sender() is not None}
    if "send_code" in request.POST:
        form.full_clean()
        form.errors.clear()
        page |= send_code(request, form=form)
    elif request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            if is_confirmed(request, form=form):
                return redirect("activities:my_sign_ups")
            form.add_error("code", _("请填写短信验证码。"))
        page["code_sent"] = True
    phones = confirmed_phones(request)
    if phones:
        found = queries.registrations_of_phone(phones[0], since=now())
        page["rows"] = [(one, link_token(one.number)) for one in found]
    return render(request, "activities/sign_up/by_phone.html", page)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget the proven phone: the next person at this device starts anew."""
    request.session.pop(CONFIRMED, None)
    return redirect("activities:my_sign_ups")


@public
@never_cache
@require_safe
def one(request: HttpRequest, token: str) -> HttpResponse:
    """One sign-up: what it is, the codes for the door, what can be done."""
    found = _found(request, token=token)
    people = list(queries.people_of(found))
    shows_codes = found.state == RegistrationState.SEATED
    page = {
        "registration": found,
        "token": token,
        "people": [
            (person, svg_of(person.code) if shows_codes and not person.is_cancelled else "")
            for person in people
        ],
        "sessions": _sessions(found),
        "is_live": found.state in LIVE,
        "place_in_line": queries.place_in_line(found) if found.state == RegistrationState.WAITING else 0,
        "where": changing.where_of(found.pool),
    }
    return render(request, "activities/sign_up/one.html", page)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Correct what was written, leave somebody out, or go to another date."""
    found = _found(request, token=token)
    if found.state not in LIVE:
        return redirect("activities:my_sign_up", token=token)
    people = [person for person in queries.people_of(found) if not person.is_cancelled]
    pools = [pool for pool in queries.open_pools(found.activity, at=now()) if pool.pk != found.pool_id]
    moves = "move" in request.POST
    form = CorrectionForm(None if moves else request.POST or None, registration=found, people=people)
    move_form = MoveForm(request.POST if moves else None, pools=pools)
    active = move_form if moves else form
    if request.method == "POST" and active.is_valid():
        with refusals_in_form(active):
            if moves:
                changing.change_session(found, to=move_form.chosen(), at=now())
            else:
                changing.correct(
                    found, corrections=form.corrections(), answers=form.answers(), by=None, at=now()
                )
            messages.success(request, _("已改好。"))
            return redirect("activities:my_sign_up", token=token)
    page = {"registration": found, "token": token, "form": form, "move_form": move_form if pools else None}
    return render(request, "activities/sign_up/change.html", page)


@public
@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Take the seat that came free."""
    with refusals_as_messages(request):
        changing.accept_offer(_found(request, token=token), by=None, at=now())
        messages.success(request, _("名额归您了，到时候见。"))
    return redirect("activities:my_sign_up", token=token)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then give the seats to who waits."""
    found = _found(request, token=token)
    if request.method == "POST":
        with refusals_as_messages(request):
            changing.cancel(found, at=now())
            messages.success(request, _("已取消。谢谢您告诉我们，空位会让给候补的人。"))
        return redirect("activities:my_sign_up", token=token)
    return render(request, "activities/sign_up/cancel.html", {"registration": found, "token": token})


@public
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The dates of this sign-up for the phone's own calendar. It names nobody."""
    found = _found(request, token=token)
    book = Calendar()
    book.add("prodid", "-//Kepu//sign-up//ZH")
    book.add("version", "2.0")
    for session in _sessions(found):
        book.add_component(_event(session, registration=found, request=request))
    response = HttpResponse(book.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="kepu.ics"'
    return response


def _event(session: Session, *, registration: Registration, request: HttpRequest) -> Event:
    event, activity = Event(), registration.activity
    event.add("uid", f"session-{session.pk}@{request.get_host()}")
    event.add("dtstamp", registration.changed_at)
    event.add("summary", activity.title)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("location", " ".join(filter(None, [session.place or activity.place, activity.address])))
    return event


def _found(request: HttpRequest, *, token: str) -> Registration:
    """By the digest of the link. Guessing is slowed down, though nobody lives long enough to guess one."""
    rows = Registration.objects.select_related("activity__kind", "activity__organiser", "pool__session")
    if not takes_turn(address_of(request), limit=LINKS, at=now()):
        return get_object_or_404(rows.none())
    return get_object_or_404(rows, link_digest=digest_of_link(token))


def _sessions(registration: Registration) -> list[Session]:
    if registration.pool.session is not None:
        return [registration.pool.session]
    return list(registration.activity.sessions.all())
