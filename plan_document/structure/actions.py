"""The plan's actions with their measures and owners."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from plan_document import confidence
from plan_document.draft import ActionKind
from plan_document.lexicon import STRONG_ACTION_SUFFIX
from plan_document.owners import OwnerPhrase
from plan_document.owners.phrases import Form
from plan_document.structure.found import FoundAction, FoundMeasure
from plan_document.structure.headings import Heading, end_of
from plan_document.structure.markers import as_written
from plan_document.structure.outline import ActionOutline
from plan_document.structure.splitting import Body, split_bodies
from plan_document.view import Span, View

_LEADING_VERB = re.compile(r"^(?:组织|深入|大力|全面|扎实|深化)?实施(?=.{4})")


def find_actions(
    view: View, outlines: Sequence[ActionOutline], owners: Sequence[OwnerPhrase], *, title: str
) -> list[FoundAction]:
    """Give every outlined action its measures, and every owner phrase to the action or measure it speaks of."""
    actions = [
        _whole_plan(outline, title) if outline.is_whole_plan else _action(view, outline)
        for outline in outlines
    ]
    _split_the_undivided(view, outlines, actions, owners)
    _add_measureless(actions)
    _assign_owners(view.text, actions, owners)
    return _without_repetitions(view.text, actions)


def _action(view: View, outline: ActionOutline) -> FoundAction:
    heading = outline.heading
    return FoundAction(
        number=_number(view, heading),
        title=_LEADING_VERB.sub("", heading.title),
        kind=_kind(outline),
        title_start=heading.title_start,
        title_end=heading.title_end,
        start=heading.start,
        end=end_of(heading),
        measures=[_numbered_measure(item) for item in outline.items],
        confidence=confidence.STAND_IN if heading.is_sentence else confidence.WRITTEN,
        has_own_heading=not outline.holds_items,
    )


def _whole_plan(outline: ActionOutline, title: str) -> FoundAction:
    """The measures of a plan without chapters, under the plan's own title."""
    start = outline.heading.start
    return FoundAction(
        number="",
        title=title,
        kind=ActionKind.TASK,
        title_start=start,
        title_end=start,
        start=start,
        end=end_of(outline.items[-1]),
        measures=[_numbered_measure(item) for item in outline.items],
        confidence=confidence.INFERRED,
        has_own_heading=False,
    )


def _without_repetitions(text: str, actions: list[FoundAction]) -> list[FoundAction]:
    """A list of duties in the annex names what the text has told: its owners go there, its rows go."""
    known: dict[str, FoundAction | FoundMeasure] = {}
    for action in actions:
        known.setdefault(action.title, action)
        for measure in action.measures:
            known.setdefault(measure.title, measure)
    kept = []
    for action in actions:
        left = [measure for measure in action.measures if not _repeats(text, measure, known[measure.title])]
        if left or not action.measures:
            kept.append(action)
        action.measures[:] = left
    return kept


def _repeats(text: str, measure: FoundMeasure, told: FoundAction | FoundMeasure) -> bool:
    """Is the measure only the title of something above, with its owners?"""
    if told.start >= measure.start or told.title_start == measure.title_start or not measure.owners:
        return False
    if told.owners or text[measure.title_end : measure.owners[0].start].strip(" 。\n"):
        return False
    if isinstance(told, FoundAction) and any(inner.owners for inner in told.measures):
        return False
    told.owners.extend(measure.owners)
    return True


def _number(view: View, heading: Heading) -> str:
    """The number as written, or as it must have been where a scan made something else of it."""
    marker = heading.opening.marker
    if marker.is_misread:
        return as_written(heading.style, heading.opening.expected)
    return view.clean[marker.start : marker.end].strip(" #*、.\n")


