"""Filters that every page uses: Chinese dates, counted numbers, shares, bilingual titles, safe attributes.

Loaded as a builtin, so no template needs `{% load %}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

register = template.Library()

Number = int | float | Decimal
NO_VALUE = "—"
WAN = 10_000
KIND_WORDS = {
    "counted": gettext_lazy("计数"),
    "estimated": gettext_lazy("估计"),
    "reported": gettext_lazy("上报"),
}
KIND_MEANINGS = {
    "counted": gettext_lazy("由台账逐条累加，每一条都能查到依据"),
    "estimated": gettext_lazy("由抽样调查推算，附可信区间"),
    "reported": gettext_lazy("由单位填报，附证明材料"),
}


@register.filter
def day(value: date | None) -> str:
    """2025 年 9 月 30 日."""
    if value is None:
        return NO_VALUE
    local = _local(value)
    return _("%(year)d 年 %(month)d 月 %(day)d 日") % _parts(local)


@register.filter
def short_day(value: date | None) -> str:
    """9 月 30 日, for lists where the year is clear."""
    if value is None:
        return NO_VALUE
    return _("%(month)d 月 %(day)d 日") % _parts(_local(value))


@register.filter
def weekday(value: date | None) -> str:
    """周二."""
    if value is None:
        return NO_VALUE
    return _weekdays()[_local(value).weekday()]


@register.filter
def moment(value: datetime | None) -> str:
    """2025 年 9 月 30 日 14:05, in the district's time."""
    if value is None:
        return NO_VALUE
    return f"{day(value)} {_local(value):%H:%M}"


@register.filter
def moment_or_day(value: date | None) -> str:
    """A moment with its clock time, a day without one."""
    return moment(value) if isinstance(value, datetime) else day(value)


@register.filter
def iso(value: date | None) -> str:
    """The machine-readable form for <time datetime>."""
    return "" if value is None else _local(value).isoformat()


@register.filter
def count(value: Number | str | None) -> str:
    """18,240; a fraction keeps what it has, up to two places."""
    number = _number(value)
    if number is None:
        return NO_VALUE
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.quantize(Decimal('0.01')).normalize():,f}"


@register.filter
def wan(value: Number | str | None) -> str:
    """3.2 万 from ten thousand upwards, as people say it; plain below, and plain in English."""
    number = _number(value)
    if number is None or number < WAN or _speaks_english():
        return count(value)
    return f"{count((number / WAN).quantize(Decimal('0.1')))} 万"


@register.filter
def percent(value: Number | str | None, places: int = 1) -> str:
    """A share between 0 and 1 as 17.9%."""
    number = _number(value)
    return NO_VALUE if number is None else f"{number * 100:.{places}f}%"


@register.filter
def localized(thing: Any, name: str) -> str:
    """The field of that name, or its `_en` pair on an English page when somebody has filled it in."""
    chosen = _field(thing, f"{name}_en") if _speaks_english() else ""
    return str(chosen or _field(thing, name) or "")


@register.filter
def kind_word(kind: str) -> str:
    """What a figure is: counted from the ledger, estimated by a survey, or reported by a unit."""
    return str(KIND_WORDS.get(kind, kind))


@register.filter
def kind_meaning(kind: str) -> str:
    """One sentence that explains the kind to somebody who sees it for the first time."""
    return str(KIND_MEANINGS.get(kind, ""))


@register.filter
def begins_with(text: str, start: str) -> bool:
    return bool(start) and text.startswith(start)


@register.filter
def listed(items: Iterable[object]) -> str:
    """甲、乙、丙: with the mark that stands between the items of a list in the reader's language."""
    return _("、").join(str(item) for item in items)


@register.filter
def as_label(words: object) -> str:
    """数值： before what it labels."""
    return _("%(label)s：") % {"label": words}


@register.filter
def bracketed(remark: object) -> str:
    """（区教体局） behind what it explains; English puts a space before the bracket."""
    return _("（%(remark)s）") % {"remark": remark}


@register.simple_tag
def nearest_address(path: str, *addresses: str) -> str:
    """Of the entries of a menu the one that a page belongs to: the longest address that the page's begins with."""
    above = [address for address in addresses if begins_with(path, address)]
    return max(above, key=len, default="")


@register.filter
def passthrough(attrs: Mapping[str, Any]) -> SafeString:
    """The attributes a component does not name itself, escaped (cotton's own output trusts dynamic values)."""
    named = attrs.attrs_dict() if hasattr(attrs, "attrs_dict") else dict(attrs)
    return mark_safe(  # noqa: S308 - every value went through conditional_escape
        "".join(_attribute(key, value) for key, value in named.items())
    )


def _attribute(key: str, value: Any) -> str:
    if value is True:
        return f" {conditional_escape(key)}"
    if value is False or value is None:
        return ""
    # A value that cotton rendered is already marked safe but may still hold a plain quote from the template itself.
    return f' {conditional_escape(key)}="{str(conditional_escape(value)).replace(chr(34), "&quot;")}"'


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


def _parts(value: date) -> dict[str, int]:
    return {"year": value.year, "month": value.month, "day": value.day}


def _weekdays() -> tuple[str, ...]:
    return (
        pgettext("weekday", "周一"),
        pgettext("weekday", "周二"),
        pgettext("weekday", "周三"),
        pgettext("weekday", "周四"),
        pgettext("weekday", "周五"),
        pgettext("weekday", "周六"),
        pgettext("weekday", "周日"),
    )


def _number(value: Number | str | None) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return None


def _speaks_english() -> bool:
    return (get_language() or "").startswith("en")


def _field(thing: Any, name: str) -> Any:
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, "")
