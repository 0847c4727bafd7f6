"""The measures of GB/T 9704—2012, the national standard for the layout of official papers.

Type area 156 mm × 225 mm on A4, 37 mm from the top and 28 mm from the binding edge; 22 lines of 28 characters.
"""

from __future__ import annotations

from dataclasses import dataclass

MM_PER_POINT = 25.4 / 72

PAGE_WIDTH_MM = 210
PAGE_HEIGHT_MM = 297
TOP_MM = 37
LEFT_MM = 28
TYPE_WIDTH_MM = 156
TYPE_HEIGHT_MM = 225
RIGHT_MM = PAGE_WIDTH_MM - LEFT_MM - TYPE_WIDTH_MM
BOTTOM_MM = PAGE_HEIGHT_MM - TOP_MM - TYPE_HEIGHT_MM
PAGE_NUMBER_BELOW_MM = 7

LINES = 22
CHARACTERS = 28

BODY_POINTS = 16  # 3号
TITLE_POINTS = 22  # 2号
PAGE_NUMBER_POINTS = 14  # 4号
TABLE_POINTS = 12  # 小4号: annex tables may be smaller than the text
SMALL_POINTS = 9  # 小5号: remarks on fonts

LINE_PITCH_POINTS = TYPE_HEIGHT_MM / MM_PER_POINT / LINES
CHARACTER_PITCH_POINTS = TYPE_WIDTH_MM / MM_PER_POINT / CHARACTERS
TITLE_PITCH_POINTS = 36


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface that the standard asks for: its name in Word, other names of the same face, and what may stand in."""

    name: str
    also: tuple[str, ...]
    stand_ins: tuple[str, ...]


# Faces that are on most servers come last; whichever stands in is said in the paper.
_SERIF = (
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "SimSun",
    "STSong",
    "AR PL UMing CN",
)
_SANS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
)

TITLE_FACE = Face(
    "方正小标宋简体",
    ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "FZXBSJW", "方正小标宋_GBK"),
    (*_SERIF, *_SANS),
)
BODY_FACE = Face(
    "仿宋_GB2312",
    ("FangSong_GB2312", "FangSong", "仿宋", "STFangsong", "FZFangSong-Z02", "FZFangSong-Z02S"),
    (*_SERIF, *_SANS),
)
HEADING_FACE = Face("黑体", ("SimHei", "STHeiti", "FZHei-B01", "FZHei-B01S"), (*_SANS, *_SERIF))
SUBHEADING_FACE = Face(
    "楷体_GB2312",
    ("KaiTi_GB2312", "KaiTi", "楷体", "STKaiti", "FZKai-Z03", "FZKai-Z03S", "AR PL UKai CN"),
    (*_SERIF, *_SANS),
)
PAGE_NUMBER_FACE = Face("宋体", ("SimSun", "NSimSun", "STSong"), (*_SERIF, *_SANS))
FACES = {
    "title": TITLE_FACE,
    "body": BODY_FACE,
    "heading": HEADING_FACE,
    "subheading": SUBHEADING_FACE,
    "page_number": PAGE_NUMBER_FACE,
}
