"""Pages on which staff plan: the list, the activity, its words, its deeds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kepu.accounts.models import CalendarToken
from kepu.accounts.session import account_of, allow
from kepu.activities import rules
from kepu.activities.forms.planning import ActivityForm
from kepu.activities.forms.planning_dates import ReasonForm
from kepu.activities.forms.planning_filters import FilterForm
from kepu.activities.forms.planning_kinds import QuestionFormSet, question_rows, questions_in
from kepu.activities.kinds import theme_rules
from kepu.activities.models import Activity, ActivityState, Kind
from kepu.activities.queries import choices, planned, readiness
from kepu.activities.questions import questions_of
from kepu.activities.sections import sections
from kepu.activities.services import planning as services
from kepu.activities.views.planning_frame import (
    Frame,
    allow_staff,
    find_activity,
    find_managed,
    form_page,
    tabs,
    trail,
    trail_of,
)
from kepu.core.clock import now
from kepu.core.pages import refusals_as_messages, refusals_in_form
from kepu.core.vocabulary import labels, vocabularies
from kepu.plans.models import Measure
from kepu.plans.rules import visible_plans

ON_A_PAGE = 30
DATES_ON_A_PAGE = 30


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Every activity that the visitor may see, narrowed as they like."""
    allow_staff(request)
    form = FilterForm(request.GET, user=request.user)
    found = planned.activities(request.user, wanted=form.wanted(), at=now())
    context = {
        "form": form,
        "page": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "tabs": tabs("activities:desk"),
        "measure": _measure(request, pk=form.wanted().measure),
        "may_plan": rules.organisers_for(request.user).exists(),
        "feed": _own_feed(request),
        "is_narrowed": any(request.GET.get(name) for name in form.fields),
    }
    return render(request, "activities/planning/list.html", context)


@require_safe
def activity(request: HttpRequest, slug: str) -> HttpResponse:
    """One activity: what is planned, what is missing, its dates and seats, and the parts of the others."""
    found = find_activity(request, slug=slug)
    may_manage = rules.can_manage(request.user, found)
    is_open = found.state in (ActivityState.DRAFT, ActivityState.PUBLISHED)
    context = {
        "activity": found,
        "trail": trail((found.title, "")),
        "may_manage": may_manage,
        "may_change": may_manage and is_open,
        "is_draft": found.state == ActivityState.DRAFT,
        "is_published": found.state == ActivityState.PUBLISHED,
        "gaps": readiness.missing(found) if may_manage and is_open else [],
        "counts": planned.session_counts(found, at=now()),
        "sessions": Paginator(planned.sessions_of(found), DATES_ON_A_PAGE).get_page(request.GET.get("page")),
        "pools": list(found.pools.filter(session__isnull=True)),
        "partners": list(found.partners.all()),
        "themes": _themes(found),
        "languages": _names("activity_languages", codes=found.languages),
        "accessibility": _names("accessibility", codes=found.accessibility),
        "sections": sections(),
        "may_see_people": rules.can_see_people(request.user, found),
    }
    return render(request, "activities/planning/activity.html", context)


@require_safe
def choose_kind(request: HttpRequest) -> HttpResponse:
    """The first question of a new activity: what kind it is."""
    allow(rules.organisers_for(request.user).exists())
    kinds = [(kind, reverse("activities:plan", args=[kind.code])) for kind in choices.kinds_in_use()]
    context = {"kinds": kinds, "title": _("安排活动"), "trail": trail((_("选择类别"), ""))}
    return render(request, "activities/planning/choose_kind.html", context)


@require_safe
def choose_other_kind(request: HttpRequest, slug: str) -> HttpResponse:
    """Another kind for an activity that is already begun; its words stay."""
    found = find_managed(request, slug=slug)
    edit = reverse("activities:edit", args=[slug])
    kinds = [(kind, f"{edit}?kind={kind.code}") for kind in choices.kinds_in_use()]
    context = {"kinds": kinds, "title": _("换类别"), "trail": trail_of(found, (_("换类别"), ""))}
    return render(request, "activities/planning/choose_kind.html", context)


def plan(request: HttpRequest, kind: str) -> HttpResponse:
    """A new draft of a kind."""
    allow(rules.organisers_for(request.user).exists())
    wanted = get_object_or_404(choices.kinds_in_use(), code=kind)
    form = ActivityForm(request.POST or None, kind=wanted, user=request.user, initial=_proposed(request))
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            begun = services.plan_activity(form.words(), by=account_of(request), at=now())
            messages.success(request, _("草稿已保存。接下来安排日期和名额。"))
            return redirect("activities:planned", slug=begun.slug)
    path = trail((_("选择类别"), reverse("activities:choose_kind")), (str(wanted), ""))
    context = {"form": form, "kind": wanted, "trail": path, "back": reverse("activities:choose_kind")}
    return render(request, "activities/planning/edit.html", context)


