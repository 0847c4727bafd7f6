"""From places in the view to the values of the draft, with places in the source."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from plan_document.draft import Action, Measure, Unit
from plan_document.owners import OwnerPhrase
from plan_document.owners.phrases import Form
from plan_document.owners.roles import Assigned
from plan_document.structure.found import FoundAction, FoundMeasure
from plan_document.view import View

_BLANK_LINES = re.compile(r"\n\s*\n+")
_LEFT_BEHIND = re.compile(r"^[\s。;,|]+$")


def assembled_actions(
    view: View, actions: Sequence[FoundAction], owners: Sequence[OwnerPhrase]
) -> tuple[Action, ...]:
    """The actions as the draft holds them."""
    stated = [phrase for phrase in owners if phrase.form is not Form.SENTENCE]
    starts = [phrase.start for phrase in stated]
    return tuple(_action(view, action, stated, starts) for action in actions)


def _action(view: View, action: FoundAction, stated: Sequence[OwnerPhrase], starts: Sequence[int]) -> Action:
    place = view.place_of(action.start, action.end)
    return Action(
        number=action.number,
        title=action.title,
        kind=action.kind,
        leads=_units(view, [unit for phrase in action.owners for unit in phrase.leads]),
        partners=_units(view, [unit for phrase in action.owners for unit in phrase.partners]),
        measures=tuple(_measure(view, measure, stated, starts) for measure in action.measures),
        start=place.start,
        end=place.end,
        confidence=action.confidence,
    )


def _measure(
    view: View, measure: FoundMeasure, stated: Sequence[OwnerPhrase], starts: Sequence[int]
) -> Measure:
    inside = stated[bisect_left(starts, measure.start) : bisect_left(starts, measure.end)]
    end = measure.text_end if measure.text_end is not None else _end_of_text(view, measure, inside)
    place = view.place_of(measure.start, end)
    return Measure(
        title=measure.title,
        text=_text(view, measure.start, end, inside),
        leads=_units(view, [unit for phrase in measure.owners for unit in phrase.leads]),
        partners=_units(view, [unit for phrase in measure.owners for unit in phrase.partners]),
        start=place.start,
        end=place.end,
        confidence=measure.confidence,
    )


def _end_of_text(view: View, measure: FoundMeasure, inside: Sequence[OwnerPhrase]) -> int:
    """Owners and line ends at the very end are not the measure's text."""
    end = measure.end
    for phrase in reversed(inside):
        is_last = phrase.end >= end or _LEFT_BEHIND.match(view.text[phrase.end : min(end, phrase.end + 80)])
        if not is_last:
            break
        end = phrase.start
    while end > measure.start and view.text[end - 1].isspace():
        end -= 1
    return max(end, measure.start)


def _text(view: View, start: int, end: int, inside: Sequence[OwnerPhrase]) -> str:
    pieces = []
    position = start
    for phrase in inside:
        if phrase.start >= end:
            break
        pieces.append(view.clean[position : phrase.start])
        position = phrase.end
    pieces.append(view.clean[position:end])
    return _BLANK_LINES.sub("\n", "".join(pieces)).strip()


def _units(view: View, assigned: Sequence[Assigned]) -> tuple[Unit, ...]:
    units: dict[str, Unit] = {}
    for each in assigned:
        place = view.place_of(each.name.start, each.name.end)
        name = view.clean[each.name.start : each.name.end].replace("\n", "")
        units.setdefault(name, Unit(name, place.start, place.end, each.name.confidence))
    return tuple(units.values())
