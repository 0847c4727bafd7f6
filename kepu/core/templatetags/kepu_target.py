"""The picture of how far a goal is: a counted value is a bar, an estimate a point in its band, the target a dashed line.

Drawn here and not in a template, because a drawing is made of numbers and a page shows several of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kepu.core.templatetags.kepu_figures import TargetGeometry, target_geometry
from kepu.core.templatetags.kepu_format import count, kind_word

register = template.Library()

TRACK = mark_safe('<rect class="bar-track" x="0" y="8" width="100%" height="16" rx="8"/>')
ABSENT = dict.fromkeys(
    ("attrs", "href", "slot", "value", "low", "high", "unverified", "top", "as_of", "source", "source_url")
)
NUMBERS = ("value", "goal", "low", "high", "unverified", "top")


@register.inclusion_tag("_target.html")
def target(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A whole target from a mapping with the names of `<c-target>`."""
    return {**ABSENT, **shown}


@register.simple_tag(takes_context=True)
def target_bar(context: Context) -> SafeString:
    """Drawn from the names that `<c-target>` has; empty when there is nothing to draw, and the page says so in words."""
    numbers = {name: context.get(name) for name in NUMBERS}
    geometry = target_geometry(**numbers)
    if geometry is None:
        return mark_safe("")
    return format_html(
        '<svg class="target-bar" width="100%" height="48" role="img" aria-label="{}">{}{}{}</svg>',
        _in_words(context, numbers=numbers, is_estimate=geometry.is_estimate),
        TRACK,
        _reached(geometry, has_value=numbers["value"] is not None, has_rest=bool(numbers["unverified"])),
        _aim(geometry, goal=numbers["goal"], unit=context["unit"]),
    )


def _in_words(context: Context, *, numbers: dict[str, Any], is_estimate: bool) -> str:
    """What the picture shows, for those who cannot see it."""
    unit, value, rest, goal = context["unit"], numbers["value"], numbers["unverified"], numbers["goal"]
    said = [
        str(context["title"]),
        _("还没有数字") if value is None else f"{kind_word(context['kind'])} {with_unit(value, unit)}",
        f"{_('可信区间')} {interval(numbers['low'], numbers['high'], unit)}" if is_estimate else "",
        f"{_('待核实')} {with_unit(rest, unit)}" if rest else "",
        f"{_('目标')} {with_unit(goal, unit)}" if goal is not None else "",
    ]
    return "，".join(part for part in said if part)


@register.simple_tag
def with_unit(number: Any, unit: str) -> str:
    """17.9%, 29,360 人次."""
    return f"{count(number)}%" if unit == "%" else f"{count(number)} {unit}"


@register.simple_tag
def interval(low: Any, high: Any, unit: str) -> str:
    """16.2%–19.7%."""
    sign = "%" if unit == "%" else ""
    return f"{count(low)}{sign}–{count(high)}{sign}"


def _reached(geometry: TargetGeometry, *, has_value: bool, has_rest: bool) -> SafeString:
    """All numbers in here are our own, written as percentages."""
    if geometry.is_estimate:
        return mark_safe(  # noqa: S308
            f'<rect class="bar-band" x="{geometry.low}" y="8" width="{geometry.band_width}" height="16" rx="4"/>'
            f'<line class="bar-point" x1="{geometry.value}" x2="{geometry.value}" y1="4" y2="28"/>'
        )
    bar = f'<rect class="bar-fill" x="0" y="8" width="{geometry.value}" height="16" rx="8"/>'
    rest = (
        f'<rect class="bar-unverified" x="{geometry.value}" y="8" width="{geometry.unverified_width}" height="16"'
        ' fill="url(#hatch)"/>'
    )
    return mark_safe((bar if has_value else "") + (rest if has_value and has_rest else ""))  # noqa: S308


def _aim(geometry: TargetGeometry, *, goal: Any, unit: str) -> SafeString | str:
    if goal is None:
        return ""
    return format_html(
        '<line class="bar-goal" x1="{0}" x2="{0}" y1="0" y2="32"/>'
        '<text class="bar-goal-label" x="{0}" y="45" text-anchor="{1}">{2} {3}</text>',
        geometry.goal,
        geometry.goal_anchor,
        _("目标"),
        f"{count(goal)}%" if unit == "%" else count(goal),
    )
