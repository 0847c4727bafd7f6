"""完成时限：2025年12月 on a line of its own is the deadline of the measure above it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from plan_document.targets.reading import FoundTarget

_FIELD = re.compile(r"(?:时限|时间|期限)(?:要求|安排|节点)?:[^\n。;)]{0,12}?(20\d{2}) ?年?")


def with_field_deadlines(
    text: str,
    found: Sequence[FoundTarget],
    *,
    measure_starts: Sequence[int],
    in_tables: Sequence[tuple[int, str]] = (),
) -> list[FoundTarget]:
    """Give a target without a deadline that of the field in its measure."""
    fields = sorted([*((match.start(), match[1]) for match in _FIELD.finditer(text)), *in_tables])
    if not fields:
        return list(found)
    starts = [start for start, _ in fields]
    return [_with_deadline(target, fields, starts, measure_starts) for target in found]


def _with_deadline(
    target: FoundTarget,
    fields: Sequence[tuple[int, str]],
    starts: Sequence[int],
    measure_starts: Sequence[int],
) -> FoundTarget:
    index = bisect_right(starts, target.start)
    if target.deadline is not None or index == len(fields):
        return target
    own = bisect_right(measure_starts, target.start)
    same = own > 0 and bisect_right(measure_starts, fields[index][0]) == own
    return replace(target, deadline=fields[index][1]) if same else target
