"""Which of the numbers in a plan are goals, and what they are goals for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plan_document import confidence
from plan_document.draft import Comparator, Period
from plan_document.lexicon import VERBS, words
from plan_document.numerals import number
from plan_document.targets.quantities import Quantity, doublings_in, quantities_in
from plan_document.targets.times import Time, time_before
from plan_document.view import View

# No plan has as many: further numbers of such a text are not read.
MOST_TARGETS = 5_000

_SENTENCE = re.compile(r"[^。!?\n\t|]+")
_HINT = re.compile(
    r"\d|百分之|翻.番|[一二三四五六七八九十百千万亿两半][人名场个所座支处件项篇部册次亩家期户门学课万千]"
)
_CLAUSE_START = re.compile(r"[,;:。\n]")
_QUOTED = re.compile(r"“[^“”\n]{0,40}”|《[^《》\n]{0,80}》|\"[^\"\n]{0,30}\"|〔[^〕]{0,8}〕")
_GOAL_VERB = re.compile(
    r"培育|培养|培训|轮训|建成|建设|建立|新建|改建|扩建|创建|打造|开展|举办|组织|发展|新增|增加|认定|命名|选派|选树|完成|覆盖|服务|"
    r"惠及|达到?|实现|配备|配置|设立|开设|开发|推出|制作|创作|发布|评选|招募|组建|成立|受益|参与|力争|推广|引进|布局|升级|改造|"
    r"投放|印发|发放|遴选|推荐|支持|扶持|吸引|带动|接待|注册|征集|拥有|保持|提升|提高|帮助|走进|巡展|巡讲|播出|刊发|安排|投入|举行|命名|评定|选拔|"
    r"培树|新认定|新增|孵化|汇聚|入驻|建有|不断|普及率|比例|比重|覆盖率|占比|总数|总量|数量|人数|率|面积|经费"
)
_RATE = re.compile(r"率|比例|比重|占比|占|水平|份额|指数|覆盖|度$")
_NEEDS_COMPARATOR = frozenset(words("小时 天 元 期 条 部 本 倍 位 批 门 首 张 间 节 台 分 种"))
_RISE_FROM = re.compile(
    r"(?:由|从)(?P<prefix>[^,。;由从]{0,24}?)(?P<number>\d{1,9}(?:\.\d{1,4})?[十百千万亿]{0,2}) ?(?P<unit>%|[\u4e00-\u9fff]{0,3}?)"
    r"(?P<way>[^,。;\d]{0,6}?)(?:提高|提升|增加|增长|上升|扩大|发展|拓展|下降|降低|减少|降|升|增)(?:到|至|为)$"
)
_STARTS_RISE = re.compile(
    r"[^,。;\d]{0,8}?(?:提高|提升|增加|增长|上升|扩大|发展|拓展|下降|降低|减少|降|升|增)(?:到|至|为)"
)
_FROM = re.compile(r"(?:由|从)[^,。;由从]{0,24}$")
_PER_TIME = re.compile(
    r"全年(?!度)|每(?:学年|年度?|半年|个?季度|学期|个?月|周|两年|三年)|年均|平均每年|各年度"
)
_PER_PLACE = re.compile(
    r"每(?:百|千|万|十万)(?:人|名[\u4e00-\u9fff]{0,6}?)(?=拥有|至少|不|达|有|科|注|专)"
    r"|每(?!年|半年|季|月|周|学|两年|三年|次|期|日|天)(?:个|所|家|座|支|名|位)?[\u4e00-\u9fff]{1,8}?(?:\([\u4e00-\u9fff、]{1,10}\))?(?=至少|不少于|不低于|均?建|要|配|有|达|开|培|每年|设|都|\d|[一二两三]|须|应|组|举)"
    r"|人均|校均|村均"
)
_NOUN_AFTER = re.compile(
    r"(?:的)?(?:标准)?(?P<noun>[\u4e00-\u9fff“”A-Za-z\d()、]{2,24}?)(?=[,;。\n:)]|$|以上|并|,|达到|每)"
)
_NUMBERING = re.compile(
    r"[ #*]*(?:\(?[一二三四五六七八九十\d]{1,3}[)、.]{1,2}|[①-⑳]|[-—•●]+|第[^章节条]{1,4}[章节条]) *"
)
_OWN_HEADINGS = re.compile(r"(?:行动|工程|任务|举措|措施|原则|要求|计划|专项)$")
_STATED_VALUE = re.compile(
    r"(?:为|是|达到?|已达?|只有|仅)?\d{1,9}(?:\.\d{1,4})?[百千万亿]{0,2}[^\d,]{1,4}(?=,|$)"
)
_LEADING = re.compile(
    r"(?:(?:力争|确保|争取|努力|实现|使|推动|促进|全面|力求|其中|同时|并|且|以及|要|各地|还|再|和|、|的|累计| )+|(?:[一二三五十\d]+年(?:内|间)?)|(?:到|至|在)?(?:20\d\d年?|“?十[一二三四五六七八九]五”?(?:时期|期间|规划)?)(?:年?(?:底前|底|末|期末|前|以前))?,?)+"
)
_TRAILING = re.compile(
    r"(?:的|总体|均|都|总数|分别|要|应|须|累计|力争|确保|稳定|保持|每年|至少|共|计|实现|达|为|是)+$"
)


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
class _Fact:
    """A number of the past that a goal in the same sentence may start from."""

    value: float
    unit: str


def find_targets(
    view: View, *, period: Period | None, left_out: Sequence[tuple[int, int]]
) -> list[FoundTarget]:
    """Every goal with a number in the view, outside the stretches that are left out (headings, owners)."""
    found: list[FoundTarget] = []
    paragraph_deadline: tuple[int, str | None] = (0, None)
    ends = [end for _, end in left_out]
    for sentence in _SENTENCE.finditer(view.text):
        if not _HINT.search(sentence.group()):
            continue
        start, end = sentence.span()
        paragraph = view.text.rfind("\n", max(0, start - 600), start) + 1
        inherited = paragraph_deadline[1] if paragraph_deadline[0] == paragraph and paragraph else None
        for target in _in_sentence(view.text, start, end, period=period, inherited=inherited):
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


def _in_sentence(
    text: str, start: int, end: int, *, period: Period | None, inherited: str | None
) -> Iterator[FoundTarget]:
    quoted = [match.span() for match in _QUOTED.finditer(text, start, end)]
    fact: _Fact | None = None
    quantities = [*quantities_in(text, start, end), *doublings_in(text, start, end)]
    for quantity in sorted(quantities, key=lambda each: each.start):
        quote = bisect_right(quoted, (quantity.start, end)) - 1
        if quote >= 0 and quantity.start < quoted[quote][1]:
            continue
        time = time_before(text, max(start, quantity.start - 200), quantity.start, period=period)
        if time.is_past or _starts_a_rise(text, start, quantity):
            fact = _Fact(quantity.value, quantity.unit)
            continue
        clause = _clause_start(text, start, quantity)
        if _is_goal(text, clause, quantity) and not _counts_own_headings(text, end, quantity):
            yield _target(text, start, end, quantity, time=time, fact=fact, inherited=inherited)
            fact = None


def _starts_a_rise(text: str, start: int, quantity: Quantity) -> bool:
    """Is it the first number of 由…提高到…?"""
    before = text[max(start, quantity.start - 30) : quantity.start]
    return _FROM.search(before) is not None and _STARTS_RISE.match(text, quantity.end) is not None


def _clause_start(text: str, start: int, quantity: Quantity) -> int:
    window = max(start, quantity.start - 120)
    clause = max(
        (sign.end() for sign in _CLAUSE_START.finditer(text, window, quantity.start)), default=window
    )
    numbering = _NUMBERING.match(text, clause, quantity.start)
    return numbering.end() if numbering else clause


def _is_goal(text: str, clause: int, quantity: Quantity) -> bool:
    before = text[clause : quantity.start]
    is_per = _PER_TIME.search(before) is not None or _PER_PLACE.search(before) is not None
    if quantity.comparator is not None:
        return _compared_is_goal(quantity, before, is_per=is_per)
    if quantity.unit in ("%", "‰"):
        return _RATE.search(before[-12:]) is not None
    if quantity.unit in _NEEDS_COMPARATOR and not is_per:
        return False
    is_goal = is_per or _GOAL_VERB.search(before) is not None or _opens_with_verb(text, clause, quantity)
    return is_goal and (is_per or quantity.is_arabic or quantity.value >= 10)


def _counts_own_headings(text: str, end: int, quantity: Quantity) -> bool:
    """实施5项提升行动 announces the chapters of the plan itself."""
    if quantity.unit not in ("项", "个"):
        return False
    after = _NOUN_AFTER.match(text, quantity.end, min(end, quantity.end + 40))
    return after is not None and _OWN_HEADINGS.search(after["noun"]) is not None


def _opens_with_verb(text: str, clause: int, quantity: Quantity) -> bool:
    start, end = _trimmed(text, clause, quantity.start)
    return text[start : min(start + 2, end)] in VERBS


def _compared_is_goal(quantity: Quantity, before: str, *, is_per: bool) -> bool:
    """以上 after a small Chinese numeral often describes (三级以上), and 实现一个 counts nothing."""
    if quantity.is_arabic or quantity.has_multiplier or is_per:
        return True
    return quantity.value >= 2 or re.search("至少|不少于|不低于", before[-12:]) is not None


def _target(
    text: str,
    start: int,
    end: int,
    quantity: Quantity,
    *,
    time: Time,
    fact: _Fact | None,
    inherited: str | None,
) -> FoundTarget:
    clause = _clause_start(text, start, quantity)
    noun = _population(text, start, end, clause, quantity)
    per = _per(text, start, clause, quantity)
    baseline = _baseline(text, start, quantity)
    if baseline is None and fact is not None and fact.unit == quantity.unit:
        baseline = fact.value
    return FoundTarget(
        start=min(clause, noun[0]),
        end=max(quantity.end, noun[1]),
        comparator=quantity.comparator or Comparator.EQUAL,
        value=quantity.value,
        unit=quantity.unit,
        population=noun,
        baseline=baseline,
        deadline=time.deadline or inherited,
        per=per,
        confidence=confidence.WRITTEN if quantity.comparator and noun[0] < noun[1] else confidence.INFERRED,
    )


def _baseline(text: str, start: int, quantity: Quantity) -> float | None:
    before = text[max(start, quantity.start - 60) : quantity.start]
    match = _RISE_FROM.search(before)
    return number(match["number"]) if match else None


def _per(text: str, start: int, clause: int, quantity: Quantity) -> str:
    opens = clause
    own = _trimmed(text, clause, min(quantity.comparator_start, quantity.start))
    if own[1] - own[0] < 2 and text[clause - 1 : clause] == ",":
        opens = text.rfind(",", max(start, clause - 120), max(start, clause - 1)) + 1 or max(
            start, clause - 120
        )
    found = [
        match.group()
        for pattern in (_PER_PLACE, _PER_TIME)
        for match in pattern.finditer(text, opens, quantity.start)
    ]
    return "".join(dict.fromkeys(found)).replace("年均", "每年").replace("人均", "每人").replace("平均", "")


def _population(text: str, start: int, end: int, clause: int, quantity: Quantity) -> tuple[int, int]:
    if quantity.unit not in ("%", "‰", "倍", "个百分点"):
        after = _NOUN_AFTER.match(text, quantity.end, min(end, quantity.end + 40))
        if after:
            return after.span("noun")
    own = _trimmed(text, clause, _before_rise(text, clause, quantity))
    if own[1] - own[0] >= 2 or clause <= start:
        return own
    window = max(start, clause - 120)
    previous = text.rfind(",", window, clause - 1) + 1 or window
    stated = _STATED_VALUE.search(text, previous, clause - 1)
    return _trimmed(text, previous, stated.start() if stated else clause - 1)


def _before_rise(text: str, clause: int, quantity: Quantity) -> int:
    rise = _RISE_FROM.search(text, clause, quantity.start)
    return rise.start() if rise else min(quantity.comparator_start, quantity.start)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take off what is no part of the name of the counted: times, modal words, 每年."""
    changed = True
    while changed and start < end:
        changed = False
        for pattern in (_NUMBERING, _LEADING, _PER_TIME, _PER_PLACE):
            match = pattern.match(text, start, end)
            if match and match.end() > start:
                start, changed = match.end(), True
    trailing = _TRAILING.search(text[start:end])
    return start, (start + trailing.start() if trailing else max(start, end))
