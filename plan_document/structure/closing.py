"""Where a plan's own text ends: before the signature, the date, the contact lines and the list of copies."""

from __future__ import annotations

import re

_DATE = r"(?:(?:19|20)\d{2} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日|[二〇零一三四五六七八九十]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)"
_CLOSING_LINE = re.compile(
    rf"(?:{_DATE}(?:印发)?|\(?(?:此件|联系人|联系电话|联系方式|联系地址|邮编|抄送|主送|附件|附:|附表)[^\n]{{0,200}}"
    rf"|[\u4e00-\u9fff ]{{4,40}}(?:人民政府|办公室|委员会|协会|科协|领导小组|局|委|府)(?: *{_DATE}(?:印发)?)?)"
)
_MOST_LINES = 12


def closing_start(text: str, first: int) -> int:
    """The place in the view, behind `first`, from which only closing lines follow; the end if there are none."""
    end = len(text)
    for _ in range(_MOST_LINES):
        line_start = text.rfind("\n", first, end)
        if line_start < 0:
            break
        if not _CLOSING_LINE.fullmatch(text[line_start + 1 : min(end, line_start + 260)].strip()):
            break
        end = line_start
    return _behind_last_sentence(text, first, end)


def _behind_last_sentence(text: str, first: int, end: int) -> int:
    """Without line breaks the signature follows the last full stop."""
    stop = text.rfind("。", first, end) + 1
    is_signature = 0 < stop < end <= stop + 60 and _CLOSING_LINE.fullmatch(text, stop, end) is not None
    return stop if is_signature else end
