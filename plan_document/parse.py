"""From the text of a document to the draft of a plan. Never raises on any text, never loses a character."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from plan_document.assemble import assembled_actions
from plan_document.checks import Evidence, warnings_of
from plan_document.draft import ActionKind, Comparator, Mention, PlanDraft, Target, Term
from plan_document.front import Front, parent_documents, read_front, with_site_title
from plan_document.lexicon import BACKGROUND
from plan_document.memory import collector_paused
from plan_document.normalise import Normalised, normalise
from plan_document.owners import OwnerPhrase, find_owner_phrases
from plan_document.owners.phrases import Form
from plan_document.parts import labels_in_view, tile
from plan_document.period import FoundPeriod, find_period
from plan_document.structure.actions import find_actions
from plan_document.structure.found import FoundAction
from plan_document.structure.headings import Heading, end_of, find_headings
from plan_document.structure.outline import Chapter, actions_of, build_outline, chapter_kind
from plan_document.tables import Table, find_tables, with_tables
from plan_document.targets import FoundTarget, find_targets, with_field_deadlines
from plan_document.targets.counted import PER_TIME
from plan_document.view import Span, View
from plan_document.vocabulary import Found, find_words


@dataclass(frozen=True, slots=True)
class _Structure:
    tables: list[Table]
    owners: list[OwnerPhrase]
    headings: list[Heading]
    actions: list[FoundAction]
    front: Front
    looks_like_plan: bool


def parse(text: str, *, vocabulary: Sequence[Term] = ()) -> PlanDraft:
    """Understand a plan document as far as it can be; what is doubtful becomes a warning."""
    with collector_paused():
        return _parse(text, vocabulary=vocabulary)


def _parse(text: str, *, vocabulary: Sequence[Term]) -> PlanDraft:
    normalised = normalise(text)
    view = normalised.view
    structure = _structure(normalised)
    front = structure.front
    period = find_period(view.text, title=(front.start, front.end), front_end=front.front_end) or (
        FoundPeriod(front.period, 0, 0, is_garbled=False) if front.period else None
    )
    words = find_words(view.text, vocabulary)
    actions = assembled_actions(view, structure.actions, structure.owners)
    targets = _targets(view, structure, period)
    evidence = Evidence(
        normalised=normalised,
        headings=structure.headings,
        owners=structure.owners,
        actions=actions,
        targets=targets,
        words=words,
        period=period,
        title=front.title,
        looks_like_plan=structure.looks_like_plan,
    )
    labels = labels_in_view(
        title=Span(front.start, front.end),
        first_heading=front.front_end,
        headings=structure.headings,
        actions=structure.actions,
        owners=structure.owners,
    )
    return PlanDraft(
        source=text,
        title=front.title,
        period=period.period if period else None,
        parents=parent_documents(view, start=front.end, end=front.front_end),
        actions=actions,
        targets=targets,
        mentions=_mentions(view, words),
        warnings=warnings_of(evidence),
        parts=tile(normalised, labels),
    )


def _structure(normalised: Normalised) -> _Structure:
    view = normalised.view
    tables = find_tables(view)
    owners = _outside_tables(find_owner_phrases(view.text), tables)
    headings = find_headings(view, owners, tables=[table.span for table in tables])
    front = read_front(view, first_heading=headings[0].start if headings else len(view.text))
    site = normalised.site_title
    front = with_site_title(front, line=view.source[site.start : site.end] if site else "")
    outline = build_outline(headings)
    looks_like_plan = bool(front.title or tables) or _has_signs_of_a_plan(headings, owners)
    outlined = actions_of(outline) if looks_like_plan else []
    actions = with_tables(find_actions(view, outlined, owners, title=front.title), tables, title=front.title)
    return _Structure(tables, owners, headings, actions, front, looks_like_plan)


def _outside_tables(owners: list[OwnerPhrase], tables: Sequence[Table]) -> list[OwnerPhrase]:
    starts = [table.span.start for table in tables]
    outside = []
    for owner in owners:
        index = bisect_right(starts, owner.start) - 1
        if index < 0 or owner.start >= tables[index].span.end:
            outside.append(owner)
    return outside


def _has_signs_of_a_plan(headings: Sequence[Heading], owners: Sequence[OwnerPhrase]) -> bool:
    if any(phrase.form is not Form.SENTENCE and phrase.leads for phrase in owners):
        return True
    return any(chapter_kind(heading) is Chapter.TASKS for heading in headings)


def _targets(view: View, structure: _Structure, period: FoundPeriod | None) -> tuple[Target, ...]:
    if not structure.looks_like_plan:
        return ()
    left_out = [(phrase.start, phrase.end) for phrase in structure.owners if phrase.form is not Form.SENTENCE]
    places = sorted(
        (measure.start, measure.end, (first, second))
        for first, action in enumerate(structure.actions)
        for second, measure in enumerate(action.measures)
    )
    starts = [start for start, _, _ in places]
    found = find_targets(
        view, period=period.period if period else None, left_out=left_out, measure_starts=starts
    )
    in_tables = [deadline for table in structure.tables for deadline in table.deadlines]
    found = with_field_deadlines(view.text, found, measure_starts=starts, in_tables=in_tables)
    past = _spans_of_the_past(structure.headings)
    targets = (
        _target(view, target, places, starts)
        for target in found
        if not any(span.start <= target.start < span.end for span in past)
    )
    return tuple(target for target in targets if not _is_routine(target, structure.actions))


def _spans_of_the_past(headings: Sequence[Heading]) -> list[Span]:
    """The chapters that tell what has been reached so far: their numbers are no goals."""
    return [
        Span(heading.start, end_of(heading))
        for heading in headings
        if BACKGROUND.search(heading.title) and not heading.is_sentence
    ]


def _is_routine(target: Target, actions: Sequence[FoundAction]) -> bool:
    """A meeting every quarter, among the safeguards, is how the office works and no goal."""
    if target.measure is None or target.comparator is not Comparator.EQUAL or target.unit == "元":
        return False
    return actions[target.measure[0]].kind is ActionKind.SAFEGUARD


def _target(
    view: View, found: FoundTarget, places: Sequence[tuple[int, int, tuple[int, int]]], starts: Sequence[int]
) -> Target:
    index = bisect_right(starts, found.start) - 1
    measure = places[index][2] if index >= 0 and found.start < places[index][1] else None
    end = found.start + len(view.text[found.start : found.end].rstrip())
    place = view.place_of(found.start, end)
    return Target(
        text=view.clean[found.start : end],
        comparator=found.comparator,
        value=found.value,
        unit=found.unit,
        population=PER_TIME.sub("", view.clean[slice(*found.population)]).strip(),
        baseline=found.baseline,
        deadline=found.deadline,
        per=found.per,
        measure=measure,
        start=place.start,
        end=place.end,
        confidence=found.confidence,
    )


def _mentions(view: View, words: Sequence[Found]) -> tuple[Mention, ...]:
    mentions = []
    for word in words:
        if word.term is not None:
            place = view.place_of(word.start, word.end)
            mentions.append(
                Mention(
                    vocabulary=word.term.vocabulary,
                    code=word.term.code,
                    written=view.clean[word.start : word.end],
                    start=place.start,
                    end=place.end,
                )
            )
    return tuple(mentions)
