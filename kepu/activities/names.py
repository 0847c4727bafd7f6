"""How a name is found: its characters, its pinyin and the initials of that."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# As surnames these are read otherwise than as words; the library reads words.
SURNAMES = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "单": "shan",
    "曾": "zeng",
    "解": "xie",
    "仇": "qiu",
    "查": "zha",
    "区": "ou",
    "任": "ren",
    "朴": "piao",
    "盖": "ge",
    "缪": "miao",
    "翟": "zhai",
    "种": "chong",
    "折": "she",
    "召": "shao",
    "员": "yun",
    "冼": "xian",
    "谌": "chen",
    "逄": "pang",
    "秘": "bi",
    "乐": "yue",
    "宁": "ning",
    "应": "ying",
    "华": "hua",
    "纪": "ji",
    "尹": "yin",
    "洗": "xian",
    "黑": "he",
    "能": "nai",
    "都": "du",
}
_NOT_SPELLED = re.compile(r"[^a-z0-9]+")
_BETWEEN = re.compile(r"[\s·•・.]+")
PINYIN_LENGTH = 200
INITIALS_LENGTH = 30


@dataclass(frozen=True, slots=True)
class Spelling:
    pinyin: str
    initials: str


def plain(name: str) -> str:
    """A name as it is compared: one width, no spaces or dots, small letters."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", name)).casefold()


def spelled(name: str) -> Spelling:
    """王秀英 is wangxiuying and wxy. ü is written v, as it is typed."""
    syllables = [_NOT_SPELLED.sub("", one.lower()) for one in _syllables(name.strip())]
    kept = [one for one in syllables if one]
    return Spelling("".join(kept)[:PINYIN_LENGTH], "".join(one[0] for one in kept)[:INITIALS_LENGTH])


def _syllables(name: str) -> list[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - it takes most of a second to load, and most pages need no name

    for length in (2, 1):
        surname = SURNAMES.get(name[:length]) if len(name) > length or length == 2 else None
        if surname:
            return [*surname.split(), *lazy_pinyin(_BETWEEN.split(name[length:]))]
    return [syllable for part in _BETWEEN.split(name) for syllable in lazy_pinyin(part)]
