"""Plan an activity: draft it, change it, copy it, publish it, call it off."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation, User
from kepu.activities import rules
from kepu.activities.kinds import theme_rules
from kepu.activities.models import (
    Activity,
    ActivityState,
    Campaign,
    Kind,
    SeatPool,
    Series,
    SessionState,
    Setting,
    SignUp,
)
from kepu.activities.moves import ACTIVITY_MOVES
from kepu.activities.queries.readiness import Missing, missing
from kepu.activities.questions import Question
from kepu.activities.services import telling
from kepu.audit.services import System, record
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.state import move
from kepu.core.vocabulary import Audience
from kepu.plans.models import Measure
from kepu.regions.models import Region

SLUG_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""No letter or digit that is taken for another when an address is copied from a poster."""
SLUG_LENGTH = 8


class NotReady(BadInput):
    code = "activity_not_ready"
    message = gettext_lazy("还不能发布，请先补上缺少的内容。")

    def __init__(self, gaps: Sequence[Missing]) -> None:
        super().__init__(" ".join(gap.text for gap in gaps), field=gaps[0].field)
        self.gaps = gaps


class ActivityUntitled(BadInput):
    code = "activity_untitled"
    message = gettext_lazy("请填写活动名称。")


class KindRetired(BadInput):
    code = "kind_retired"
    message = gettext_lazy("这个类别已停用，请选别的类别。")


class SignUpEndsBeforeItBegins(BadInput):
    code = "sign_up_ends_before_it_begins"
    message = gettext_lazy("报名截止要晚于报名开始。")


class CancelledWithoutReason(BadInput):
    code = "cancelled_without_reason"
    message = gettext_lazy("请写明取消的原因，报了名的人会看到。")


class ActivityHasBegun(WrongState):
    code = "activity_has_begun"
    message = gettext_lazy("已经有人签到，不能取消整个活动；请取消还没有办的场次。")


class DraftInUse(WrongState):
    code = "draft_in_use"
    message = gettext_lazy("只有没有人报名的草稿可以删除；已发布的活动请用“取消”。")


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """An activity as it is typed, whole or half. Dates and seats are services of their own."""

    title: str
    kind: Kind
    organiser: Organisation
    region: Region
    audience: str = Audience.OTHER
    title_en: str = ""
    text: str = ""
    series: Series | None = None
    campaign: Campaign | None = None
    measure: Measure | None = None
    partners: Sequence[Organisation] = ()
    place: str = ""
    address: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    setting: str = Setting.ON_SITE
    online_address: str = ""
    themes: Mapping[str, Sequence[str]] | None = None
    languages: Sequence[str] = ()
    accessibility: Sequence[str] = ()
    cost: Decimal = Decimal(0)
    contact: str = ""
    sign_up: str = SignUp.OPEN
    sign_up_opens_at: datetime | None = None
    sign_up_closes_at: datetime | None = None

    @classmethod
    def of(cls, activity: Activity) -> ActivityWords:
        """What is kept now, to be changed in part with `dataclasses.replace`."""
        kept = {one.name: getattr(activity, one.name) for one in fields(cls) if one.name != "partners"}
        return cls(**kept, partners=list(activity.partners.all()))


@transaction.atomic
def plan_activity(words: ActivityWords, *, by: User, at: datetime) -> Activity:
    """Begin a draft; it may be half filled."""
    require(rules.can_plan(by, words.organiser))
    _check(words)
    if not words.kind.is_active:
        raise KindRetired(field="kind")
    activity = Activity(slug=_new_slug(), created_at=at, created_by=by, questions=words.kind.questions)
    _put(activity, words=words, at=at)
    activity.save(force_insert=True)
    activity.partners.set(_partners(words))
    record("plan_activity", of=activity, by=by, at=at, organisation=str(activity.organiser))
    return activity


@transaction.atomic
def edit_activity(activity: Activity, *, words: ActivityWords, by: User | System, at: datetime) -> Activity:
    """Change what is said of it. Once published it must stay complete, and who signed up is told of another place."""
    activity = locked(activity, by=by)
    require(rules.can_plan(by, words.organiser))
    _require_open(activity)
    _check(words)
    before = _as_data(activity)
    _put(activity, words=words, at=at)
    activity.save()
    activity.partners.set(_partners(words))
    after = _as_data(activity)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    record("edit_activity", of=activity, by=by, at=at, organisation=str(activity.organiser), changes=changes)
    if activity.state == ActivityState.PUBLISHED:
        _require_ready(activity)
        if changes.keys() & {"place", "address", "setting", "online_address"}:
            telling.tell_of_change(activity, by=by, at=at)
    return activity


@transaction.atomic
def ask_questions(
    activity: Activity, *, questions: Sequence[Question], by: User | System, at: datetime
) -> Activity:
    """What it asks at sign-up beside what its kind asks; answers that were given stay as they are."""
    activity = locked(activity, by=by)
    _require_open(activity)
    before = [row["label"] for row in activity.questions]
    taken = {row["name"] for row in activity.kind.questions}
    kept = [one if one.name not in taken else replace(one, name=f"own-{one.name}"[:50]) for one in questions]
    activity.questions, activity.changed_at = [one.as_data() for one in kept], at
    activity.save(update_fields=["questions", "changed_at"])
    changes = {"questions": [before, [one.label for one in kept]]}
    record("ask_questions", of=activity, by=by, at=at, organisation=str(activity.organiser), changes=changes)
    return activity


