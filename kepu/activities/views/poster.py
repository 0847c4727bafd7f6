"""The poster as PDF."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_safe

from kepu.activities.kinds import name_of
from kepu.activities.models import Activity, Session, SessionState, Setting, SignUp
from kepu.activities.poster import MEDIA_TYPE, Poster, write_poster
from kepu.activities.views.planning_frame import find_activity
from kepu.core.clock import now
from kepu.core.errors import Refused
from kepu.core.templatetags.kepu_format import day, weekday

DATES_ON_A_POSTER = 5
HOW = {
    SignUp.OPEN: gettext_lazy("扫码报名，不用注册；也可以打电话报名"),
    SignUp.STAFF: gettext_lazy("请到所在村社登记"),
    SignUp.NONE: gettext_lazy("不用报名，直接来"),
}


@require_safe
def pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """One A4 page to hang up."""
    found = find_activity(request, slug=slug)
    try:
        with override("zh-hans"):
            content = write_poster(_poster(found, request=request), at=now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("activities:planned", slug=slug)
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'inline; filename="poster-{slug}.pdf"'
    return response


def _poster(activity: Activity, *, request: HttpRequest) -> Poster:
    sessions = list(
        activity.sessions.filter(state=SessionState.PLANNED, ends_at__gte=now()).order_by("starts_at")
    )
    shown = sessions if len(sessions) <= DATES_ON_A_POSTER else sessions[: DATES_ON_A_POSTER - 1]
    more = len(sessions) - len(shown)
    return Poster(
        title=activity.title,
        label=str(activity.campaign or activity.series or name_of(activity.kind)),
        dates=tuple(_date(one) for one in shown),
        more_dates=_("……共 %(count)d 场，扫码看全部") % {"count": len(sessions)} if more else "",
        place=_place(activity),
        for_whom=activity.get_audience_display(),
        cost=_("免费")
        if not activity.cost
        else _("%(cost)s 元") % {"cost": f"{activity.cost.normalize():f}"},
        how=str(HOW[SignUp(activity.sign_up)]),
        organisers="  ".join(str(unit) for unit in [activity.organiser, *activity.partners.all()]),
        contact=activity.contact,
        remark=_("演示：内容是编写的示例") if settings.DEMO else "",
        address=_address(activity, request=request),
    )


def _address(activity: Activity, *, request: HttpRequest) -> str:
    path = reverse("activities:activity", args=[activity.slug])
    return f"{settings.SITE_ADDRESS}{path}" if settings.SITE_ADDRESS else request.build_absolute_uri(path)


def _date(session: Session) -> str:
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    return f"{day(starts)} {weekday(starts)} {starts:%H:%M}–{ends:%H:%M}"


def _place(activity: Activity) -> str:
    if activity.setting == Setting.ONLINE:
        return _("线上，扫码看进入方式")
    parts = (str(activity.region), activity.place, activity.address)
    return " ".join(part for part in parts if part)
