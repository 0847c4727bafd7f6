"""Citizens' pages: what is on near me, this week, for my group; one activity with its dates and seats."""

from __future__ import annotations

from itertools import groupby

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from kepu.activities.forms.browsing import BrowseForm
from kepu.activities.models import Activity, ActivityState, Session, SessionState, Setting, SignUp
from kepu.activities.queries import offered
from kepu.activities.queries.offered import Sought
from kepu.activities.rules import OPEN_STATES
from kepu.core.access import public
from kepu.core.clock import now
from kepu.core.pages import cached_for_visitors
from kepu.core.vocabulary import Audience, labels
from kepu.plans.models import Measure
from kepu.plans.rules import visible_plans
from kepu.regions.models import Level, Region

ON_A_PAGE = 20
DATES_ON_A_PAGE = 20


@public
@require_safe
@cached_for_visitors
def browse(request: HttpRequest) -> HttpResponse:
    """Everything that lies ahead, or what somebody asks for."""
    form = BrowseForm(request.GET, towns=offered.towns_offered())
    return _list(request, form=form, sought=form.sought(), measure=_measure(request))


@public
@require_safe
@cached_for_visitors
def in_town(request: HttpRequest, town: str) -> HttpResponse:
    """What is on in one town: an address to keep, and for a QR code on a village's notice board."""
    found = get_object_or_404(Region, code=town, level=Level.TOWNSHIP)
    form = BrowseForm({"town": found.code}, towns=offered.towns_offered())
    return _list(request, form=form, sought=Sought(town=found.code), place=found)


@public
@require_safe
@cached_for_visitors
def for_audience(request: HttpRequest, audience: str) -> HttpResponse:
    """What is on for one group of people."""
    if audience not in Audience.values:
        raise Http404
    form = BrowseForm({"audience": audience}, towns=offered.towns_offered())
    return _list(request, form=form, sought=Sought(audience=audience), group=Audience(audience))


@public
@require_safe
@cached_for_visitors
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    """One activity: what, where, when, how many seats are left, and the button."""
    shown = Activity.objects.filter(state__in=OPEN_STATES).select_related(
        "kind", "organiser", "region", "campaign", "series"
    )
    found = get_object_or_404(shown, slug=slug)
    page = Paginator(offered.coming_sessions(found, at=now()), DATES_ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    by_session = offered.pools_by_session(list(page))
    pools = offered.pools_of(found)
    context = {
        "activity": found,
        "page": page,
        "dates": [(session, by_session.get(session.pk, [])) for session in page],
        "pools": pools,
        "may_sign_up": _takes_sign_ups(found, dates=list(page)),
        "is_cancelled": found.state == ActivityState.CANCELLED,
        "is_online": found.setting == Setting.ONLINE,
        "sign_up_kind": found.sign_up,
        "partners": list(found.partners.all()),
        "languages": _named("activity_languages", codes=found.languages),
        "accessibility": _named("accessibility", codes=found.accessibility),
    }
    return render(request, "activities/public/activity.html", context)


def _list(
    request: HttpRequest,
    *,
    form: BrowseForm,
    sought: Sought,
    place: Region | None = None,
    group: Audience | None = None,
    measure: Measure | None = None,
) -> HttpResponse:
    week = offered.this_week(sought, at=now())
    page = Paginator(offered.later(sought, at=now()), ON_A_PAGE).get_page(request.GET.get("page"))
    days = [
        (day, list(lines))
        for day, lines in groupby(week, key=lambda one: timezone.localdate(one.session.starts_at))
    ]
    context = {
        "form": form,
        "days": days,
        "page": page,
        "later": offered.offers(page),
        "place": place,
        "group": group,
        "measure": measure,
        "feed": _feed_address(sought),
        "is_narrowed": bool(sought.town or sought.audience or sought.kind or sought.measure),
    }
    return render(request, "activities/public/browse.html", context)


def _feed_address(sought: Sought) -> str:
    asked = {"town": sought.town, "audience": sought.audience, "kind": sought.kind}
    return reverse("activities:feed", query={name: value for name, value in asked.items() if value})


def _measure(request: HttpRequest) -> Measure | None:
    """The measure whose activities somebody asks for, where its plan is public."""
    asked = request.GET.get("measure", "")
    if not asked.isdecimal() or len(asked) > 9:
        return None
    plans = visible_plans(request.user).filter(is_public=True)
    return (
        Measure.objects.filter(pk=int(asked), action__plan__in=plans).select_related("action__plan").first()
    )


def _takes_sign_ups(found: Activity, *, dates: list[Session]) -> bool:
    """Whether the button makes sense; the sign-up page itself says when it opens and closes."""
    return (
        found.state == ActivityState.PUBLISHED
        and found.sign_up == SignUp.OPEN
        and any(session.state != SessionState.CANCELLED for session in dates)
    )


def _named(vocabulary: str, *, codes: list[str]) -> list[str]:
    if not codes:
        return []
    known = labels(vocabulary)
    return [known.get(code, code) for code in codes]
