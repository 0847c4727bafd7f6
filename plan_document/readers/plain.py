"""A text file of unknown encoding: the likeliest reading, and what could not be read."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from plan_document.draft import Warning
from plan_document.readers.source_text import UnreadableDocument

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 64 * 1024
_REPLACEMENT = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MOST_CONTROL = 0.1
_ORDINARY = frozenset(
    "的一是在不了有和人这中大为上个国以要时来们生到作地于出就分对成会可主发年动同工能下过子产种面而方后"
    "多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性"
    "好应开它合因由其然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又利比或但质气第"
    "科普素质提升行动实施方案责任单位牵头建设服务教育培训基层资源机制推动加强深入开展组织区县街道村"
    "這為國來時們說產發學進過於對會經實體當機點從開應無關與數義問題條結設統計導組織單位責任訓務層資"
    "，。、；：“”（）《》—！？ \r\n\t0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ,.:;()-%"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, its encoding and a note for what was replaced in it."""

    text: str
    encoding: str
    notes: tuple[Warning, ...]


def decode(content: bytes) -> Decoded:
    """The text of the bytes; a byte that means nothing becomes � and is noted."""
    encoding, start = _encoding(content)
    text = storable(content[start:].decode(encoding, errors="replace"))
    _check_is_text(text)
    return Decoded(text, encoding, replacement_notes(text))


def replacement_notes(text: str) -> tuple[Warning, ...]:
    """A note at the first unreadable character, none if all could be read."""
    lost = text.count(_REPLACEMENT)
    if not lost:
        return ()
    first = text.index(_REPLACEMENT)
    message = f"有{lost}个字符无法识别，已用“{_REPLACEMENT}”代替，请对照原文件补上。"
    return (Warning("undecodable", message, first, first + 1),)


def storable(text: str) -> str:
    """The text with those characters replaced that no database keeps, in the same length."""
    return _UNSTORABLE.sub(_REPLACEMENT, text)


def _encoding(content: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding, len(mark)
    if b"\x00" not in content[:_SAMPLE] and _is_utf8(content):
        return "utf-8", 0
    sample = content[:_SAMPLE]
    # Two-byte texts show themselves by the zeros in their spaces, digits and line ends.
    wide = ["utf-16-le", "utf-16-be"] if b"\x00" in sample else []
    candidates = ["utf-8", "gb18030", "big5", *wide]
    return max(candidates, key=lambda encoding: _likelihood(sample, encoding)), 0


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _likelihood(sample: bytes, encoding: str) -> float:
    text = sample.decode(encoding, errors="replace")
    ordinary = sum(character in _ORDINARY for character in text)
    wrong = len(_CONTROL.findall(text))
    # Per character: an encoding of more bytes for each is not at a disadvantage.
    return (ordinary - 3 * wrong) / max(len(text), 1)


def _check_is_text(text: str) -> None:
    if len(_CONTROL.findall(text)) > _MOST_CONTROL * len(text):
        raise UnreadableDocument(
            "not_text", "这个文件不是文字文件，请上传 .docx、.txt、.md 或文字版 .pdf，也可直接粘贴文字。"
        )
