"""The warnings of a draft: what is missing, doubtful or was read against the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plan_document import confidence
from plan_document.draft import Action, ActionKind, Target, Warning
from plan_document.normalise import Normalised
from plan_document.notices import notice
from plan_document.owners import OwnerPhrase
from plan_document.owners.phrases import Form
from plan_document.period import FoundPeriod, periods_in
from plan_document.structure.headings import Heading
from plan_document.structure.markers import Style, as_written
from plan_document.view import Span, View
from plan_document.vocabulary import Found

_CHECKED_STYLES = frozenset(set(Style) - {Style.BULLET, Style.BARE, Style.WORD, Style.SUBDECIMAL})
_RECURS = re.compile(r"每(?:年|半年|学年|季度?|个季度|学期|个?月|周|两年|三年)|全年")
# The finders stop after more headings, owners and numbers than a text of this length can hold in earnest.
LONGEST_PLAN = 1_000_000
_SHORTEST_TEXT = 15
_ENDS_WELL = frozenset("。!?;:”)】〕》…|")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was found, for the checks to look at."""

    normalised: Normalised
    headings: Sequence[Heading]
    owners: Sequence[OwnerPhrase]
    actions: Sequence[Action]
    targets: Sequence[Target]
    words: Sequence[Found]
    period: FoundPeriod | None
    title: str
    looks_like_plan: bool


def warnings_of(evidence: Evidence) -> tuple[Warning, ...]:
    """All warnings, in the order of the document."""
    found = [
        *_about_the_whole(evidence),
        *_about_leftovers(evidence.normalised),
        *_about_periods(evidence),
        *_about_numbers(evidence),
        *_about_owners(evidence),
        *_about_words(evidence),
        *_about_targets(evidence),
        *_about_the_end(evidence),
    ]
    return tuple(sorted(found, key=lambda warning: (warning.start, warning.end, warning.code)))


def _about_the_whole(evidence: Evidence) -> Iterator[Warning]:
    start = evidence.normalised.view.place_of(0, 0).start
    nowhere = Span(start, start)
    if not evidence.normalised.view.text.strip():
        yield notice("empty", nowhere)
        return
    if len(evidence.normalised.view.text) > LONGEST_PLAN:
        yield notice("very_long", nowhere)
    if not evidence.looks_like_plan:
        yield notice("not_a_plan", nowhere)
    if not evidence.actions:
        yield notice("no_actions", nowhere)
    if not evidence.title:
        yield notice("no_title", nowhere)
    if evidence.period is None:
        yield notice("no_period", nowhere)


def _about_leftovers(normalised: Normalised) -> Iterator[Warning]:
    for span in normalised.boilerplate:
        yield notice("boilerplate_left_out", span)
    if normalised.page_marks:
        yield notice("page_marks_removed", normalised.page_marks[0], count=len(normalised.page_marks))


def _about_periods(evidence: Evidence) -> Iterator[Warning]:
    view = evidence.normalised.view
    for found in periods_in(view.text, 0, len(view.text)):
        if found.is_garbled:
            yield notice(
                "period_garbled",
                view.place_of(found.start, found.end),
                written=view.clean[found.start : found.end],
                start=found.period.start,
                end=found.period.end,
            )


def _about_numbers(evidence: Evidence) -> Iterator[Warning]:
    view = evidence.normalised.view
    for heading in evidence.headings:
        marker, expected = heading.opening.marker, heading.opening.expected
        if heading.style not in _CHECKED_STYLES:
            continue
        place = view.place_of(marker.start, marker.end)
        words = {
            "written": view.clean[marker.start : marker.end].strip(" #*"),
            "expected": as_written(heading.style, expected),
        }
        if marker.is_misread:
            yield notice("number_misread", place, **words)
        elif marker.number is not None and marker.number != expected:
            yield notice("number_duplicate" if marker.number < expected else "number_jump", place, **words)


def _about_owners(evidence: Evidence) -> Iterator[Warning]:
    view = evidence.normalised.view
    for action in evidence.actions:
        has_owner = action.leads or action.partners or any(m.leads or m.partners for m in action.measures)
        if not has_owner and action.kind is not ActionKind.SAFEGUARD:
            yield notice("owners_missing", Span(action.start, action.end), title=action.title)
    for phrase in evidence.owners:
        place = view.place_of(phrase.start, phrase.end)
        if not phrase.is_closed:
            yield notice("bracket_unclosed", place)
        if not phrase.leads and not phrase.partners and phrase.form is not Form.SENTENCE:
            yield notice("owners_empty", place)
        for unit in (*phrase.leads, *phrase.partners):
            if unit.name.confidence <= confidence.GUESS:
                yield notice(
                    "owners_unclear", view.place_of(unit.name.start, unit.name.end), written=unit.name.text
                )


def _about_words(evidence: Evidence) -> Iterator[Warning]:
    view = evidence.normalised.view
    for word in evidence.words:
        if word.is_lookalike:
            place = view.place_of(word.start, word.end)
            yield notice("likely_typo", place, written=word.written, expected=word.expected)


def _about_targets(evidence: Evidence) -> Iterator[Warning]:
    for target in evidence.targets:
        if target.deadline is None and not _RECURS.search(target.per):
            yield notice("target_without_deadline", Span(target.start, target.end), written=target.text)


def _about_the_end(evidence: Evidence) -> Iterator[Warning]:
    view = evidence.normalised.view
    last = _last_line(view, evidence.headings)
    if not evidence.looks_like_plan or last is None:
        return
    start, end = last
    is_heading_only = any(
        heading.start <= start and end <= heading.title_end for heading in evidence.headings[-1:]
    )
    is_in_owners = any(end <= phrase.end for phrase in evidence.owners[-1:])
    if end - start < _SHORTEST_TEXT or is_heading_only or is_in_owners:
        return
    if view.text[end - 1] not in _ENDS_WELL and "\t" not in view.text[start:end]:
        tail_start = max(start, end - 12)
        yield notice("truncated", view.place_of(tail_start, end), written=view.clean[tail_start:end])


def _last_line(view: View, headings: Sequence[Heading]) -> tuple[int, int] | None:
    """The last line of the plan's own text, before the signature."""
    text = view.text[: headings[-1].end if headings else len(view.text)].rstrip()
    if not text:
        return None
    return text.rfind("\n") + 1, len(text)
