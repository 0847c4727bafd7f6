"""The tree of headings, and which of them are the plan's key tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from plan_document.lexicon import (
    ACTION_SUFFIX,
    ATTACHMENT,
    CHAPTER_TITLES,
    CONTAINER_TITLE,
    GENERIC_TASKS,
    INTRODUCTION,
    SAFEGUARDS,
    SCHEDULE,
    STRONG_ACTION_SUFFIX,
    TASKS,
)
from plan_document.structure.headings import Heading
from plan_document.structure.markers import Style

_LONGEST_CHAPTER_TITLE = 18
_USUAL_LENGTH = 4


class Chapter(Enum):
    """What a chapter of a plan is for."""

    INTRODUCTION = "introduction"
    TASKS = "tasks"
    SAFEGUARDS = "safeguards"
    OTHER = "other"
    UNNAMED = "unnamed"


@dataclass(slots=True)
class Outline:
    """The top headings, each with its children."""

    top: list[Heading] = field(default_factory=list)


@dataclass(slots=True)
class ActionOutline:
    """A key task as the outline gives it: its heading, and the headings of its measures if it has any.

    `holds_items` says that the heading is only a chapter above measures: the plan has no level of actions here;
    `is_whole_plan` that there is not even a chapter, and the heading is the first measure's.
    """

    heading: Heading
    items: list[Heading]
    is_safeguard: bool = False
    holds_items: bool = False
    is_whole_plan: bool = False


def build_outline(headings: Sequence[Heading]) -> Outline:
    """Nest every heading under the nearest one before it that is of a higher level."""
    outline = Outline()
    open_headings: list[Heading] = []
    for heading in headings:
        while open_headings and open_headings[-1].level >= heading.level:
            open_headings.pop()
        (open_headings[-1].children if open_headings else outline.top).append(heading)
        open_headings.append(heading)
    return outline


def chapter_kind(heading: Heading) -> Chapter:
    """Read the purpose of a chapter from its title."""
    title = heading.title
    if ATTACHMENT.match(title):
        return Chapter.OTHER
    title = nearest_chapter(title)
    if len(title) > _LONGEST_CHAPTER_TITLE or STRONG_ACTION_SUFFIX.search(title):
        return Chapter.TASKS if _holds_actions(title) else Chapter.UNNAMED
    for kind, pattern in (
        (Chapter.OTHER, SCHEDULE),
        (Chapter.INTRODUCTION, INTRODUCTION),
        (Chapter.SAFEGUARDS, SAFEGUARDS),
        (Chapter.TASKS, TASKS),
    ):
        if pattern.search(title):
            return kind
    return Chapter.UNNAMED


def nearest_chapter(title: str) -> str:
    """The usual title of a chapter where one character of it was misread (保障措旋)."""
    if len(title) != _USUAL_LENGTH or title in CHAPTER_TITLES:
        return title
    for usual in CHAPTER_TITLES:
        if (
            len(usual) == len(title)
            and sum(a == b for a, b in zip(usual, title, strict=True)) == len(title) - 1
        ):
            return usual
    return title


def _holds_actions(title: str) -> bool:
    """Is the title that of a group (五大提升行动, 重点工程) rather than of one action?"""
    return CONTAINER_TITLE.search(title) is not None or GENERIC_TASKS.fullmatch(title) is not None


def is_called_an_action(heading: Heading) -> bool:
    """Does the title end with the noun of an action (行动, 工程, 计划)?"""
    return ACTION_SUFFIX.search(heading.title) is not None and not heading.is_sentence


def actions_of(outline: Outline) -> list[ActionOutline]:
    """The key tasks of the plan in order, safeguards at their place."""
    top = _below_single_root(outline.top)
    kinds = [chapter_kind(heading) for heading in top]
    if Chapter.TASKS not in kinds:
        kinds = _find_tasks_by_default(top, kinds)
    has_tasks = Chapter.TASKS in kinds
    found: list[ActionOutline] = _measures_only(top, kinds)
    if found:
        return found
    for heading, kind in zip(top, kinds, strict=True):
        if kind is Chapter.TASKS:
            found.extend(_within(heading))
        elif kind is Chapter.SAFEGUARDS and (has_tasks or Chapter.UNNAMED in kinds):
            found.append(ActionOutline(heading, heading.children, is_safeguard=True, holds_items=True))
        elif kind is Chapter.UNNAMED and _is_action_itself(heading, has_tasks=has_tasks):
            found.extend(_as_action(heading))
    return found


def _measures_only(top: Sequence[Heading], kinds: Sequence[Chapter]) -> list[ActionOutline]:
    """A plan without chapters: a row of measures, held together by the plan alone."""
    items = [heading for heading, kind in zip(top, kinds, strict=True) if kind is Chapter.UNNAMED]
    others = [
        heading
        for heading in items
        if heading.children or heading.has_paragraphs or is_called_an_action(heading)
    ]
    if not items or others or Chapter.TASKS in kinds:
        return []
    return [ActionOutline(items[0], items, holds_items=True, is_whole_plan=True)]


def _below_single_root(top: list[Heading]) -> list[Heading]:
    """A title marked as a heading (# …) holds the whole plan: its children are the chapters."""
    while len(top) == 1 and len(top[0].children) > 1 and chapter_kind(top[0]) is Chapter.UNNAMED:
        if top[0].style is not Style.BARE and top[0].level > Style.DIVISION * 10:
            break
        top = top[0].children
    return top


def _find_tasks_by_default(top: Sequence[Heading], kinds: list[Chapter]) -> list[Chapter]:
    """目标任务 may be the only chapter that holds tasks."""
    return [
        Chapter.TASKS
        if kind is Chapter.INTRODUCTION and "任务" in heading.title and heading.children
        else kind
        for heading, kind in zip(top, kinds, strict=True)
    ]


def _is_action_itself(heading: Heading, *, has_tasks: bool) -> bool:
    if is_called_an_action(heading) or _has_actions(heading.children):
        return True
    return not has_tasks


def _has_actions(children: Sequence[Heading]) -> bool:
    """Are most of the children actions by their names, such as those of the chapter 提升行动?"""
    if any(child.style is Style.BULLET for child in children):
        return False
    called = sum(
        1 for child in children if STRONG_ACTION_SUFFIX.search(child.title) and not child.is_sentence
    )
    return called > 1 and called * 2 >= len(children)


def _as_action(heading: Heading) -> list[ActionOutline]:
    return _within(heading) if _has_actions(heading.children) else [ActionOutline(heading, heading.children)]


def _within(chapter: Heading) -> list[ActionOutline]:
    """The actions of a chapter of tasks: its children, or their children, or itself when it holds measures."""
    children = chapter.children
    if not children:
        return [ActionOutline(chapter, [], holds_items=True)]
    if not _are_actions(children):
        return [ActionOutline(chapter, children, holds_items=True)]
    found: list[ActionOutline] = []
    for child in children:
        if child.children and not child.is_sentence and _is_group(child):
            found.extend(_within(child))
        else:
            found.append(ActionOutline(child, child.children))
    return found


def _is_group(heading: Heading) -> bool:
    """Is it called a group, or are the headings below it actions with measures of their own?"""
    if _holds_actions(heading.title):
        return True
    actions = [
        child
        for child in heading.children
        if child.children and STRONG_ACTION_SUFFIX.search(child.title) and not child.is_sentence
    ]
    return len(actions) * 2 > len(heading.children)


def _are_actions(children: Sequence[Heading]) -> bool:
    if any(child.style is Style.BULLET and not child.has_paragraphs for child in children):
        return False
    called = sum(1 for child in children if is_called_an_action(child) or _holds_actions(child.title))
    nested = sum(1 for child in children if child.children or child.has_paragraphs)
    return called * 2 >= len(children) or nested * 2 >= len(children)
