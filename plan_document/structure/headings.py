"""Headings with their titles and the text that belongs to each."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from plan_document.lexicon import ACTION_SUFFIX, CHAPTER_TITLES, PLAN_TITLE_NOUN, VERBS
from plan_document.owners import OwnerPhrase
from plan_document.structure.closing import closing_start
from plan_document.structure.markers import Marker, Style, find_markers
from plan_document.structure.sequence import Opening, openings
from plan_document.view import Span, View

LONGEST_LINE_TITLE = 45
LONGEST_RUN_IN = 30
LONGEST_CLAUSE_TITLE = 40

_SENTENCE_SIGN = re.compile(r"[。;!?\n]")
_CLAUSE_SIGN = re.compile(r"[,;:。!?\n]")
_NUMBER = re.compile(r"\d")
_NOUN_THEN_VERB = re.compile(r"(?:行动计划|行动|工程|计划|攻坚战)(?=[\u4e00-\u9fff]{2})")
_STRAY = " #*。.、,;:-—\t|"
_CHAPTER = re.compile("(?:" + "|".join(sorted(CHAPTER_TITLES, key=len, reverse=True)) + ")(?![的和与及、之])")
_SAYING = re.compile(r"[\u4e00-\u9fff][^\n]{6}")
_BARE_LINE = re.compile(r"(?:^|(?<=\n))[^\n。,;:!?()|\t]{3,28}(?=\n)")
_ENDS_LIKE_A_PLAN = re.compile(PLAN_TITLE_NOUN + "$")
_TITLE_LINE = re.compile(rf".{{4,90}}?{PLAN_TITLE_NOUN}(?:\(.{{1,30}}\))?")


@dataclass(slots=True)
class Heading:
    """A heading: where it opens, its title, and the text up to the next heading.

    `is_sentence` says that the item has no title of its own: its first clause stands for one;
    `has_paragraphs` that the title stands alone on its line, above the text.
    """

    opening: Opening
    level: int
    title: str
    title_start: int
    title_end: int
    body_start: int
    end: int
    is_sentence: bool
    has_paragraphs: bool = False
    children: list[Heading] = field(default_factory=list)

    @property
    def start(self) -> int:
        """Where the marker stands."""
        return self.opening.marker.start

    @property
    def style(self) -> Style:
        """How it is numbered."""
        return self.opening.marker.style


def end_of(heading: Heading) -> int:
    """Where a heading's text ends, with all that stands below it."""
    while heading.children:
        heading = heading.children[-1]
    return heading.end


@dataclass(frozen=True, slots=True)
class _Title:
    start: int
    end: int
    body_start: int
    is_sentence: bool = False


def find_headings(view: View, owners: Sequence[OwnerPhrase], *, tables: Sequence[Span] = ()) -> list[Heading]:
    """All headings of the view outside its tables, in order, each with its own text."""
    text = view.text
    stated = sorted(
        [(phrase.start, phrase.end) for phrase in owners] + [(table.start, table.end) for table in tables]
    )
    markers = [marker for marker in find_markers(text, gaps=view.gaps) if not _is_title_line(text, marker)]
    found = openings(text, markers, owner_spans=stated)
    opened = sorted([*found, *_unnumbered(text, found, stated)], key=lambda opening: opening.marker.start)
    starts = [start for start, _ in stated]
    headings = []
    closing = closing_start(text, opened[-1].marker.end) if opened else len(text)
    for index, opening in enumerate(opened):
        end = opened[index + 1].marker.start if index + 1 < len(opened) else closing
        heading = _heading(view, opening, end=end, owner_starts=starts)
        heading.has_paragraphs = _has_paragraphs(view.text, heading, stated)
        headings.append(heading)
    _settle_levels(headings)
    return headings


def _has_paragraphs(text: str, heading: Heading, stated: Sequence[tuple[int, int]]) -> bool:
    """Does the title stand alone on its line, above text that says more than who is responsible?"""
    line_end = text.find("\n", heading.title_end, heading.end)
    if heading.is_sentence or line_end < 0 or text[heading.title_end : line_end].strip(_STRAY):
        return False
    position = line_end
    for start, end in stated[bisect_left(stated, (line_end, 0)) :]:
        if start >= heading.end or _says_something(text, position, start):
            break
        position = end
    return _says_something(text, position, heading.end)


def _says_something(text: str, start: int, end: int) -> bool:
    return _SAYING.search(text, start, end) is not None


def _is_title_line(text: str, marker: Marker) -> bool:
    """A line marked with # that is the title of the plan, not a heading in it."""
    if marker.style is not Style.BARE:
        return False
    line_end = text.find("\n", marker.end, marker.end + 120)
    line = text[marker.end : line_end if line_end >= 0 else marker.end + 120]
    return _TITLE_LINE.fullmatch(line.strip(_STRAY)) is not None


def _heading(view: View, opening: Opening, *, end: int, owner_starts: Sequence[int]) -> Heading:
    title = _title(view, opening.marker, end=end, owner_starts=owner_starts)
    return Heading(
        opening=opening,
        level=opening.marker.level,
        title=view.clean[title.start : title.end].strip(_STRAY),
        title_start=title.start,
        title_end=title.end,
        body_start=title.body_start,
        end=end,
        is_sentence=title.is_sentence,
    )


def _title(view: View, marker: Marker, *, end: int, owner_starts: Sequence[int]) -> _Title:
    text = view.text
    start = marker.end
    while start < end and text[start] in " 、.:":
        start += 1
    line_end = text.find("\n", start, end)
    limit = end if line_end < 0 else line_end
    next_owner = bisect_left(owner_starts, start)
    if next_owner < len(owner_starts):
        limit = min(limit, max(owner_starts[next_owner], start))
    return (
        _short_line(text, start, limit) or _divided(view, start, limit) or _first_clause(text, start, limit)
    )


