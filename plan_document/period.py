"""The years for which a plan holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from plan_document.draft import Period

# Opens with a set, so that the search can skip.
_YEAR = r"[12][09](?:(?<=19)|(?<=20))\d{2}"
_RANGE = re.compile(rf"({_YEAR})(?<!\d{{5}}) ?年?度? ?(?:-{{1,2}}|—{{1,2}}|~|至|到|一|_) ?({_YEAR}) ?年?")
_GARBLED = re.compile(rf"({_YEAR})(?<!\d{{5}})({_YEAR})(?=年|\)|\d?$)")
_FIVE_YEARS = re.compile(
    r"[“\"']?(十[一二三四五六七八九]|十)五[”\"']?(?=时期|规划|期间|科|全民|公民|末|$|[^\d])"
)
_SINGLE = re.compile(rf"(?<!\d)({_YEAR}) ?年度?(?!\d)")
_TERM = re.compile(
    rf"(?:(?:实施|规划|执行|行动)?(?:期限|周期|期)|(?:活动|实施)时间)(?:为|是|:)?[^。\n]{{0,6}}?({_YEAR}) ?年?[^。\n]{{0,6}}?(?:-|—{{1,2}}|~|至|到)[^。\n\d]{{0,4}}({_YEAR})"
)
_DOCUMENT_NAME = re.compile(r"《[^《》\n]{0,90}》|[(][^()\n]{0,30}[)]")
_BOOK = re.compile(r"《[^《》\n]{0,90}》")
_FIRST_OF_FIVE_YEAR_PLANS = 1953
_LONGEST_PERIOD = 30
_NUMBERS = {"十": 10} | {f"十{sign}": 10 + value for value, sign in enumerate("一二三四五六七八九", start=1)}


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A period with its place in the view, and whether its dash was lost."""

    period: Period
    start: int
    end: int
    is_garbled: bool


def five_year_plan(ordinal_written: str) -> Period | None:
    """十四 (as in 十四五) is 2021 to 2025."""
    index = _NUMBERS.get(ordinal_written)
    if index is None:
        return None
    start = _FIRST_OF_FIVE_YEAR_PLANS + 5 * (index - 1)
    # The third plan began late: from the third on, plans start in the years that end in 1 and 6.
    start = start if index < 3 else 1966 + 5 * (index - 3)
    return Period(start, start + 4)


def periods_in(text: str, start: int, end: int) -> list[FoundPeriod]:
    """Every written period in the stretch, in order."""
    found = [
        FoundPeriod(Period(int(match[1]), int(match[2])), match.start(), match.end(), is_garbled)
        for pattern, is_garbled in ((_RANGE, False), (_GARBLED, True))
        for match in pattern.finditer(text, start, end)
        if 0 <= int(match[2]) - int(match[1]) <= _LONGEST_PERIOD
    ]
    return sorted(found, key=lambda period: period.start)


def find_period(text: str, *, title: tuple[int, int], front_end: int) -> FoundPeriod | None:
    """The plan's own period: in its title, right behind it, or stated as its term; never that of a parent."""
    start, end = title
    names = [match.span() for match in _BOOK.finditer(text, start, end)]
    in_title = [
        found
        for found in periods_in(text, start, min(end + 30, len(text)))
        if not any(first <= found.start < last for first, last in names)
    ]
    if in_title and in_title[0].start <= end + 3:
        return in_title[0]
    repeated = _behind_repeated_title(text, text[start:end], end, front_end)
    for found in (repeated, _five_years(text, start, end), _term(text), _single_year(text, start, end)):
        if found is not None:
            return found
    return _on_its_own_line(text, front_end) or _in_preamble(text, front_end)


def _behind_repeated_title(text: str, title: str, start: int, end: int) -> FoundPeriod | None:
    """A letter names the plan first; the plan's own head, with its years, follows."""
    place = text.find(title, start, end) if title else -1
    while place >= 0:
        behind = place + len(title)
        found = periods_in(text, place, min(behind + 30, len(text)))
        if found and found[0].start <= behind + 3:
            return found[0]
        place = text.find(title, behind, end)
    return None


def _on_its_own_line(text: str, front_end: int) -> FoundPeriod | None:
    for found in periods_in(text, 0, front_end):
        line = text[text.rfind("\n", 0, found.start) + 1 : found.end + 3].split("\n")[0]
        if len(line.strip("()年 ")) <= found.end - found.start + 2:
            return found
    return None


def _in_preamble(text: str, front_end: int) -> FoundPeriod | None:
    """The first period of the preamble that is not part of a document's name."""
    names = [match.span() for match in _DOCUMENT_NAME.finditer(text, 0, front_end)]
    for found in periods_in(text, 0, front_end):
        if not found.is_garbled and not any(first <= found.start < last for first, last in names):
            return found
    return None


def _five_years(text: str, start: int, end: int) -> FoundPeriod | None:
    match = _FIVE_YEARS.search(text, start, end)
    period = five_year_plan(match[1]) if match else None
    return FoundPeriod(period, match.start(), match.end(), is_garbled=False) if match and period else None


def _term(text: str) -> FoundPeriod | None:
    match = _TERM.search(text)
    if match is None or int(match[2]) < int(match[1]):
        return None
    return FoundPeriod(Period(int(match[1]), int(match[2])), match.start(), match.end(), is_garbled=False)


def _single_year(text: str, start: int, end: int) -> FoundPeriod | None:
    names = [match.span() for match in _BOOK.finditer(text, start, end)]
    for match in _SINGLE.finditer(text, start, min(end + 8, len(text))):
        if not any(first <= match.start() < last for first, last in names):
            return FoundPeriod(
                Period(int(match[1]), int(match[1])), match.start(), match.end(), is_garbled=False
            )
    return None