def _kind(outline: ActionOutline) -> ActionKind:
    if outline.is_safeguard:
        return ActionKind.SAFEGUARD
    title = outline.heading.title
    if outline.holds_items or not STRONG_ACTION_SUFFIX.search(title):
        return ActionKind.PROJECT if title.endswith("项目") else ActionKind.TASK
    return ActionKind.PROJECT if title.endswith("工程") else ActionKind.CAMPAIGN


def _numbered_measure(item: Heading) -> FoundMeasure:
    return FoundMeasure(
        title=item.title,
        title_start=item.title_start,
        title_end=item.title_end,
        start=item.title_start,
        end=end_of(item),
        confidence=confidence.STAND_IN if item.is_sentence else confidence.WRITTEN,
    )


def _split_the_undivided(
    view: View,
    outlines: Sequence[ActionOutline],
    actions: Sequence[FoundAction],
    owners: Sequence[OwnerPhrase],
) -> None:
    undivided = [
        (outline, action) for outline, action in zip(outlines, actions, strict=True) if not outline.items
    ]
    starts = [phrase.start for phrase in owners]
    bodies = [_body(outline.heading, owners, starts) for outline, _ in undivided]
    for (_, action), measures in zip(undivided, split_bodies(view, bodies), strict=True):
        action.measures = measures


def _body(heading: Heading, owners: Sequence[OwnerPhrase], starts: Sequence[int]) -> Body:
    first = bisect_left(starts, heading.body_start)
    last = bisect_left(starts, heading.end)
    inside = [Span(each.start, each.end) for each in owners[first:last] if each.form is not Form.SENTENCE]
    return Body(heading.body_start, heading.end, tuple(inside))


def _add_measureless(actions: Sequence[FoundAction]) -> None:
    """An action that is only a title is its own single measure, so that progress can be reported on it."""
    for action in actions:
        if not action.measures and action.has_own_heading:
            action.measures.append(
                FoundMeasure(
                    action.title,
                    action.title_start,
                    action.title_end,
                    action.title_start,
                    action.end,
                    confidence.GUESS,
                )
            )


def _assign_owners(text: str, actions: Sequence[FoundAction], owners: Sequence[OwnerPhrase]) -> None:
    starts = [phrase.start for phrase in owners]
    placed = [
        (action, owners[bisect_left(starts, action.start) : bisect_left(starts, action.end)])
        for action in actions
    ]
    measures_own = _owners_stand_after_measures(placed)
    for action, phrases in placed:
        _assign(action, phrases, to_measures=measures_own or not action.has_own_heading)


def _owners_stand_after_measures(placed: Sequence[tuple[FoundAction, Sequence[OwnerPhrase]]]) -> bool:
    """Does the plan name owners behind its measures, rather than once for each action?"""
    after_measures = once = 0
    for action, phrases in placed:
        stated = [phrase for phrase in phrases if phrase.form is not Form.SENTENCE]
        if len(action.measures) < 2 or not stated:
            continue
        before_last = [
            phrase
            for phrase in stated
            if action.measures[0].start <= phrase.start < action.measures[-1].start
        ]
        after_measures += bool(before_last)
        once += not before_last
    return after_measures > 0 and after_measures >= once


def _assign(action: FoundAction, phrases: Sequence[OwnerPhrase], *, to_measures: bool) -> None:
    measure_starts = [measure.start for measure in action.measures]
    has_stated: set[int] = set()
    for phrase in phrases:
        index = bisect_left(measure_starts, phrase.start + 1) - 1
        is_sentence = phrase.form is Form.SENTENCE
        is_last = index == len(action.measures) - 1
        is_second = not is_sentence and index in has_stated and is_last and action.has_own_heading
        is_of_the_action = is_sentence and len(action.measures) == 1 and action.has_own_heading
        if (
            index < 0
            or is_of_the_action
            or (is_second and not action.owners)
            or not (to_measures or is_sentence or not is_last)
        ):
            action.owners.append(phrase)
            continue
        action.measures[index].owners.append(phrase)
        if not is_sentence:
            has_stated.add(index)
