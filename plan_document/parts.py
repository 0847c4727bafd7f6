"""The tiling of the source: every character belongs to exactly one part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from plan_document.draft import Part, PartKind
from plan_document.normalise import Normalised
from plan_document.owners import OwnerPhrase
from plan_document.owners.phrases import Form
from plan_document.structure.found import FoundAction
from plan_document.structure.headings import Heading
from plan_document.view import Span

Label = tuple[int, int, PartKind]


def labels_in_view(
    *,
    title: Span,
    first_heading: int,
    headings: Sequence[Heading],
    actions: Sequence[FoundAction],
    owners: Sequence[OwnerPhrase],
) -> list[Label]:
    """What the stretches of the view are; where two overlap the later one holds."""
    labels: list[Label] = [(0, first_heading, PartKind.PREAMBLE)]
    labels += [
        (heading.start, heading.title_end, PartKind.HEADING)
        for heading in headings
        if not heading.is_sentence
    ]
    for action in actions:
        if action.has_own_heading:
            labels.append((action.start, action.title_end, PartKind.ACTION_TITLE))
        for measure in action.measures:
            labels.append((measure.start, measure.end, PartKind.MEASURE_TEXT))
            labels.append((measure.title_start, measure.title_end, PartKind.MEASURE_TITLE))
    labels += [
        (phrase.start, phrase.end, PartKind.OWNERS) for phrase in owners if phrase.form is not Form.SENTENCE
    ]
    if len(title):
        labels.append((title.start, title.end, PartKind.TITLE))
    return labels


def tile(normalised: Normalised, labels: Iterable[Label]) -> tuple[Part, ...]:
    """Lay the labels over the source; what nobody claimed is OTHER."""
    view = normalised.view
    length = len(view.source)
    spans: list[Label] = []
    for start, end, kind in labels:
        if start < end:
            place = view.place_of(start, end)
            spans.append((place.start, place.end, kind))
    spans += [(span.start, span.end, PartKind.PAGE_MARK) for span in normalised.page_marks]
    spans += [(span.start, span.end, PartKind.BOILERPLATE) for span in normalised.boilerplate]
    if normalised.site_title is not None and not any(kind is PartKind.TITLE for *_, kind in spans):
        spans.append((normalised.site_title.start, normalised.site_title.end, PartKind.TITLE))
    return _painted(spans, length)


def _painted(spans: Sequence[Label], length: int) -> tuple[Part, ...]:
    """The topmost span wins at every place: a sweep over the borders with the open spans."""
    borders = sorted({0, length, *(border for start, end, _ in spans for border in (start, end))})
    opening: dict[int, list[int]] = {}
    for order, (start, _, _) in enumerate(spans):
        opening.setdefault(start, []).append(order)
    parts: list[Part] = []
    open_spans: list[int] = []
    for start, end in pairwise(borders):
        open_spans += opening.get(start, ())
        open_spans = [order for order in open_spans if spans[order][1] > start]
        kind = spans[max(open_spans)][2] if open_spans else PartKind.OTHER
        if parts and parts[-1].kind is kind and parts[-1].end == start and kind is PartKind.OTHER:
            parts[-1] = Part(kind, parts[-1].start, end)
        else:
            parts.append(Part(kind, start, end))
    return tuple(parts)