def _short_line(text: str, start: int, limit: int) -> _Title | None:
    """The whole line is the title, when it is short and no sentence ends within."""
    if limit - start > LONGEST_LINE_TITLE:
        return None
    inner = text[start:limit].rstrip(_STRAY)
    if _SENTENCE_SIGN.search(inner) or ":" in inner or inner.count(",") > (1 if len(inner) <= 30 else 0):
        return None
    if "," in inner and _NUMBER.search(inner):
        return None
    if _merges_two(inner) or _merges_chapter(inner, is_sentence=text[start:limit].endswith("。")):
        return None
    return _Title(start, start + len(inner), limit)


def _merges_chapter(line: str, *, is_sentence: bool) -> bool:
    """保障措施强化统筹协调。 is a chapter's title and its only sentence."""
    chapter = _CHAPTER.match(line)
    return chapter is not None and len(line) - chapter.end() >= 4 and (is_sentence or "," in line)


def _merges_two(line: str) -> bool:
    match = _NOUN_THEN_VERB.search(line)
    return match is not None and line[match.end() : match.end() + 2] in VERBS and len(line) - match.end() >= 6


def _divided(view: View, start: int, limit: int) -> _Title | None:
    """The title is parted from the text by a space, a colon, the noun it ends with, or a full stop."""
    text = view.text
    sentence = _SENTENCE_SIGN.search(text, start, limit)
    sentence_end = sentence.start() if sentence else limit
    gap = view.has_gap(start, min(start + LONGEST_RUN_IN, sentence_end))
    if gap is not None and gap - start >= 2 and not _CLAUSE_SIGN.search(text, start, gap):
        return _Title(start, gap, gap)
    chapter = _CHAPTER.match(text, start, limit)
    if chapter:
        return _Title(start, chapter.end(), chapter.end())
    return _at_noun(text, start, sentence_end) or _at_sign(text, start, sentence_end, limit)


def _at_noun(text: str, start: int, end: int) -> _Title | None:
    clause = _CLAUSE_SIGN.search(text, start, end)
    for noun in _NOUN_THEN_VERB.finditer(
        text, start, min(clause.start() if clause else end, start + LONGEST_CLAUSE_TITLE)
    ):
        if text[noun.end() : noun.end() + 2] in VERBS and noun.end() - start >= 4:
            return _Title(start, noun.end(), noun.end())
    return None


def _at_sign(text: str, start: int, sentence_end: int, limit: int) -> _Title | None:
    colon = text.find(":", start, min(sentence_end, start + 24))
    if colon > start + 1 and not _CLAUSE_SIGN.search(text, start, colon):
        return _Title(start, colon, colon + 1)
    length = sentence_end - start
    commas = text.count(",", start, sentence_end)
    if commas and _NUMBER.search(text, start, sentence_end):
        return None
    if 2 <= length <= LONGEST_RUN_IN and (commas == 0 or (commas == 1 and length <= 26)):
        return _Title(start, sentence_end, min(sentence_end + 1, limit))
    return None


def _first_clause(text: str, start: int, limit: int) -> _Title:
    clause = _CLAUSE_SIGN.search(text, start, limit)
    end = min(clause.start() if clause else limit, start + LONGEST_CLAUSE_TITLE)
    return _Title(start, max(end, start), start, is_sentence=True)


def _unnumbered(text: str, found: Sequence[Opening], owner_spans: Sequence[tuple[int, int]]) -> list[Opening]:
    """Short lines that stand alone and read like headings."""
    taken = {opening.marker.start for opening in found}
    starts = [start for start, _ in owner_spans]
    opened = []
    for match in _BARE_LINE.finditer(text):
        level = _bare_level(match.group())
        before = bisect_right(starts, match.start()) - 1
        is_inside = before >= 0 and match.start() < owner_spans[before][1]
        if level is None or is_inside or match.start() in taken or text[match.start()] in "#-—•●*·":
            continue
        marker = Marker(Style.BARE, None, match.start(), match.start(), opens_line=True, level=level)
        opened.append(Opening(marker, expected=0))
    return opened


def _bare_level(line: str) -> int | None:
    if line in CHAPTER_TITLES:
        return Style.NUMERAL * 10
    if _ENDS_LIKE_A_PLAN.search(line):
        return None
    if ACTION_SUFFIX.search(line) and "、" not in line:
        return Style.BRACKETED_NUMERAL * 10
    return Style.BARE * 10 if line[:2] in VERBS and len(line) <= 24 else None


def _settle_levels(headings: Sequence[Heading]) -> None:
    """1. comes first and counts through while （一） starts anew under it: then 1. is the higher level here."""
    ones: dict[Style, int] = {}
    first: dict[Style, int] = {}
    for index, heading in enumerate(headings):
        first.setdefault(heading.style, index)
        if heading.opening.marker.number == 1:
            ones[heading.style] = ones.get(heading.style, 0) + 1
    for upper in (Style.NUMERAL, Style.BRACKETED_NUMERAL):
        comes_first = first.get(Style.DECIMAL, len(headings)) < first.get(upper, -1)
        if comes_first and ones.get(Style.DECIMAL) == 1 and ones.get(upper, 0) > 1:
            for heading in headings:
                if heading.style is Style.DECIMAL:
                    heading.level = upper * 10 - 5
            return