def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the words of an activity."""
    found = find_managed(request, slug=slug)
    kind = _kind(request, activity=found)
    form = ActivityForm(
        request.POST or None, kind=kind, user=request.user, initial=ActivityForm.initial_of(found)
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in_form(form):
            services.edit_activity(found, words=form.words(), by=account_of(request), at=now())
            messages.success(request, _("已保存。"))
            return redirect("activities:planned", slug=slug)
    context = {
        "form": form,
        "kind": kind,
        "activity": found,
        "trail": trail_of(found, (_("修改"), "")),
        "back": reverse("activities:planned", args=[slug]),
    }
    return render(request, "activities/planning/edit.html", context)


def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """What this activity asks at sign-up beside what its kind asks."""
    found = find_managed(request, slug=slug)
    rows = QuestionFormSet(request.POST or None, initial=question_rows(found.questions), prefix="questions")
    if request.method == "POST" and rows.is_valid():
        with refusals_as_messages(request):
            services.ask_questions(found, questions=questions_in(rows), by=account_of(request), at=now())
            messages.success(request, _("已保存。"))
            return redirect("activities:planned", slug=slug)
    context = {
        "activity": found,
        "questions": rows,
        "of_the_kind": [
            str(one) for one in questions_of(found) if one.name in _names_in(found.kind.questions)
        ],
        "trail": trail_of(found, (_("附加问题"), "")),
        "back": reverse("activities:planned", args=[slug]),
    }
    return render(request, "activities/planning/questions.html", context)


@require_POST
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_managed(request, slug=slug)
    with refusals_as_messages(request):
        made = services.copy_activity(found, by=account_of(request), at=now())
        messages.success(request, _("已复制成草稿，请安排日期。"))
        return redirect("activities:planned", slug=made.slug)
    return redirect("activities:planned", slug=slug)


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Show it to everybody, or say what is missing."""
    found = find_managed(request, slug=slug)
    with refusals_as_messages(request):
        services.publish_activity(found, by=account_of(request), at=now())
        messages.success(request, _("已发布，公开页上能看到了。"))
    return redirect("activities:planned", slug=slug)


def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_managed(request, slug=slug)
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form=form,
        keep=lambda: services.cancel_activity(
            found, reason=form.cleaned_data["reason"], by=account_of(request), at=now()
        ),
        frame=Frame(
            title=_("取消活动"),
            lead=_("取消以后不能恢复。报了名的人和有关单位都会收到通知。"),
            verb=_("取消这个活动"),
            back=reverse("activities:planned", args=[slug]),
            trail=trail_of(found, (_("取消"), "")),
            done=_("活动已取消，已经通知有关的人。"),
        ),
    )


@require_POST
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    found = find_managed(request, slug=slug)
    with refusals_as_messages(request):
        services.discard_draft(found, by=account_of(request), at=now())
        messages.success(request, _("草稿已删除。"))
        return redirect("activities:desk")
    return redirect("activities:planned", slug=slug)


def _names_in(rows: list[dict[str, Any]]) -> set[str]:
    return {row["name"] for row in rows}


def _measure(request: HttpRequest, *, pk: int | None) -> Measure | None:
    """The measure to whose activities the list is narrowed, to be named above it."""
    if pk is None:
        return None
    plans = visible_plans(request.user).values("pk")
    return Measure.objects.filter(pk=pk, action__plan__in=plans).first()


def _own_feed(request: HttpRequest) -> str:
    """The address for the own calendar, where somebody has asked for one on their account's page."""
    token = CalendarToken.objects.filter(user=account_of(request)).values_list("token", flat=True).first()
    return reverse("activities:own_feed", args=[token]) if token else ""


def _proposed(request: HttpRequest) -> dict[str, object]:
    """The own unit and its town, and the measure from whose page somebody came."""
    unit = rules.organisers_for(request.user).order_by("path").first()
    proposed: dict[str, object] = {"measure": request.GET.get("measure", "")}
    return proposed | ({"organiser": unit, "region": unit.region_id} if unit else {})


def _kind(request: HttpRequest, *, activity: Activity) -> Kind:
    code = request.GET.get("kind", "")
    return get_object_or_404(choices.kinds_in_use(), code=code) if code else activity.kind


def _themes(activity: Activity) -> list[tuple[str, list[str]]]:
    """What was chosen from each vocabulary of its kind."""
    rows = []
    for rule in theme_rules(activity.kind):
        if chosen := activity.themes.get(rule.vocabulary):
            names = labels(rule.vocabulary)
            rows.append((str(vocabularies()[rule.vocabulary]), [names.get(code, code) for code in chosen]))
    return rows


def _names(vocabulary: str, *, codes: list[str]) -> list[str]:
    if not codes:
        return []
    known = labels(vocabulary)
    return [known.get(code, code) for code in codes]
