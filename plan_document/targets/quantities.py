"""Numbers with units, and the words around them that make a goal of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plan_document.draft import Comparator
from plan_document.numerals import MULTIPLIERS, chinese_number, number

_UNIT = (
    r"%|‰|个百分点|个?(?:学时|课时)|人次|场次|批次|家次|户次|班次|例次|件次|平方公里|平方米|公里|公顷|小时|分钟|米|"
    r"[人名位户家场个所座支处件项篇部册本份期门条站种例倍亩元辆台套次天幅首张间集堂节档款幢批届块枚]"
)
# A unit that goes on like this is the beginning of another word.
_NOT_THE_UNIT = (
    r"(?!(?<=个)(?:月|工作日|方面|层面|环节|阶段|维度|自信|率先|先行|意识|维护|必须|坚持|确保|小时|文明|统筹|关键|突出|小目标)"
    r"|(?<=人)(?:民|大|才|口|均|员|社|工|机|力|类|群|生|文|身)|(?<=名)(?:单|录|师|医|牌|额)|(?<=家)(?:庭|长|园|政)"
    r"|(?<=场)(?:所|馆|地|景|域)|(?<=位)(?:于|置|列)|(?<=部)(?:门|分|署|委|队|位|长)|(?<=条)(?:件|例)|(?<=支)(?:持|撑|部)"
    r"|(?<=所)(?:有|在|属)|(?<=处)(?:理|于|室|置|长)|(?<=本)(?:级|地|区|县|市|次|届|土|科|着)|(?<=例)(?:如|会)"
    r"|(?<=天)(?:文|然)|(?<=台)(?:账|湾|风)|(?<=种)(?:植|子|养|业)|(?<=期)(?:间|末|限|待)|(?<=节)(?:约|能|日|水|点|假)"
    r"|(?<=次)(?:全会|会议|代表|党代会|全国)|(?<=项)(?:目标)|(?<=元)(?:旦|宇)|(?<=个)百分点)"
)
_NUMERALS = "零一二三四五六七八九十百千万亿两半"
_ABOVE = r"以上|及以上|或以上"
_AFTER = rf"{_ABOVE}|以内|之内|以下|及以下|左右|上下"
_QUANTITY = re.compile(
    rf"(?:(?:(?<![\d.A-Za-z第〔\[—~×+-])(?P<arabic>\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d{{1,9}}(?:\.\d{{1,4}})?) ?(?P<multiplier>[十百千万亿]{{0,2}})(?:(?:[—~-]{{1,2}}|至|到)(?P<upper>\d{{1,6}}))?"
    rf"|(?<![{_NUMERALS}第])(?P<chinese>[{_NUMERALS}]{{1,10}}))"
    rf"(?P<more>[余多+])?(?P<early>{_ABOVE})? ?(?P<unit>{_UNIT}){_NOT_THE_UNIT}"
    rf"|百分之(?P<percent>[{_NUMERALS}点]{{1,8}}))"
    rf" ?(?P<after>{_AFTER})?"
)
# 千家万户 and 百花 are figures of speech.
_COUNTS_NOTHING = re.compile(r"[十百千万亿]+$")
_DOUBLING = re.compile(r"翻([一二两三四])?番")

_BEFORE = (
    (
        Comparator.AT_LEAST,
        re.compile(r"(?:不(?:得)?(?:低于|少于|小于|下于)|至少[^,。;]{0,8}|最少|最低|保底|[≥≧])$"),
    ),
    (
        Comparator.AT_MOST,
        re.compile(
            r"(?:不(?:得)?(?:超过|高于|大于|多于)|控制在|(?:下降|降低|减少|压减|压降|缩小|缩短|降)(?:到|至)|[≤≦])$"
        ),
    ),
    (Comparator.MORE_THAN, re.compile(r"(?:超过|突破|高于|大于|多于|逾|超出?|>)$")),
    (Comparator.LESS_THAN, re.compile(r"(?:低于|少于|小于|不足|<)$")),
    (Comparator.ABOUT, re.compile(r"(?:约|大约|约为|接近|近)$")),
    (
        Comparator.AT_LEAST,
        re.compile(
            r"(?:(?:达到?|提高|提升|增加|增长|上升|扩大|保持|稳定|维持|发展|升|拓展|增)(?:到|至|在|为)?|达到?|实现|突破)$"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: its place in the view, its value in base units and the sign that compares it."""

    start: int
    end: int
    value: float
    unit: str
    comparator: Comparator | None
    comparator_start: int
    is_arabic: bool
    has_multiplier: bool


def quantities_in(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Every number with a unit in the stretch, in order."""
    for match in _QUANTITY.finditer(text, start, end):
        value, unit = _value(match), match["unit"] or "%"
        if value is None:
            continue
        comparator, opens = _comparator(text, start, match)
        if match["upper"] and comparator is None:
            comparator = Comparator.AT_LEAST
        if comparator is None and _COUNTS_NOTHING.match(match["chinese"] or ""):
            continue
        yield Quantity(
            start=match.start(),
            end=match.end(),
            value=value,
            unit=unit.removeprefix("个") if unit.endswith("时") else unit,
            comparator=comparator,
            comparator_start=opens,
            is_arabic=match["chinese"] is None,
            has_multiplier=any(sign in MULTIPLIERS for sign in match["chinese"] or match["multiplier"] or ""),
        )


def doublings_in(text: str, start: int, end: int) -> Iterator[Quantity]:
    """翻一番 is twice as much, 翻两番 four times."""
    for match in _DOUBLING.finditer(text, start, end):
        times = 2 ** int(chinese_number(match[1] or "一") or 1)
        yield Quantity(
            match.start(), match.end(), float(times), "倍", Comparator.MULTIPLY, match.start(), True, False
        )


def _value(match: re.Match[str]) -> float | None:
    if match["percent"] is not None:
        whole, _, rest = match["percent"].partition("点")
        value = chinese_number(whole)
        decimals = "".join(str(int(chinese_number(sign) or 0)) for sign in rest)
        return None if value is None else value + (float(f"0.{decimals}") if decimals else 0.0)
    if match["chinese"] is not None:
        return chinese_number(match["chinese"])
    return number(match["arabic"] + match["multiplier"])


def _comparator(text: str, start: int, match: re.Match[str]) -> tuple[Comparator | None, int]:
    before = text[max(start, match.start() - 14) : match.start()]
    for comparator, pattern in _BEFORE:
        found = pattern.search(before)
        if found:
            opens = match.start() - len(before) + found.start()
            return _with_sign_behind(match, comparator), opens
    return _with_sign_behind(match, None), match.start()


def _with_sign_behind(match: re.Match[str], before: Comparator | None) -> Comparator | None:
    behind = match["after"] or match["early"] or ""
    if behind.endswith("以上"):
        return Comparator.AT_LEAST if before is not Comparator.MORE_THAN else before
    if behind in ("以内", "之内", "以下", "及以下"):
        return Comparator.AT_MOST if before is not Comparator.LESS_THAN else before
    if behind:
        return Comparator.ABOUT
    if match["more"]:
        return Comparator.MORE_THAN if before in (None, Comparator.AT_LEAST) else before
    return before
