"""Whether a number speaks of the future or of what has been, and by when it is to be reached."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plan_document.draft import Period
from plan_document.lexicon import VERBS
from plan_document.period import five_year_plan

_CUE = re.compile(
    r"(?P<rise>(?:由|从)[^,。;由从]{1,40}?(?:提高|提升|增加|增长|上升|扩大|发展|拓展|下降|降低|减少|降|升|增)(?:到|至|为))|(?P<past>已经?(?!经)|目前|现有|现状|截[至止](?!20[2-9]\d年?[底末]?,?(?:力争|实现))|上年|去年|近[一二两三四五六七八九十几\d]{0,2}年|同比|过去|以来|"
    r"的基础上|相比|居[全省市])"
    r"|(?P<goal>(?:力争|确保|争取|努力)?(?:到|至|于|在)?) ?(?<![\d比较])(?P<year>20\d{2}) ?年?(?P<by>年?(?:底前|底|末|前|之前|以前|内)|(?P<since>年?起)|时)?(?!\d| ?[—\-~至] ?20\d\d)"
    r"|[“\"]?(?P<plan>十[一二三四五六七八九])五[”\"]?(?:规划|时期|期间)?(?P<planned>末|期末|结束时)?"
)

_STATES = frozenset({"实现", "形成"})


@dataclass(frozen=True, slots=True)
class Time:
    """The time that a number belongs to: a deadline to come, or a fact of the past."""

    deadline: str | None
    is_past: bool


def time_before(text: str, start: int, end: int, *, period: Period | None) -> Time:
    """The last cue before a number holds for it."""
    time = Time(None, is_past=False)
    for cue in _CUE.finditer(text, start, end):
        time = _time_of(cue, period) or time
    return time


def _time_of(cue: re.Match[str], period: Period | None) -> Time | None:
    if cue["rise"]:
        return None
    if cue["past"]:
        return Time(None, is_past=True)
    if cue["plan"]:
        return _time_of_plan(cue, period)
    year = int(cue["year"])
    if cue["since"] and (period is None or year >= period.start):
        return Time(None, is_past=False)
    is_goal = bool(cue["goal"] or cue["by"])
    if period is not None and (year < period.start or (year == period.start and not is_goal)):
        # 2022年建成5个, in a plan that begins in 2022, is a deed to come; 2022年达到8% is where it begins.
        to_come = year == period.start and cue.string[cue.end() : cue.end() + 2] in VERBS - _STATES
        return Time(str(year) if to_come else None, is_past=not to_come)
    if period is None and not is_goal:
        return Time(None, is_past=True)
    return Time(str(year), is_past=False)


def _time_of_plan(cue: re.Match[str], period: Period | None) -> Time | None:
    years = five_year_plan(cue["plan"])
    if years is None:
        return None
    if period is not None and years.end < period.start:
        return Time(None, is_past=True)
    return Time(str(years.end), is_past=False) if cue["planned"] else None
