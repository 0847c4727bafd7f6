"""Differences between versions and plans in words, with changed texts marked character by character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plan_document.compare import DifferenceKind

_LONGEST_MARKED = 3000
_SHORTEST_KEPT = 3
_MARKED = frozenset(
    {
        DifferenceKind.ACTION_RENAMED,
        DifferenceKind.MEASURE_RENAMED,
        DifferenceKind.MEASURE_TEXT_CHANGED,
        DifferenceKind.TARGET_CHANGED,
    }
)
WORDS: Mapping[DifferenceKind, str | Promise] = {
    DifferenceKind.ACTION_ADDED: _("新增任务"),
    DifferenceKind.ACTION_REMOVED: _("取消任务"),
    DifferenceKind.ACTION_RENAMED: _("任务改名"),
    DifferenceKind.ACTION_LEADS_CHANGED: _("任务的牵头单位"),
    DifferenceKind.ACTION_PARTNERS_CHANGED: _("任务的配合单位"),
    DifferenceKind.MEASURE_ADDED: _("新增举措"),
    DifferenceKind.MEASURE_REMOVED: _("取消举措"),
    DifferenceKind.MEASURE_MERGED: _("并入另一条举措"),
    DifferenceKind.MEASURE_SPLIT_OFF: _("从另一条举措拆出"),
    DifferenceKind.MEASURE_RENAMED: _("举措改名"),
    DifferenceKind.MEASURE_MOVED: _("举措换了任务"),
    DifferenceKind.MEASURE_TEXT_CHANGED: _("举措内容"),
    DifferenceKind.MEASURE_LEADS_CHANGED: _("举措的牵头单位"),
    DifferenceKind.MEASURE_PARTNERS_CHANGED: _("举措的配合单位"),
    DifferenceKind.TARGET_ADDED: _("新增指标"),
    DifferenceKind.TARGET_REMOVED: _("取消指标"),
    DifferenceKind.TARGET_CHANGED: _("指标"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """A run of characters that stayed, went or came."""

    text: str
    fate: str


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    label: str | Promise
    item: str
    old: str
    new: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class DifferenceGroup:
    """The differences of one sort: what came, what went, what changed."""

    name: str
    rows: list[DifferenceRow]


def difference_groups(changes: Iterable[Mapping[str, Any]]) -> list[DifferenceGroup]:
    """Changes as a plan version keeps them, as a page shows them."""
    groups: dict[str, list[DifferenceRow]] = {"added": [], "removed": [], "changed": []}
    for change in changes:
        kind = DifferenceKind(change["kind"])
        groups[_sort(kind)].append(_row(kind, change))
    return [DifferenceGroup(name, rows) for name, rows in groups.items() if rows]


def _sort(kind: DifferenceKind) -> str:
    ending = kind.value.rsplit("_", maxsplit=1)[-1]
    return ending if ending in ("added", "removed") else "changed"


def _row(kind: DifferenceKind, change: Mapping[str, Any]) -> DifferenceRow:
    old, new = change["old"], change["new"]
    is_marked = kind in _MARKED and len(old) + len(new) <= _LONGEST_MARKED
    # A title that is itself what came or changed need not be said twice.
    item = change.get("item", "")
    return DifferenceRow(
        WORDS[kind], "" if item in (old, new) else item, old, new, marked(old, new) if is_marked else []
    )


def marked(old: str, new: str) -> list[Run]:
    """One text in which what went and what came stand side by side."""
    runs: list[Run] = []
    for tag, start, end, new_start, new_end in _blocks(old, new):
        if tag == "equal":
            runs.append(Run(old[start:end], "kept"))
            continue
        if end > start:
            runs.append(Run(old[start:end], "gone"))
        if new_end > new_start:
            runs.append(Run(new[new_start:new_end], "come"))
    return runs


def _blocks(old: str, new: str) -> list[tuple[str, int, int, int, int]]:
    """The matcher's blocks, with crumbs that happen to be equal joined to the changes around them."""
    blocks: list[tuple[str, int, int, int, int]] = []
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (tag, start, end, new_start, new_end) in enumerate(codes):
        is_crumb = tag == "equal" and end - start < _SHORTEST_KEPT and 0 < place < len(codes) - 1
        joins = blocks and blocks[-1][0] == "change" and (is_crumb or tag != "equal")
        if joins:
            _tag, first, _end, new_first, _new_end = blocks.pop()
            blocks.append(("change", first, end, new_first, new_end))
        else:
            kind = "equal" if tag == "equal" and not is_crumb else "change"
            blocks.append((kind, start, end, new_start, new_end))
    return blocks
