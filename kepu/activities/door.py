"""Who is let in: one rule, pure, for the server and for a phone without a network.

kepu/static/js/door.js holds the same rule for the phone; data/check_in_vectors.json is run against both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

OPENS_BEFORE = timedelta(hours=1)
CLOSES_AFTER = timedelta(hours=2)


class Answer(models.TextChoices):
    """What the door says. All but the first are kept as failed scans, with this code as their reason."""

    ACCEPTED = "accepted", _("签到成功")
    ALREADY_IN = "already_in", _("已经签过到，不用再签")
    UNKNOWN_CODE = "unknown_code", _("不认识这个码，请按姓名查找或现场登记")
    OTHER_SESSION = "other_session", _("报的是别的场次")
    SESSION_CANCELLED = "session_cancelled", _("本场已取消")
    SESSION_CLOSED = "session_closed", _("活动没有发布或已经核实，不能签到")
    HEADS_COUNTED = "heads_counted", _("本场已按人数登记，不能再逐人签到")
    CANCELLED = "cancelled", _("报名已取消")
    NOT_SEATED = "not_seated", _("还在候补，没有名额")
    TOO_EARLY = "too_early", _("还没到签到时间")
    TOO_LATE = "too_late", _("签到时间已过")
    WRONG_SELF_CODE = "wrong_self_code", _("签到码不对或已过期，请看现场屏幕上的新码")
    TOO_FAR = "too_far", _("不在活动地点附近")


FINE = frozenset({Answer.ACCEPTED, Answer.ALREADY_IN})
"""After these nobody has to do anything."""


@dataclass(frozen=True, slots=True)
class Doorway:
    """A session as the door sees it."""

    opens_at: datetime
    closes_at: datetime
    is_cancelled: bool = False
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A person on the list as the door sees them."""

    is_of_session: bool = True
    is_in: bool = False
    is_cancelled: bool = False
    is_seated: bool = True


def window(*, starts_at: datetime, ends_at: datetime) -> tuple[datetime, datetime]:
    """From when until when people are let in."""
    return starts_at - OPENS_BEFORE, ends_at + CLOSES_AFTER


def decide(entry: Entry | None, *, doorway: Doorway, at: datetime) -> Answer:
    """The answer to somebody who stands at the door at this moment. Who is in already hears that first."""
    if entry is None:
        return Answer.UNKNOWN_CODE
    if not entry.is_of_session:
        return Answer.OTHER_SESSION
    if entry.is_in:
        return Answer.ALREADY_IN
    return _about_session(doorway) or _about_entry(entry) or _about_time(doorway, at=at)


def _about_session(doorway: Doorway) -> Answer | None:
    if doorway.is_cancelled:
        return Answer.SESSION_CANCELLED
    return Answer.SESSION_CLOSED if doorway.is_closed else None


def _about_entry(entry: Entry) -> Answer | None:
    if entry.is_cancelled:
        return Answer.CANCELLED
    return None if entry.is_seated else Answer.NOT_SEATED


def _about_time(doorway: Doorway, *, at: datetime) -> Answer:
    if at < doorway.opens_at:
        return Answer.TOO_EARLY
    return Answer.TOO_LATE if at > doorway.closes_at else Answer.ACCEPTED
