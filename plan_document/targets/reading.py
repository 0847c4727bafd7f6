"""Which of the numbers in a plan are goals, and what they are goals for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plan_document import confidence
from plan_document.draft import Comparator, Period
from plan_document.lexicon import VERBS, words
from plan_document.targets.counted import (
    FROM,
    NOUN_AFTER,
    NUMBERING,
    PER_PLACE,
    PER_TIME,
    RISE_FROM,
    STARTS_RISE,
    baseline,
    clean_per,
    population,
)
from plan_document.targets.quantities import Quantity, doublings_in, quantities_in
from plan_document.targets.times import Time, time_before
from plan_document.view import View

# No plan has as many: further numbers of such a text are not read.
MOST_TARGETS = 5_000
# 这一比例 in the next sentence speaks of the number of the one before; a longer name has its own.
_LONGEST_PRONOUN = 3

# The numbers of the past in a paragraph, by unit, each with the start of its sentence.
Facts = dict[str, tuple[float, int]]

_SENTENCE = re.compile(r"[^。!?\n\t|]+")
_HINT = re.compile(
    r"\d|百分之|翻.?番|[一二三四五六七八九十百千万亿两半][人名场个所座支处件项篇部册次亩家期户门学课万千届]"
)
_CLAUSE_START = re.compile(r"[,;:。\n]")
_QUOTED = re.compile(r"“[^“”\n]{0,40}”|《[^《》\n]{0,80}》|\"[^\"\n]{0,30}\"|〔[^〕]{0,8}〕")
_GOAL_VERB = re.compile(
    r"培育|培养|培训|轮训|建成|建设|建立|新建|改建|扩建|创建|打造|开展|举办|组织|发展|新增|增加|认定|命名|选派|选树|完成|覆盖|服务|"
    r"惠及|达到?|实现|配备|配置|设立|开设|开发|推出|制作|创作|发布|评选|招募|组建|成立|受益|参与|力争|推广|引进|布局|升级|改造|"
    r"投放|印发|发放|遴选|推荐|支持|扶持|吸引|带动|接待|注册|征集|拥有|保持|提升|提高|帮助|走进|巡展|巡讲|播出|刊发|安排|投入|举行|命名|评定|选拔|"
    r"培树|新认定|新增|孵化|汇聚|入驻|建有|不断|普及率|比例|比重|覆盖率|占比|总数|总量|数量|人数|率|面积|经费|受众|出版|编译|编印|解决|安装|录制|拍摄|授课|选聘|评审|征集"
)
_RATE = re.compile(r"率|比例|比重|占比|占|水平|份额|指数|覆盖|度$")
_NEEDS_COMPARATOR = frozenset(words("小时 分钟 天 元 米 本 倍 位 批 分 届"))
# 依托3个平台 says with what, not how much.
_DEEDS = VERBS - set(words("依托 立足 围绕 面向 利用 运用 使用 应用 结合 紧扣 紧贴 聚焦 发挥 依法 用好 用活"))
# 共8个, 分为5类 and 分2批 count what was said before; 下设3个 is how an office is built.
_COUNTED_NOUN = re.compile(r"[\u4e00-\u9fff“”]{2,}(?<!共)(?<!其中)(?<!为)(?<!分)(?<!第)(?<!近)(?<!计)$")
_OWN_HEADINGS = re.compile(r"(?:行动|工程|任务|举措|措施|原则|要求|计划|专项)$")


@dataclass(frozen=True, slots=True)
class FoundTarget:
    """A goal with its place in the view."""

    start: int
    end: int
    comparator: Comparator
    value: float
    unit: str
    population: tuple[int, int]
    baseline: float | None
    deadline: str | None
    per: str
    confidence: float


@dataclass(frozen=True, slots=True)
class _Told:
    """What the text around a sentence says for it."""

    period: Period | None
    inherited: str | None
    facts: Facts
    work_starts: int  # the place of the first measure


def find_targets(
    view: View,
    *,
    period: Period | None,
    left_out: Sequence[tuple[int, int]],
    measure_starts: Sequence[int] = (),
) -> list[FoundTarget]:
    """Every goal with a number in the view, outside the stretches that are left out (owners).

    A deadline holds on in its paragraph, but never from one measure to the next.
    """
    found: list[FoundTarget] = []
    paragraph_deadline: tuple[tuple[int, int], str | None] = ((0, 0), None)
    facts: Facts = {}
    work_starts = measure_starts[0] if measure_starts else len(view.text)
    ends = [end for _, end in left_out]
    for sentence in _SENTENCE.finditer(view.text):
        if not _HINT.search(sentence.group()):
            continue
        start, end = sentence.span()
        line = view.text.rfind("\n", max(0, start - 600), start) + 1
        paragraph = (line, bisect_right(measure_starts, start))
        inherited = paragraph_deadline[1] if paragraph_deadline[0] == paragraph and line else None
        if paragraph_deadline[0] != paragraph:
            facts.clear()
        told = _Told(period=period, inherited=inherited, facts=facts, work_starts=work_starts)
        for target in _in_sentence(view, start, end, told):
            index = bisect_right(ends, target.start)
            if index < len(left_out) and left_out[index][0] < target.end and target.end <= left_out[index][1]:
                continue
            found.append(target)
        if len(found) >= MOST_TARGETS:
            break
        paragraph_deadline = (
            paragraph,
            time_before(view.text, start, end, period=period).deadline or inherited,
        )
    return found


def _in_sentence(view: View, start: int, end: int, told: _Told) -> Iterator[FoundTarget]:
    text = view.text
    quoted = [match.span() for match in _QUOTED.finditer(text, start, end)]
    last_end = start
    quantities = [*quantities_in(text, start, end), *doublings_in(text, start, end)]
    for quantity in sorted(quantities, key=lambda each: each.start):
        quote = bisect_right(quoted, (quantity.start, end)) - 1
        if quote >= 0 and quantity.start < quoted[quote][1]:
            continue
        time = _time(text, start, quantity, told.period)
        if time.is_past or _starts_a_rise(text, start, quantity):
            told.facts[quantity.unit] = (quantity.value, start)
            continue
        clause = _clause_start(text, start, quantity)
        is_goal = _is_goal(text, clause, quantity) or (
            quantity.start >= told.work_starts and _is_counted_work(text, clause, quantity)
        )
        if is_goal and not _counts_own_headings(text, end, quantity):
            opens = last_end + 1 if text[last_end : last_end + 1] == "、" and last_end >= clause else clause
            yield _target(view, start, end, opens, quantity, time=time, told=told)
            last_end = quantity.end


def _time(text: str, start: int, quantity: Quantity, period: Period | None) -> Time:
    """The time of the number; the year of the value that a rise starts from is not its time."""
    window = max(start, quantity.start - 200)
    rise = RISE_FROM.search(text[max(window, quantity.start - 60) : quantity.start])
    end = max(window, quantity.start - 60) + rise.start() if rise else quantity.start
    return time_before(text, window, end, period=period)


def _starts_a_rise(text: str, start: int, quantity: Quantity) -> bool:
    """Is it the first number of 由…提高到…?"""
    before = text[max(start, quantity.start - 30) : quantity.start]
    return FROM.search(before) is not None and STARTS_RISE.match(text, quantity.end) is not None


def _clause_start(text: str, start: int, quantity: Quantity) -> int:
    window = max(start, quantity.start - 120)
    clause = max(
        (sign.end() for sign in _CLAUSE_START.finditer(text, window, quantity.start)), default=window
    )
    numbering = NUMBERING.match(text, clause, quantity.start)
    return numbering.end() if numbering else clause


def _is_goal(text: str, clause: int, quantity: Quantity) -> bool:
    before = text[clause : quantity.start]
    is_per = PER_TIME.search(before) is not None or PER_PLACE.search(before) is not None
    if quantity.comparator is not None:
        return _compared_is_goal(quantity, before, is_per=is_per)
    if quantity.unit in ("%", "‰"):
        return _RATE.search(before[-12:]) is not None
    if quantity.unit in _NEEDS_COMPARATOR and not is_per:
        return False
    after = text[quantity.end : quantity.end + 24]
    # 在6个社区建设驿站, 对12处长廊进行改造
    is_place_of_deed = before[-1:] in tuple("在为对向给") and _has_verb(_CLAUSE_START.split(after)[0])
    is_goal = is_per or _has_verb(before) or is_place_of_deed or (before[:1] == "对" and "进行" in after)
    if not quantity.is_arabic and quantity.value == 1 and quantity.unit == "次":
        return False  # 通报一次 says how, not how much
    if is_per or quantity.is_arabic or quantity.value >= 10:
        return is_goal
    # 一座 behind the noun is a count (建成海洋科普馆一座); before it, it is an article.
    return (
        is_goal and not before.endswith(("有", "是", "成")) and after[:1] in ("", ",", ";", "。", "、", "\n")
    )


def _is_counted_work(text: str, clause: int, quantity: Quantity) -> bool:
    """In a measure, a count that closes its clause behind a noun is work to be done: 招收学员40名."""
    if not quantity.is_arabic or quantity.unit in _NEEDS_COMPARATOR or quantity.unit in ("%", "‰"):
        return False
    closes = text[quantity.end : quantity.end + 1] in ("", ",", ";", "。", "、", "\n", "\t", "|", "(")
    return closes and _COUNTED_NOUN.search(text, clause, quantity.start) is not None


def _has_verb(before: str) -> bool:
    return _GOAL_VERB.search(before) is not None or any(
        before[index : index + 2] in _DEEDS for index in range(len(before) - 1)
    )


def _counts_own_headings(text: str, end: int, quantity: Quantity) -> bool:
    """实施5项提升行动 announces the chapters of the plan itself."""
    if quantity.unit not in ("项", "个"):
        return False
    after = NOUN_AFTER.match(text, quantity.end, min(end, quantity.end + 40))
    return after is not None and _OWN_HEADINGS.search(after["noun"]) is not None


def _compared_is_goal(quantity: Quantity, before: str, *, is_per: bool) -> bool:
    """以上 after a small Chinese numeral often describes (三级以上), and 实现一个 counts nothing."""
    if quantity.is_arabic or quantity.has_multiplier or is_per:
        return True
    return quantity.value >= 2 or re.search("至少|不少于|不低于", before[-12:]) is not None


def _target(
    view: View,
    start: int,
    end: int,
    clause: int,
    quantity: Quantity,
    *,
    time: Time,
    told: _Told,
) -> FoundTarget:
    noun = population(view.text, start, end, clause, quantity)
    first = baseline(view.text, start, quantity)
    fact = told.facts.pop(quantity.unit, None)
    if first is None and fact is not None and (fact[1] == start or noun[1] - noun[0] <= _LONGEST_PRONOUN):
        first = fact[0]
    opens = min(clause, noun[0])
    while view.text[opens] == " ":
        opens += 1
    return FoundTarget(
        start=opens,
        end=max(quantity.end, noun[1]),
        comparator=quantity.comparator or Comparator.EQUAL,
        value=quantity.value,
        unit=quantity.unit,
        population=noun,
        baseline=first,
        deadline=time.deadline or told.inherited,
        per=clean_per(view, start, clause, quantity),
        confidence=confidence.WRITTEN if quantity.comparator and noun[0] < noun[1] else confidence.INFERRED,
    )
