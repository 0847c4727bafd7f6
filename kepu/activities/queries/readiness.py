"""What an activity still lacks before it can be published: what every activity needs, and what its kind asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from kepu.activities.kinds import REQUIRABLE, theme_rules
from kepu.activities.models import Activity, SessionState, Setting, SignUp
from kepu.core.vocabulary import vocabularies


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap: the part of the activity where it is filled, and the sentence."""

    part: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class _Plan:
    activity: Activity
    dates: Mapping[str, int]
    has_seats: bool
    has_partners: bool


_IS_THERE: Mapping[str, Callable[[_Plan], bool]] = {
    "measure": lambda plan: plan.activity.measure_id is not None,
    "campaign": lambda plan: plan.activity.campaign_id is not None,
    "series": lambda plan: plan.activity.series_id is not None,
    "place": lambda plan: plan.activity.setting == Setting.ONLINE or bool(plan.activity.place),
    "address": lambda plan: plan.activity.setting == Setting.ONLINE or bool(plan.activity.address),
    "partners": lambda plan: plan.has_partners,
    "text": lambda plan: bool(plan.activity.text.strip()),
    "contact": lambda plan: bool(plan.activity.contact),
    "seats": lambda plan: plan.has_seats,
    "topic": lambda plan: not plan.dates["without_topic"],
    "hours": lambda plan: not plan.dates["without_hours"],
    "languages": lambda plan: bool(plan.activity.languages),
    "accessibility": lambda plan: bool(plan.activity.accessibility),
    "birth_year": lambda _plan: True,
}
_PARTS = {"seats": "seats", "topic": "sessions", "hours": "sessions"}


def missing(activity: Activity) -> list[Missing]:
    """The gaps in the order of the form; four queries."""
    plan = _Plan(
        activity,
        dates=_dates(activity),
        has_seats=activity.pools.exists(),
        has_partners=activity.partners.exists(),
    )
    return [*_of_every_activity(plan), *_of_the_kind(plan), *_themes(activity)]


def _dates(activity: Activity) -> Mapping[str, int]:
    """How many dates there are and how many lack something, counted by the database: there may be a thousand."""
    live = activity.sessions.exclude(state=SessionState.CANCELLED)
    return live.aggregate(
        all=Count("pk"),
        without_topic=Count("pk", filter=Q(topic="")),
        without_hours=Count("pk", filter=Q(hours__isnull=True) | Q(hours=0)),
    )


def _of_every_activity(plan: _Plan) -> list[Missing]:
    activity = plan.activity
    gaps = []
    if activity.audience not in activity.kind.audiences:
        gaps.append(Missing("words", "audience", _("这类活动不面向所选的对象，请换对象或换类别。")))
    if activity.setting == Setting.ONLINE and not activity.online_address:
        gaps.append(Missing("words", "online_address", _("线上活动请填写线上地址。")))
    if not plan.dates["all"]:
        gaps.append(Missing("sessions", "first_on", _("还没有安排日期。")))
    if activity.sign_up != SignUp.NONE and not plan.has_seats:
        gaps.append(Missing("seats", "seats", _("要报名的活动请填写名额。")))
    return gaps


def _of_the_kind(plan: _Plan) -> list[Missing]:
    wanted = [name for name in REQUIRABLE if name in plan.activity.kind.required]
    covered = plan.activity.sign_up != SignUp.NONE and not plan.has_seats
    return [
        Missing(
            _PARTS.get(name, "words"),
            name,
            _("“%(kind)s”要求填写：%(field)s。") % {"kind": plan.activity.kind, "field": REQUIRABLE[name]},
        )
        for name in wanted
        if not _IS_THERE[name](plan) and not (name == "seats" and covered)
    ]


def _themes(activity: Activity) -> list[Missing]:
    return [
        Missing(
            "words",
            f"themes_{rule.vocabulary}",
            _("“%(kind)s”要求选择：%(field)s。")
            % {"kind": activity.kind, "field": vocabularies()[rule.vocabulary]},
        )
        for rule in theme_rules(activity.kind)
        if rule.is_required and not activity.themes.get(rule.vocabulary)
    ]
