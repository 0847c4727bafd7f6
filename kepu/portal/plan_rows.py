"""The actions of a plan as the page prints them, put into words once.

A plan has dozens of measures, and a template takes five times as long to write their lines as this does. Actions
are plain dictionaries: of those a template reads a value in one step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TypedDict

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kepu.core.templatetags.kepu_marks import status
from kepu.plans.models import Standing
from kepu.plans.queries.overview import ActionLine, MeasureLine, Quarter, Unit
from kepu.plans.queries.standing import TONES

FROM_GOOD_TO_BAD = (
    Standing.DONE,
    Standing.ON_TRACK,
    Standing.NOT_DUE,
    Standing.AT_RISK,
    Standing.SILENT,
    Standing.LATE,
    Standing.UNASSIGNED,
)
LINE = '<li class="measure-line"><a href="measures/{code}/">{title}</a>{mark}<p class="measure-facts">{facts}</p></li>'
SEGMENTS = {tone: f'<span class="segment segment-{tone}"></span>' for tone in TONES.values()}


class ActionRow(TypedDict):
    """One action with a segment and a line for each of its measures."""

    title: str
    state: SafeString
    leads: str
    lines: SafeString


class ShareRow(TypedDict):
    """How many measures stand alike, and which part of the bar that is, in percent for SVG attributes."""

    standing: str
    mark: SafeString
    number: int
    starts_at: str
    width: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the rows say again and again, in the language of the page."""

    is_english: bool
    marks: dict[Standing, SafeString]
    verified_until: str

    def title(self, line: ActionLine | MeasureLine) -> str:
        return (line.title_en or line.title) if self.is_english else line.title

    def names(self, units: Iterable[Unit]) -> str:
        if self.is_english:
            return ", ".join(unit.name_en or unit.short_name for unit in units)
        return "、".join(unit.short_name for unit in units)

    def verified(self, quarter: Quarter) -> str:
        return self.verified_until % {"year": quarter.year, "quarter": quarter.quarter}


def words_of_the_page() -> Words:
    return Words(
        is_english=(get_language() or "").startswith("en"),
        marks={standing: status(TONES[standing], standing.label) for standing in Standing},
        verified_until=_("已核实到 %(year)d 年第 %(quarter)d 季度"),
    )


def action_rows(actions: Iterable[ActionLine], *, words: Words) -> list[ActionRow]:
    return [_action(action, words=words) for action in actions]


def share_rows(actions: Iterable[ActionLine], *, words: Words) -> list[ShareRow]:
    """The standings that occur, as parts of one bar that begins with what is done."""
    found = Counter(line.standing for action in actions for line in action.measures)
    rows: list[ShareRow] = []
    before, total = 0, found.total()
    for standing in FROM_GOOD_TO_BAD:
        if number := found[standing]:
            rows.append(
                ShareRow(
                    standing=standing.value,
                    mark=words.marks[standing],
                    number=number,
                    starts_at=f"{before / total:.3%}",
                    width=f"{number / total:.3%}",
                )
            )
            before += number
    return rows


def _action(action: ActionLine, *, words: Words) -> ActionRow:
    return ActionRow(
        title=words.title(action),
        state=_state(action, words=words),
        leads=words.names(action.units),
        lines=mark_safe("".join(_line(line, of=action, words=words) for line in action.measures)),  # noqa: S308
    )


def _state(action: ActionLine, *, words: Words) -> SafeString:
    """A segment for each measure, and the word for all of them."""
    segments = "".join(SEGMENTS[TONES[line.standing]] for line in action.measures)
    mark = words.marks[action.standing]
    return mark_safe(f'<span class="segments" aria-hidden="true">{segments}</span>{mark}')  # noqa: S308


def _line(line: MeasureLine, *, of: ActionLine, words: Words) -> str:
    """Units are named only where they are not those of the whole action."""
    facts = [words.names(line.units)] if line.units != of.units else []
    facts += [words.verified(line.verified_until)] if line.verified_until else []
    return LINE.format(
        code=escape(line.code),
        title=escape(words.title(line)),
        mark=words.marks[line.standing],
        facts=escape(" · ".join(facts)),
    )
