"""The words with which plans say who is responsible."""

from __future__ import annotations

import re
from enum import Enum


class Role(Enum):
    """What a unit is to do: take the lead or take part."""

    LEAD = "lead"
    PARTNER = "partner"


_LABEL_NOUN = r"(?:责任)?(?:单位|部门|主体|处室|科室|股室|机构)"
# Opens with its literals, so that the search can skip; what may stand before it is BEFORE_LABEL.
LABEL_TEXT = (
    r"(?P<kind>牵头|责任|主责|配合|协同|协作|协助|参与|参加|主办|承办|协办|实施|落实|完成|支持|主管)"
    + rf"(?:{_LABEL_NOUN}|(?<=牵头|配合|主办|协办|参与)(?= ?:))"
)
_QUALIFIER = r"(?:主要|第一|共同|具体|市级|区级|县级|省级)"
BEFORE_LABEL = re.compile(_QUALIFIER + "$")
LABEL_AT_START = re.compile(rf" ?{_QUALIFIER}?" + LABEL_TEXT)
LABEL = re.compile(LABEL_TEXT + r"(?:及分工|分工)?")
LABEL_WITH_COLON = re.compile(LABEL_TEXT + r"(?:及分工|分工)?(?: ?:|[】\]〕)]:?(?=[^\n]))")
# 责任单位 and its units on a line, without a colon between.
LABEL_OF_LINE = re.compile(LABEL_TEXT + r"(?<=\n....)(?=[^:,。\n]{3,80}(?:\n|$))")
OTHER_FIELD = re.compile(
    r"(?:完成|办理)?(?:时限|时间|期限)(?:要求)?:|责任(?:人|领导)(?:员)?:|联系(?:人|电话):|分管领导:|进度安排:|时间节点:"
)

# A remark inside a list: the first unit leads, here and in all that follow.
FIRST_LEADS = re.compile(
    r"(?:排|列|位列?)(?:在|名)?(?:第一|首)(?:位|个|名)?[的者]?(?:单位|部门)?(?:为|是|系)?(?:主要)?(?:牵头|主责)(?:单位|部门)?|第一个(?:单位)?为牵头单位"
)
# （甲局*、乙局，标*为牵头单位）
STARRED_LEAD = re.compile(
    r"[标注带加打有](?:有|注)?“?[*★☆△▲]”?[号的者]{0,2}(?:单位)?(?:为|是|系)(?:牵头|主责)(?:单位|部门)?"
)
REMARK = re.compile(rf"(?:{FIRST_LEADS.pattern}|{STARRED_LEAD.pattern}|以?下同)")

LEAD_KINDS = frozenset({"牵头", "责任", "主责", "主办", "承办", "实施", "落实", "完成", "主管"})
FIRST_LEAD_KINDS = frozenset({"牵头", "主责", "主办"})

_BY_DUTY = r"(?:按照?|根据|依据|依)(?:照)?(?:各自)?(?:工作)?(?:职责|职能|责任)(?:和)?(?:任务)?(?:分工)?(?:要求)?(?:分别|共同)?(?:抓好|做好)?(?:组织)?(?:负责|落实|配合|实施|推进|参与)?"
ROLE_VERB = re.compile(
    rf"(?P<duty>{_BY_DUTY})"
    r"|(?P<joins>会同|联合(?!会|国|体|社)|会商)"
    r"|(?P<leads>(?:共同|联合|分别|具体|总)?(?:牵头)(?:负责|组织|实施|落实|抓总|推进|协调)?|(?:共同|分别|具体)?负责(?:牵头|落实|实施|组织实施|组织)?|主抓|主办|承办)"
    r"|(?P<helps>(?:共同|积极|协同)?(?:配合|协助|协同|协作|协办|参与|参加)(?:落实|实施|做好|推进)?)"
)

UNIT_SUFFIX = re.compile(
    r"(?:局|委|办|部|厅|会|协|中心|院|馆|镇|乡|街道|镇街|街镇|乡镇|村|社区|学校|小学|中学|大学|集团|公司|企业|银行|队|站|所|"
    r"团区委|团县委|团市委|妇联|工会|科协|社科联|文联|残联|侨联|工商联|政府|单位|部门|成员|社|台|处|校|园区|新区|高新区|开发区|"
    r"度假区|管委会|组织|机构|办公室|区委|县委|市委|场|科|室|专班|各地|联盟|园|库|法院|检察院|支行|分行|股|党校|团委|关工委|街办)"
    r"(?:\([^()]{1,16}\))?$"
)
NOT_A_UNIT = re.compile(
    r"(?:干部|全部|内部|外部|局部|社会|机会|大会|晚会|场所|处所|到处|之处|好处|现场|市场|会场|农场|立场|协会$|过程|教科|学科|农村)$"
)
COLLECTIVE = re.compile(r"^(?:其他|其它|各|有关|相关|全体|全区|全县|全市|区级|县级|市级)")
OTHERS = re.compile(r"^(?:其他|其它|其余)")

AND = re.compile(r"以及|和|与|及|暨")
AND_OTHERS = re.compile(r"等(?:相关|有关|各)?(?:部门|单位|成员单位)?$")
EVERY = re.compile(r"^(?:各|有关|相关)(?:乡镇|镇乡|镇|乡|街道|县|区|市)(?:党(?:工)?委)?$")
PLACES = re.compile(
    r"^(?:(?:各)?(?:街道|乡|镇|乡镇|镇街|园区|开发区|街道办事处|街办|区|市|县)(?:\([^()]{1,10}\))?(?:(?:人民)?政府)?|(?:人民)?政府)$"
)


def is_unit_name(name: str) -> bool:
    """Does the name end as names of offices, unions, schools and townships do?"""
    if not 2 <= len(name) <= 30 or NOT_A_UNIT.search(name):
        return name.endswith("协会") and 4 <= len(name) <= 30
    return UNIT_SUFFIX.search(name) is not None


def start_of_label(text: str, kind_start: int) -> int:
    """Where a label begins, with a word like 主要 or 区级 before its kind."""
    before = text[max(0, kind_start - 2) : kind_start]
    return kind_start - 2 if BEFORE_LABEL.match(before) else kind_start
