"""From the raw text to the view that the parser reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from plan_document.boilerplate import boilerplate_of, title_line_inside
from plan_document.characters import canonical, readable
from plan_document.lines import MOST_LINES, SENTENCE_END, TERMINAL, Line, lines_of
from plan_document.page_marks import PageMark, page_marks
from plan_document.view import Span, View, view_of

_HAN_OR_SIGN = "\u3400-\u9fff,。、;:!?()“”《》【】〔〕"
_LEFT_OUT = re.compile(
    rf"\u200b+|\*\*(?:(?<=[。:!?;]\*\*) {{1,4}})?| (?<=[{_HAN_OR_SIGN}] ) {{0,39}}(?=[{_HAN_OR_SIGN}\d])| (?<=\d ) {{0,39}}(?=[\u3400-\u9fff.、)%])"
)
# A page whose lines are all this short was typeset; paragraphs of a plan are longer.
_LONGEST_TYPESET_LINE = 45
_LINES_OF_A_PAGE = 8
_WIDE_GAP = re.compile(r"(?<=[^\s]) {2,80}(?=[^\s])")
_SPACED_HEADER = re.compile(
    r"(?:^|(?<=\n)) {0,20}[^\s]{1,8} {2,80}[^\n]{0,80}(?:任务|内容|措施|项目|行动)[^\n]{0,80} {2,80}[^\n ]{0,8}(?:单位|部门)"
)
# No plan has as many spaces inside words: what follows is kept with its spaces.
MOST_LEFT_OUT = 200_000
_OPENS_MIDWAY = frozenset(",。、;:!?)》】”")
_BREAKS_MIDWAY = frozenset("、,(《“")


@dataclass(frozen=True, slots=True)
class Normalised:
    """The view of the plan's body, and what was taken out of the source to get it."""

    view: View
    boilerplate: tuple[Span, ...]
    page_marks: tuple[Span, ...]
    site_title: Span | None


def normalise(source: str) -> Normalised:
    """Take out site chrome, page marks, soft line breaks and spaces inside words; forget no position."""
    clean = readable(source)
    text = with_columns(canonical(clean))
    lines = lines_of(text)
    rest = _rest(text, lines)
    head, tail = boilerplate_of(lines) if not len(rest) else (Span(0, 0), Span(len(lines), len(lines)))
    body = lines[head.end : tail.start]
    marks = page_marks(body)
    kept, gaps = _kept(text, _pieces(body, marks, is_wrapped=wrap_width(body)))
    kept = _joined([*kept, rest]) if len(rest) else kept
    title_line = title_line_inside(lines, head)
    return Normalised(
        view=view_of(source, text=text, clean=clean, kept=kept, gaps=gaps),
        boilerplate=_outside(lines, head, tail, len(source)),
        page_marks=tuple(Span(mark.start, mark.end) for mark in marks),
        site_title=None if title_line is None else Span(lines[title_line].start, lines[title_line].end),
    )


def with_columns(text: str) -> str:
    """Columns that were laid out with spaces are parted by tabs instead, where a row of headings shows them."""
    if not _SPACED_HEADER.search(text):
        return text
    return _WIDE_GAP.sub(lambda gap: "\t" + " " * (len(gap.group()) - 1), text)


def _rest(text: str, lines: Sequence[Line]) -> Span:
    """What follows the last line that is looked at one by one."""
    if len(lines) < MOST_LINES:
        return Span(len(text), len(text))
    return Span(lines[-1].end, len(text))


def _outside(lines: Sequence[Line], head: Span, tail: Span, length: int) -> tuple[Span, ...]:
    spans = []
    if len(head):
        spans.append(Span(0, lines[head.end].start if head.end < len(lines) else length))
    if len(tail) and tail.start > head.start:
        spans.append(Span(lines[tail.start - 1].end if tail.start else 0, length))
    return tuple(span for span in spans if len(span))


def wrap_width(lines: Sequence[Line]) -> int:
    """The width at which a typesetter broke the lines, 0 when every line is a paragraph."""
    long_lines = [line for line in lines if len(line.text) >= 15]
    if len(long_lines) < 4:
        return 0
    lengths = sorted(len(line.text) for line in long_lines)
    width = lengths[len(lengths) * 95 // 100]
    full = sum(
        1 for line in long_lines if len(line.text) >= width * 0.85 and line.text[-1] not in SENTENCE_END
    )
    at_the_edge = sum(
        1 for line in long_lines if len(line.text) == lengths[-1] and line.text[-1] not in SENTENCE_END
    )
    if at_the_edge >= 3 and 20 <= lengths[-1] <= 90:
        return lengths[-1]
    if len(lines) >= _LINES_OF_A_PAGE and 20 <= lengths[-1] <= _LONGEST_TYPESET_LINE:
        return lengths[-1]
    is_even = lengths[-1] <= width * 1.25 and width <= 90
    return width if is_even and full * 10 >= len(long_lines) * 4 else 0


@dataclass(slots=True)
class _Piece:
    """A stretch of a line that stays, and whether a paragraph ends behind it."""

    span: Span
    ends_paragraph: bool


def _pieces(lines: Sequence[Line], marks: Sequence[PageMark], *, is_wrapped: int) -> list[_Piece]:
    by_line = {mark.line: mark for mark in marks}
    pieces: list[_Piece] = []
    last: Line | None = None
    after_mark = False
    for index, line in enumerate(lines):
        mark = by_line.get(index)
        if mark is not None and mark.is_whole_line:
            after_mark = True
            continue
        start = mark.end if mark is not None else line.start
        if pieces and last is not None:
            pieces[-1].ends_paragraph = not (
                mark is not None or _continues(last, line, width=is_wrapped, after_mark=after_mark)
            )
        pieces.append(_Piece(Span(start, line.end), ends_paragraph=False))
        last, after_mark = line, False
    return pieces


def _continues(before: Line, line: Line, *, width: int, after_mark: bool) -> bool:
    if line.is_marked or "\t" in before.text or before.text[0] == "|":
        return False
    if line.text[0] in _OPENS_MIDWAY or before.text[-1] in _BREAKS_MIDWAY:
        return True
    if before.text[-1] in TERMINAL:
        return False
    if after_mark:
        return len(before.text) >= 15
    is_full = width > 0 and len(before.text) >= width * 0.85
    return is_full and not line.follows_blank and not line.is_indented


def _kept(text: str, pieces: Sequence[_Piece]) -> tuple[list[Span], set[int]]:
    kept: list[Span] = []
    gaps: set[int] = set()
    for piece in pieces:
        start = piece.span.start
        room = max(0, MOST_LEFT_OUT - len(kept))
        for left_out in islice(_LEFT_OUT.finditer(text, piece.span.start, piece.span.end), room):
            if left_out.start() > start:
                kept.append(Span(start, left_out.start()))
            start = left_out.end()
            if left_out.group()[0] == " ":
                gaps.add(start)
        if piece.span.end > start:
            kept.append(Span(start, piece.span.end))
        if piece.ends_paragraph:
            line_break = text.find("\n", piece.span.end)
            kept.append(Span(line_break, line_break + 1))
    return _joined(kept), gaps


def _joined(kept: list[Span]) -> list[Span]:
    """Neighbours without anything left out between them become one."""
    joined: list[Span] = []
    for span in kept:
        if joined and joined[-1].end == span.start:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