@transaction.atomic
def copy_activity(activity: Activity, *, by: User, at: datetime) -> Activity:
    """A new draft with the same words and seats and without dates."""
    activity = Activity.objects.select_related("organiser", "kind").get(pk=activity.pk)
    require(rules.can_manage(by, activity))
    copy = Activity(
        slug=_new_slug(),
        created_at=at,
        created_by=by,
        questions=activity.questions,
        copied_from=activity,
    )
    _put(copy, words=ActivityWords.of(activity), at=at)
    copy.title = _("%(title)s（副本）") % {"title": activity.title[:110]}
    copy.sign_up_opens_at = copy.sign_up_closes_at = None
    copy.save(force_insert=True)
    copy.partners.set(activity.partners.all())
    SeatPool.objects.bulk_create(
        SeatPool(
            activity=copy,
            audience=pool.audience,
            capacity=pool.capacity,
            waiting_capacity=pool.waiting_capacity,
        )
        for pool in activity.pools.filter(session__isnull=True)
    )
    record(
        "copy_activity",
        of=copy,
        by=by,
        at=at,
        organisation=str(copy.organiser),
        changes={"from": activity.slug},
    )
    return copy


@transaction.atomic
def publish_activity(activity: Activity, *, by: User | System, at: datetime) -> Activity:
    """Show it to everybody; refused with a list of what is missing."""
    activity = locked(activity, by=by)
    move(activity, to=ActivityState.PUBLISHED, moves={ActivityState.DRAFT: {ActivityState.PUBLISHED}})
    _require_ready(activity)
    activity.changed_at = at
    activity.save(update_fields=["state", "changed_at"])
    record("publish_activity", of=activity, by=by, at=at, organisation=str(activity.organiser))
    telling.tell_partners(activity, by=by, at=at)
    return activity


@transaction.atomic
def cancel_activity(activity: Activity, *, reason: str, by: User | System, at: datetime) -> Activity:
    """Call the whole activity off, before anybody came; everybody concerned is told why."""
    activity = locked(activity, by=by)
    if not reason.strip():
        raise CancelledWithoutReason(field="reason")
    move(activity, to=ActivityState.CANCELLED, moves=ACTIVITY_MOVES)
    if activity.sessions.filter(attendances__reversed_at__isnull=True, attendances__isnull=False).exists():
        raise ActivityHasBegun(field="reason")
    activity.state_reason, activity.changed_at = reason.strip(), at
    activity.save(update_fields=["state", "state_reason", "changed_at"])
    planned = activity.sessions.exclude(state=SessionState.CANCELLED)
    planned.update(state=SessionState.CANCELLED, state_reason=activity.state_reason)
    record("cancel_activity", of=activity, by=by, at=at, organisation=str(activity.organiser), reason=reason)
    telling.tell_of_cancellation(activity, by=by, at=at)
    return activity


@transaction.atomic
def discard_draft(activity: Activity, *, by: User | System, at: datetime) -> None:
    """Throw away a draft that nobody has seen."""
    activity = locked(activity, by=by)
    if activity.state != ActivityState.DRAFT or activity.registrations.exists():
        raise DraftInUse
    record("discard_activity", of=activity, by=by, at=at, organisation=str(activity.organiser))
    activity.pools.all().delete()
    activity.delete()


def locked(activity: Activity, *, by: User | System) -> Activity:
    """The row, held until the end of the transaction, if this person may change it."""
    held = Activity.objects.select_for_update(of=("self",)).select_related("organiser", "kind")
    activity = held.get(pk=activity.pk)
    require(rules.can_manage(by, activity))
    return activity


def _require_open(activity: Activity) -> None:
    """What is reported or cancelled stays as it was."""
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise WrongState


def _require_ready(activity: Activity) -> None:
    gaps = missing(activity)
    if gaps:
        raise NotReady(gaps)


def _check(words: ActivityWords) -> None:
    if not words.title.strip():
        raise ActivityUntitled(field="title")
    opens, closes = words.sign_up_opens_at, words.sign_up_closes_at
    if opens and closes and closes <= opens:
        raise SignUpEndsBeforeItBegins(field="sign_up_closes_at")


def _put(activity: Activity, *, words: ActivityWords, at: datetime) -> None:
    for field in fields(words):
        if field.name not in {"partners", "themes", "title"}:
            setattr(activity, field.name, getattr(words, field.name))
    activity.title = words.title.strip()
    activity.languages, activity.accessibility = list(words.languages), list(words.accessibility)
    offered = [rule.vocabulary for rule in theme_rules(words.kind)]
    chosen = words.themes or {}
    activity.themes = {name: list(chosen[name]) for name in offered if chosen.get(name)}
    activity.changed_at = at


def _partners(words: ActivityWords) -> list[Organisation]:
    """The unit that leads is not its own partner."""
    return [unit for unit in words.partners if unit.pk != words.organiser.pk]


def _as_data(activity: Activity) -> dict[str, Any]:
    """For the audit trail: codes and texts."""
    names = [one.name for one in fields(ActivityWords) if one.name not in {"partners"}]
    data = {name: _plain(getattr(activity, name)) for name in names}
    return data | {"partners": sorted(activity.partners.values_list("short_name", flat=True))}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value if isinstance(value, (dict, list)) else "" if value is None else str(value)


def _new_slug() -> str:
    return "".join(secrets.choice(SLUG_LETTERS) for _letter in range(SLUG_LENGTH))
