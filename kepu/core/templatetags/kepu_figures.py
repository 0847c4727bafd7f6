"""Where a bar, a band and a target line lie, worked out on the server so that no page needs inline styles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from kepu.core.templatetags.kepu_format import count

register = template.Library()

HEADROOM = Decimal("1.12")
LABEL_TURNS_AT = 78
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class TargetGeometry:
    """Positions in percent of the bar's width, as text for SVG attributes."""

    value: str
    unverified_width: str
    low: str
    band_width: str
    goal: str
    goal_anchor: str
    is_estimate: bool


def target_geometry(
    *, value: Any, goal: Any, low: Any = None, high: Any = None, unverified: Any = None, top: Any = None
) -> TargetGeometry | None:
    """None when there is nothing to draw yet; the page then says so in words."""
    reached, aim = _decimal(value), _decimal(goal)
    lower, upper, waiting = _decimal(low), _decimal(high), _decimal(unverified) or Decimal(0)
    if reached is None and aim is None:
        return None
    ends = [reached or Decimal(0), aim or Decimal(0), upper or Decimal(0), (reached or Decimal(0)) + waiting]
    width = _decimal(top) or max(ends) * HEADROOM or Decimal(1)
    has_band = lower is not None and upper is not None
    return TargetGeometry(
        value=_share(reached or Decimal(0), of=width),
        unverified_width=_share(waiting, of=width),
        low=_share(lower or Decimal(0), of=width),
        band_width=_share((upper or Decimal(0)) - (lower or Decimal(0)), of=width),
        goal=_share(aim, of=width) if aim is not None else "",
        goal_anchor=_anchor(aim, of=width),
        is_estimate=has_band,
    )


@register.filter
def chart_heads(data: Mapping[str, Any]) -> list[str]:
    """The column heads of the table behind a chart."""
    return [str(one["name"]) for one in data["series"]]


@register.filter
def chart_rows(data: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The rows of the table behind a chart: a category and its labelled values."""
    names = chart_heads(data)
    columns: list[Sequence[Any]] = [one["values"] for one in data["series"]]
    return [
        (str(category), list(zip(names, (column[row] for column in columns), strict=True)))
        for row, category in enumerate(data["categories"])
    ]


@register.filter
def chart_table(data: Mapping[str, Any]) -> SafeString:
    """The same rows as markup: on a phone each cell says which column it is of."""
    cell = '<td class="numeric" data-label="{}">{}</td>'
    return format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (category, format_html_join("", cell, ((head, count(value)) for head, value in values)))
            for category, values in chart_rows(data)
        ),
    )


@register.filter
def page_numbers(page: Page[Any]) -> list[int | str]:
    """1 2 3 … 9 with gaps, for the pager."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


def _decimal(value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def _share(part: Decimal, *, of: Decimal) -> str:
    share = min(max(part / of * HUNDRED, Decimal(0)), HUNDRED)
    return f"{share:.2f}%"


def _anchor(aim: Decimal | None, *, of: Decimal) -> str:
    """A label near an edge is set inward, or it would be cut off."""
    if aim is None or aim / of * HUNDRED > LABEL_TURNS_AT:
        return "end"
    return "start" if aim / of * HUNDRED < HUNDRED - LABEL_TURNS_AT else "middle"
