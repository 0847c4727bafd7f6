"""Forms of dates and seats."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.activities.forms.planning_fields import ClockField, DayField, checks, many_lines
from kepu.activities.models import Activity, Session
from kepu.activities.recurrence import MOST_DATES, Frequency, Rule, Slot, slots
from kepu.activities.services.pools import MOST_SEATS
from kepu.activities.services.sessions import SessionWords
from kepu.core.vocabulary import Audience

WEEKDAYS = (
    ("0", gettext_lazy("周一")),
    ("1", gettext_lazy("周二")),
    ("2", gettext_lazy("周三")),
    ("3", gettext_lazy("周四")),
    ("4", gettext_lazy("周五")),
    ("5", gettext_lazy("周六")),
    ("6", gettext_lazy("周日")),
)


def zone() -> ZoneInfo:
    """The district's own time."""
    return ZoneInfo(timezone.get_current_timezone_name())


class DatesForm(forms.Form):
    """When, once or by a rule."""

    first_on = DayField(label=gettext_lazy("日期"), help_text=gettext_lazy("有规律的从这一天起"))
    starts = ClockField(label=gettext_lazy("开始时间"))
    ends = ClockField(label=gettext_lazy("结束时间"))
    frequency = forms.ChoiceField(
        label=gettext_lazy("重复"), choices=Frequency.choices, initial=Frequency.ONCE
    )
    interval = forms.IntegerField(
        label=gettext_lazy("间隔"),
        min_value=1,
        max_value=99,
        initial=1,
        help_text=gettext_lazy("2 就是隔天、隔周或隔月"),
    )
    count = forms.IntegerField(
        label=gettext_lazy("一共几场"), required=False, min_value=1, max_value=MOST_DATES
    )
    until = DayField(label=gettext_lazy("办到哪天"), required=False)
    skipped = forms.CharField(
        label=gettext_lazy("跳过的日期"),
        required=False,
        max_length=4000,
        widget=many_lines(2),
        help_text=gettext_lazy("如 2026-10-01，用空格或换行隔开"),
    )
    topic = forms.CharField(label=gettext_lazy("内容"), required=False, max_length=120)
    place = forms.CharField(
        label=gettext_lazy("地点"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("和活动的地点不同时才填"),
    )
    hours = forms.DecimalField(
        label=gettext_lazy("学时"), required=False, min_value=0, max_value=99, max_digits=5, decimal_places=1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekdays"] = checks(WEEKDAYS, label=_("星期几"), help_text=_("每周重复时可以选几天"))
        self.order_fields(
            ["first_on", "starts", "ends", "frequency", "interval", "weekdays", "count", "until", "skipped"]
        )

    def clean_skipped(self) -> list[date]:
        written = re.split(r"[\s,，、;；]+", self.cleaned_data["skipped"].strip())
        try:
            return [date.fromisoformat(one) for one in written if one]
        except ValueError:
            raise ValidationError(_("日期请写成 2026-10-01 的样子。")) from None

    def slots(self) -> list[Slot]:
        """The dates of what was typed; refuses a rule without an end."""
        data = self.cleaned_data
        names = ("first_on", "starts", "ends", "frequency", "interval", "count", "until", "skipped")
        rule = Rule(**{name: data[name] for name in names}, weekdays=[int(one) for one in data["weekdays"]])
        return slots(rule, zone=zone())

    def words(self) -> SessionWords:
        data = self.cleaned_data
        return SessionWords(place=data["place"], topic=data["topic"], hours=data["hours"])


class SessionForm(forms.Form):
    """What is said of one date."""

    topic = forms.CharField(label=gettext_lazy("内容"), required=False, max_length=120)
    place = forms.CharField(
        label=gettext_lazy("地点"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("和活动的地点不同时才填"),
    )
    hours = forms.DecimalField(
        label=gettext_lazy("学时"), required=False, min_value=0, max_value=99, max_digits=5, decimal_places=1
    )
    is_practice = forms.BooleanField(label=gettext_lazy("实践课"), required=False)

    @staticmethod
    def initial_of(session: Session) -> dict[str, Any]:
        return {name: getattr(session, name) for name in ("topic", "place", "hours", "is_practice")}

    def words(self, session: Session) -> SessionWords:
        return SessionWords(region=session.region, **self.cleaned_data)


class MoveForm(forms.Form):
    """Another time for one date."""

    first_on = DayField(label=gettext_lazy("日期"))
    starts = ClockField(label=gettext_lazy("开始时间"))
    ends = ClockField(label=gettext_lazy("结束时间"))
    reason = forms.CharField(label=gettext_lazy("原因"), required=False, max_length=300, widget=many_lines(2))

    @staticmethod
    def initial_of(session: Session) -> dict[str, Any]:
        starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        return {"first_on": starts.date(), "starts": starts.time(), "ends": ends.time()}

    def slot(self) -> Slot:
        data = self.cleaned_data
        return slots(Rule(data["first_on"], data["starts"], data["ends"]), zone=zone())[0]


class SeatsForm(forms.Form):
    """Seats for somebody."""

    scope = forms.ChoiceField(
        label=gettext_lazy("名额怎么分"),
        choices=[
            ("activity", gettext_lazy("整个活动共用，报一次每场都来")),
            ("session", gettext_lazy("每场各有名额，报名时选场次")),
        ],
        widget=forms.RadioSelect,
        initial="activity",
    )
    audience = forms.ChoiceField(label=gettext_lazy("给谁"), required=False)
    capacity = forms.IntegerField(label=gettext_lazy("名额"), min_value=1, max_value=MOST_SEATS)
    waiting_capacity = forms.IntegerField(
        label=gettext_lazy("候补名额"), min_value=0, max_value=MOST_SEATS, initial=0
    )

    def __init__(self, *args: Any, activity: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].choices = [("", _("不限对象")), *Audience.choices]  # type: ignore[attr-defined]
        first = activity.pools.first()
        if first is not None:
            self.fields["scope"].initial = "session" if first.session_id else "activity"


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300, required=False, widget=many_lines(3))
