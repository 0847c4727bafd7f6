"""What a number counts: its population, what it is counted for, and the value it starts from."""

from __future__ import annotations

import re

from plan_document.lexicon import VERBS
from plan_document.numerals import number
from plan_document.targets.quantities import Quantity
from plan_document.view import View

WINDOW = 120

_RISES = r"(?:提高|提升|增加|增长|上升|扩大|发展|拓展|下降|降低|减少|降|升|增)(?:到|至|为)"
RISE_FROM = re.compile(
    r"(?:由|从)(?P<prefix>[^,。;由从]{0,24}?)(?P<number>\d{1,9}(?:\.\d{1,4})?[十百千万亿]{0,2}) ?"
    rf"(?P<unit>%|[\u4e00-\u9fff]{{0,3}}?)(?P<way>[^,。;\d]{{0,6}}?){_RISES}$"
)
STARTS_RISE = re.compile(rf"[^,。;\d]{{0,8}}?{_RISES}")
FROM = re.compile(r"(?:由|从)[^,。;由从]{0,24}$")
_YEARLY = "|".join(sorted({"行程", "接待", "授课", "演出", "巡展"} | VERBS))
PER_TIME = re.compile(
    r"全年(?!度)|每(?:学年|年度?|半年|个?季度?|学期|个?月|周|两年|三年|[期班批次](?!次))|年均|平均每年|各年度"
    # 年接待, 农民夜校年培训: 年 before a deed, and no part of a span of years or of an age.
    rf"|(?<![\d一二三四五六七八九十两几多每全半学近去今明当同历青少中老壮成周百千万本上下新常往次逐整终跨过晚早])年(?=(?:行程|接待|{_YEARLY})(?!量))"
)
_PLACE = r"[\u4e00-\u9fff]{1,8}?(?:\([\u4e00-\u9fff、]{1,10}\))?"
PER_PLACE = re.compile(
    r"每(?:百万|十万|百|千|万)(?:人口?|名[\u4e00-\u9fff]{0,6}?)(?=拥有|至少|不|达|有|科|注|专)"
    r"|每(?!年|半年|季|个季|月|个月|周|学|两年|三年|次|期|日|天)(?:个|所|家|座|支|名|位)?"
    + _PLACE
    + r"(?=至少|不少于|不低于|均?建|要|配|有|达|开|培|每|设|都|\d|[一二两三]|须|应|组|举|演|办|年(?![级龄度]))"
    r"|各"
    + _PLACE
    + r"(?=每(?:年|季|月|周))|人均|校均|村均|平均每[校村人户]|(?<![\u4e00-\u9fff\d])[百千万]人(?=拥有)"
)
_PER_AFTER = re.compile(r" ?/ ?(年|月|周|季度?)")
NOUN_AFTER = re.compile(
    r"(?:\([\u4e00-\u9fff]{1,3}\))?(?:的)?(?:标准)?(?P<noun>[\u4e00-\u9fff“”A-Za-z\d()][\u4e00-\u9fff“”A-Za-z\d()、]{1,23}?)(?=[,;。\n:)]|$|以上|并|,|达到|每|参加|进行|分成|分为|、[\d一二两三四五六七八九十])"
)
NUMBERING = re.compile(
    r"[ #*]*(?:\(?[一二三四五六七八九十\d]{1,3}[)、.]{1,2}|[①-⑳]|[-—•●]+|第[^章节条]{1,4}[章节条]|[一二三四五六七八九十]是) *"
)
_STATED_VALUE = re.compile(
    r"(?:为|是|达到?|已达?|只有|仅)?\d{1,9}(?:\.\d{1,4})?[百千万亿]{0,2}[^\d,]{1,4}(?=,|$)"
)
_LEADING = re.compile(
    r"(?:(?:力争|确保|争取|努力|实现|使|推动|促进|全面|力求|其中|同时|并|且|以及|要|各地|还|再|和|、|的|累计|这一| )+"
    r"|(?:(?:[一二三五十]{1,2}|(?<!\d)\d)年(?:内|间)?)|(?:到|至|在)?(?:20\d\d年?|“?十[一二三四五六七八九]五”?(?:时期|期间|规划)?)"
    r"(?:年?(?:底前|底|末|期末|前|以前))?,?)+"
)
_TRAILING = re.compile(
    r"(?:的|总体|均|都|总数|分别|要|应|须|累计|力争|确保|稳定|保持|每年|至少|共|计|实现|达|为|是|年均|(?<!占)[比较](?:20\d\d年|上年)?)+$"
)
_EVENED = {
    "年": "每年",
    "年均": "每年",
    "人均": "每人",
    "校均": "每校",
    "村均": "每村",
    "千人": "每千人",
    "万人": "每万人",
    "百人": "每百人",
}
_BARE_COUNTS = re.compile(r"(?:人数|总数|数量|次数|人次|面积|经费|总量|规模|比例|量|率|数)$")
_RATES = ("%", "‰", "倍", "个百分点")


