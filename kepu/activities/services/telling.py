"""Tell those concerned: the people of the units by message; whoever signed up by the way they left with their sign-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from kepu.accounts.models import Membership, Organisation, User
from kepu.accounts.rules import STAFF_ROLES
from kepu.activities.models import Activity, Session, SessionStaff
from kepu.activities.services import notices
from kepu.audit.services import System
from kepu.core.templatetags.kepu_format import moment
from kepu.messages import services as messages


@dataclass(frozen=True, slots=True)
class Word:
    """What is said; the same occasion is told to a person once."""

    kind: str
    subject: str
    body: str
    occasion: str = ""


@override("zh-hans")
def tell_partners(activity: Activity, *, by: User | System, at: datetime) -> int:
    """A published activity names its partners, so they hear of it."""
    word = Word(
        "published",
        _("贵单位是活动“%(title)s”的合作单位") % {"title": activity.title},
        _("牵头单位：%(unit)s。您可以看到报名情况，并在现场签到。") % {"unit": activity.organiser},
    )
    return _tell_staff(activity, units=activity.partners.all(), word=word, by=by, at=at)


@override("zh-hans")
def tell_of_change(activity: Activity, *, by: User | System, at: datetime) -> int:
    """It takes place somewhere else."""
    word = Word(
        "changed",
        _("活动“%(title)s”的地点或方式有变化") % {"title": activity.title},
        _("现在的地点：%(place)s。") % {"place": activity.place or activity.get_setting_display()},
    )
    return _tell_everybody(activity, sessions=(), word=word, by=by, at=at)


@override("zh-hans")
def tell_of_cancellation(activity: Activity, *, by: User | System, at: datetime) -> int:
    """The whole activity is called off."""
    word = Word(
        "cancelled",
        _("活动“%(title)s”已取消") % {"title": activity.title},
        _("原因：%(reason)s。") % {"reason": activity.state_reason.rstrip("。")},
    )
    return _tell_everybody(activity, sessions=(), word=word, by=by, at=at)


@override("zh-hans")
def tell_of_cancelled_session(session: Session, *, by: User | System, at: datetime) -> int:
    """One of its dates is called off."""
    word = Word(
        "session_cancelled",
        _("活动“%(title)s”有场次取消") % {"title": session.activity.title},
        _("取消的场次：%(date)s。原因：%(reason)s。")
        % {"date": moment(session.starts_at), "reason": session.state_reason.rstrip("。")},
        occasion=str(session.pk),
    )
    return _tell_everybody(session.activity, sessions=[session], word=word, by=by, at=at)


@override("zh-hans")
def tell_of_moved_session(session: Session, *, before: datetime, by: User | System, at: datetime) -> int:
    """A date is moved to another one."""
    word = _delay(session, before=before, now=moment(session.starts_at))
    return _tell_everybody(session.activity, sessions=[session], word=word, by=by, at=at)


@override("zh-hans")
def tell_of_session_put_off(session: Session, *, by: User | System, at: datetime) -> int:
    """A date waits for a new one."""
    word = _delay(session, before=session.starts_at, now=_("另行通知"))
    return _tell_everybody(session.activity, sessions=[session], word=word, by=by, at=at)


def _delay(session: Session, *, before: datetime, now: str) -> Word:
    return Word(
        "postponed",
        _("活动“%(title)s”有场次延期") % {"title": session.activity.title},
        _("原定：%(before)s。现在：%(now)s。原因：%(reason)s。")
        % {"before": moment(before), "now": now, "reason": session.state_reason.rstrip("。")},
        occasion=str(session.pk),
    )


def _tell_everybody(
    activity: Activity, *, sessions: Sequence[Session], word: Word, by: User | System, at: datetime
) -> int:
    """Staff in their inbox, whoever signed up by the way they left; how many people and sign-ups that are."""
    units = [activity.organiser, *activity.partners.all()]
    told = _tell_staff(activity, units=units, word=word, by=by, at=at)
    text = f"{word.subject}。{word.body}"
    return told + notices.tell_concerned(activity, kind=word.kind, text=text, at=at, sessions=sessions)


def _tell_staff(
    activity: Activity, *, units: Iterable[Organisation], word: Word, by: User | System, at: datetime
) -> int:
    """Everybody but who did it."""
    people = [one for one in _staff(units, activity=activity, at=at) if one.pk != by.pk]
    for person in people:
        messages.send(
            word.subject,
            to=person,
            kind="activity",
            key=f"activity:{word.kind}:{activity.pk}:{word.occasion}:{at.isoformat()}",
            body=word.body,
            link=reverse("activities:planned", args=[activity.slug]),
            at=at,
        )
    return len(people)


def _staff(units: Iterable[Organisation], *, activity: Activity, at: datetime) -> QuerySet[User]:
    """Who works in these units, and who is named as working at a session."""
    held = Membership.on(timezone.localdate(at)).filter(organisation__in=list(units), role__in=STAFF_ROLES)
    named = SessionStaff.objects.filter(session__activity=activity, user__isnull=False)
    concerned = Q(pk__in=held.values("user")) | Q(pk__in=named.values("user"))
    return User.objects.filter(concerned, is_active=True).order_by("pk")
