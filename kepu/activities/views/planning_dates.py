"""Pages of the dates and seats of an activity."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kepu.accounts.session import account_of
from kepu.activities import rules
from kepu.activities.forms.planning_dates import (
    DatesForm,
    MoveForm,
    ReasonForm,
    SeatsForm,
    SessionForm,
)
from kepu.activities.models import Activity, SeatPool
from kepu.activities.recurrence import Slot
from kepu.activities.services import pools
from kepu.activities.services import sessions as services
from kepu.activities.views.planning_frame import Frame, find_managed, find_session, form_page, trail_of
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.core.templatetags.kepu_format import moment

SHOWN_BEFORE_SAVING = 60


def add_dates(request: HttpRequest, slug: str) -> HttpResponse:
    """Dates by a rule: shown first, saved when they are right."""
    found = find_managed(request, slug=slug)
    form = DatesForm(request.POST or None)
    proposed: list[Slot] = []
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            proposed = form.slots()
            if request.POST.get("step") == "save":
                return _save(request, activity=found, form=form, slots=proposed)
    context = {
        "activity": found,
        "form": form,
        "proposed": proposed[:SHOWN_BEFORE_SAVING],
        "count": len(proposed),
        "last": proposed[-1] if len(proposed) > SHOWN_BEFORE_SAVING else None,
        "trail": trail_of(found, (_("安排日期"), "")),
    }
    return render(request, "activities/planning/dates.html", context)


def edit_session(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk=pk)
    form = SessionForm(request.POST or None, initial=SessionForm.initial_of(found))
    return form_page(
        request,
        form=form,
        keep=lambda: services.describe_session(
            found, words=form.words(found), by=account_of(request), at=now()
        ),
        frame=Frame(
            title=_("修改场次"),
            lead=moment(found.starts_at),
            back=_back(found.activity),
            trail=trail_of(found.activity, (_("修改场次"), "")),
        ),
    )


def move_session(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk=pk)
    form = MoveForm(request.POST or None, initial=MoveForm.initial_of(found))
    return form_page(
        request,
        form=form,
        keep=lambda: services.move_session(
            found, slot=form.slot(), reason=form.cleaned_data["reason"], by=account_of(request), at=now()
        ),
        frame=Frame(
            title=_("改期"),
            lead=_("原定 %(when)s。改了以后报了名的人会收到通知。") % {"when": moment(found.starts_at)},
            back=_back(found.activity),
            trail=trail_of(found.activity, (_("改期"), "")),
        ),
    )


def put_session_off(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk=pk)
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form=form,
        keep=lambda: services.put_session_off(
            found, reason=form.cleaned_data["reason"], by=account_of(request), at=now()
        ),
        frame=Frame(
            title=_("延期，时间另定"),
            lead=_("%(when)s 这一场延期，名额保留。定了新时间请用“改期”。")
            % {"when": moment(found.starts_at)},
            verb=_("延期"),
            back=_back(found.activity),
            trail=trail_of(found.activity, (_("延期"), "")),
            done=_("已延期，已经通知有关的人。"),
        ),
    )


def cancel_session(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk=pk)
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form=form,
        keep=lambda: services.cancel_session(
            found, reason=form.cleaned_data["reason"], by=account_of(request), at=now()
        ),
        frame=Frame(
            title=_("取消这一场"),
            lead=_("%(when)s 这一场取消以后不能恢复。报了名的人会收到通知。")
            % {"when": moment(found.starts_at)},
            verb=_("取消这一场"),
            back=_back(found.activity),
            trail=trail_of(found.activity, (_("取消场次"), "")),
            done=_("这一场已取消，已经通知有关的人。"),
        ),
    )


@require_POST
def remove_session(request: HttpRequest, pk: int) -> HttpResponse:
    found = find_session(request, pk=pk)
    with refusals_as_messages(request):
        services.remove_session(found, by=account_of(request), at=now())
        messages.success(request, _("已删除。"))
    return redirect("activities:planned", slug=found.activity.slug)


def add_seats(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_managed(request, slug=slug)
    form = SeatsForm(request.POST or None, activity=found)
    return form_page(
        request,
        form=form,
        keep=lambda: _add_seats(request, activity=found, form=form),
        frame=Frame(
            title=_("设置名额"),
            lead=_("名额可以按对象分开，每个对象一份；不限对象就是先到先得。"),
            back=_back(found),
            trail=trail_of(found, (_("设置名额"), "")),
        ),
    )


@require_POST
def remove_seats(request: HttpRequest, pk: int) -> HttpResponse:
    pool = _pool(request, pk=pk)
    with refusals_as_messages(request):
        pools.remove_pool(pool, by=account_of(request), at=now())
        messages.success(request, _("已删除。"))
    return redirect("activities:planned", slug=pool.activity.slug)


def _save(request: HttpRequest, *, activity: Activity, form: DatesForm, slots: list[Slot]) -> HttpResponse:
    added = services.add_sessions(activity, slots=slots, words=form.words(), by=account_of(request), at=now())
    messages.success(request, _("已安排 %(count)d 场。") % {"count": len(added)})
    return redirect("activities:planned", slug=activity.slug)


def _add_seats(request: HttpRequest, *, activity: Activity, form: SeatsForm) -> None:
    data = dict(form.cleaned_data)
    by_session = data.pop("scope") == "session"
    add = pools.add_pool_to_each_session if by_session else pools.add_pool
    add(activity, by=account_of(request), at=now(), **data)


def _pool(request: HttpRequest, *, pk: int) -> SeatPool:
    managed = rules.managed_activities(request.user).values("pk")
    return get_object_or_404(
        SeatPool.objects.filter(activity__in=managed).select_related("activity__organiser", "session"), pk=pk
    )


def _back(activity: Activity) -> str:
    return reverse("activities:planned", args=[activity.slug])