def clean_per(view: View, start: int, clause: int, quantity: Quantity) -> str:
    """每年, 每个乡镇: what the value is counted for, empty for the whole place and period."""
    text = view.text
    opens = clause
    own = trimmed(text, clause, min(quantity.comparator_start, quantity.start))
    if own[1] - own[0] < 2 and text[clause - 1 : clause] == ",":
        window = max(start, clause - WINDOW)
        opens = text.rfind(",", window, max(window, clause - 1)) + 1 or window
    found = [
        view.clean[match.start() : match.end()]
        for pattern in (PER_PLACE, PER_TIME)
        for match in pattern.finditer(text, opens, quantity.start)
    ]
    after = _PER_AFTER.match(text, quantity.end)
    found += [f"每{after[1]}"] if after else []
    return "".join(_EVENED.get(each, each.removeprefix("平均")) for each in dict.fromkeys(found))


def baseline(text: str, start: int, quantity: Quantity) -> float | None:
    """The first number of 由…提高到…."""
    match = RISE_FROM.search(text[max(start, quantity.start - 60) : quantity.start])
    return number(match["number"]) if match else None


def population(text: str, start: int, end: int, clause: int, quantity: Quantity) -> tuple[int, int]:
    """The words for the counted: behind the number, or before it."""
    if quantity.unit not in _RATES:
        after = NOUN_AFTER.match(text, quantity.end, min(end, quantity.end + 40))
        if after:
            return after.span("noun")
    own = trimmed(text, clause, _before_rise(text, clause, quantity))
    if own[1] - own[0] < 2 and clause > start:
        window = max(start, clause - WINDOW)
        previous = text.rfind(",", window, clause - 1) + 1 or window
        stated = _STATED_VALUE.search(text, previous, clause - 1)
        own = trimmed(text, previous, stated.start() if stated else clause - 1)
    return own if quantity.unit in _RATES else _behind_verb(text, *own)


# Verbs that are as often the first half of a noun (科普, 教育基地).
_DEEDS = VERBS - {
    "科研",
    "教育",
    "科普",
    "服务",
    "应用",
    "合作",
    "改革",
    "宣传",
    "保护",
    "联合",
    "创新",
    "指导",
    "培训",
} | {"建成", "新建", "新增", "培训"}


def _behind_verb(text: str, start: int, end: int) -> tuple[int, int]:
    """培训家庭教育指导员 counts 家庭教育指导员: what stands behind the last verb, if it can stand alone."""
    for position in range(end - 4, start - 1, -1):
        if text[position : position + 2] in _DEEDS and not _BARE_COUNTS.search(text, position + 2, end):
            return position + 2, end
    return start, end


def _before_rise(text: str, clause: int, quantity: Quantity) -> int:
    rise = RISE_FROM.search(text, clause, quantity.start)
    return rise.start() if rise else min(quantity.comparator_start, quantity.start)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take off what is no part of the name of the counted: times, modal words, 每年."""
    changed = True
    while changed and start < end:
        changed = False
        for pattern in (NUMBERING, _LEADING, PER_TIME, PER_PLACE):
            match = pattern.match(text, start, end)
            if match and match.end() > start:
                start, changed = match.end(), True
    trailing = _TRAILING.search(text[start:end])
    return start, (start + trailing.start() if trailing else max(start, end))
