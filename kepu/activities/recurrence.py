"""From a rule to its dates: every week on Tuesday and Thursday at nine, until June or thirty times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil import rrule  # type: ignore[import-untyped]  # it comes without types
from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.core.errors import BadInput

MOST_DATES = 1000
LONGEST = timedelta(hours=24)


class Frequency(models.TextChoices):
    """How often; once is a rule too, so that one form serves one date and a thousand."""

    ONCE = "once", _("只办一次")
    DAILY = "daily", _("每天")
    WEEKLY = "weekly", _("每周")
    MONTHLY = "monthly", _("每月同一天")
    MONTHLY_WEEKDAY = "monthly_weekday", _("每月同一个星期几")


class EndBeforeStart(BadInput):
    code = "end_before_start"
    message = _("结束时间要晚于开始时间，一场不超过 24 小时。")


class RuleWithoutEnd(BadInput):
    code = "rule_without_end"
    message = _("请填写办到哪一天，或一共办多少场。")


class TooManyDates(BadInput):
    code = "too_many_dates"
    message = _("一次最多安排 1,000 场，请缩短时间或减少次数。")


class NoDate(BadInput):
    code = "no_date"
    message = _("按这个规则没有任何日期，请检查起止日期和跳过的日期。")


@dataclass(frozen=True, slots=True)
class Slot:
    """One date: from when to when."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """When an activity takes place, in local time. `weekdays` count from Monday, 0; empty is that of the first day."""

    first_on: date
    starts: time
    ends: time
    frequency: str = Frequency.ONCE
    interval: int = 1
    weekdays: Sequence[int] = ()
    count: int | None = None
    until: date | None = None
    skipped: Sequence[date] = ()


def slots(rule: Rule, *, zone: ZoneInfo) -> list[Slot]:
    """The dates of a rule in order, at most a thousand; refuses what has no end, no date or too many."""
    length = datetime.combine(rule.first_on, rule.ends) - datetime.combine(rule.first_on, rule.starts)
    if not timedelta(0) < length <= LONGEST:
        raise EndBeforeStart(field="ends")
    days = _days(rule)
    if not days:
        raise NoDate(field="first_on")
    if len(days) > MOST_DATES:
        raise TooManyDates(field="count")
    return [_slot(day, rule=rule, zone=zone) for day in days]


def _days(rule: Rule) -> list[date]:
    """One more than allowed where there are too many: enough to notice, and a rule for a century costs nothing."""
    if rule.frequency == Frequency.ONCE:
        return [rule.first_on]
    if rule.count is None and rule.until is None:
        raise RuleWithoutEnd(field="until")
    first = datetime.combine(rule.first_on, time())
    found = rrule.rrule(dtstart=first, interval=rule.interval, **_pattern(rule))
    skipped = set(rule.skipped)
    within = (moment.date() for moment in found if moment.date() not in skipped)
    most = MOST_DATES + 1 if rule.count is None else min(rule.count, MOST_DATES + 1)
    return list(islice(_until(within, last=rule.until), most))


def _until(days: Iterable[date], *, last: date | None) -> Iterator[date]:
    for day in days:
        if last is not None and day > last:
            return
        yield day


def _pattern(rule: Rule) -> dict[str, object]:
    """In dateutil's terms. The 31st of each month exists in seven months; it is not moved to another day."""
    first = rule.first_on
    if rule.frequency == Frequency.DAILY:
        return {"freq": rrule.DAILY}
    if rule.frequency == Frequency.WEEKLY:
        return {"freq": rrule.WEEKLY, "byweekday": sorted(rule.weekdays) or [first.weekday()]}
    if rule.frequency == Frequency.MONTHLY:
        return {"freq": rrule.MONTHLY, "bymonthday": first.day}
    nth = (first.day - 1) // 7 + 1
    weekday = rrule.weekdays[first.weekday()]
    return {"freq": rrule.MONTHLY, "byweekday": weekday(-1 if nth > 4 else nth)}


def _slot(day: date, *, rule: Rule, zone: ZoneInfo) -> Slot:
    return Slot(
        datetime.combine(day, rule.starts, tzinfo=zone), datetime.combine(day, rule.ends, tzinfo=zone)
    )
