"""A key task without numbered measures: where its text falls apart into measures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from plan_document import confidence
from plan_document.structure.found import FoundMeasure
from plan_document.structure.run_in import (
    ENOUGH,
    RunIn,
    Sentence,
    candidates,
    chosen_alike,
    score,
    sentences_of,
)
from plan_document.view import Span, View

_HAN = re.compile(r"[\u3400-\u9fff]")
_CLAUSE_SIGN = re.compile(r"[,;:。!?\n]")
_LABEL_PARAGRAPH = re.compile(
    r"(?:工作|主要|总体|行动|预期)?(?:目标|要求|思路)(?:任务)?:|(?:完成|实施)?(?:时限|时间)(?:安排|要求)?:|[\u4e00-\u9fff]{2,8}:$"
)
_ENUMERATED = re.compile(r"(?:^|(?<=[。;,:\n]))[一二三四五六七八九十]{1,2}(?:是|要)(?=[\u4e00-\u9fff])")
_CONTENT_LABEL = re.compile(r"(?:主要|工作|具体|重点|实施)?(?:内容|任务|措施|举措|做法|事项):")
_LONGEST_CLAUSE_TITLE = 40


@dataclass(frozen=True, slots=True)
class Body:
    """The text of an action, and the stretches inside that name owners and are no measure's text."""

    start: int
    end: int
    left_out: tuple[Span, ...]

    def pieces(self) -> Iterator[Span]:
        """The stretches between the owner phrases."""
        position = self.start
        for span in self.left_out:
            if span.start > position:
                yield Span(position, span.start)
            position = max(position, span.end)
        if self.end > position:
            yield Span(position, self.end)


def split_bodies(view: View, bodies: Sequence[Body]) -> list[list[FoundMeasure]]:
    """The measures of several sibling actions; how the others are built helps to read each one."""
    by_paragraph = [_paragraph_openings(view.text, body) for body in bodies]
    inline = [_sentences(view.text, body) for body in bodies]
    picks = chosen_alike([candidates(sentences) for sentences in inline])
    return [
        _measures(view, body, paragraphs, _believable(pick))
        for body, paragraphs, pick in zip(bodies, by_paragraph, picks, strict=True)
    ]


def _believable(pick: list[RunIn]) -> list[RunIn]:
    """One heading in mid-text is a short sentence; headings start at the beginning or come in numbers."""
    return pick if len(pick) > 1 or (pick and pick[0].index == 0) else []


def _measures(view: View, body: Body, paragraphs: list[Sentence], inline: list[RunIn]) -> list[FoundMeasure]:
    if len(paragraphs) >= 2 or (paragraphs and len(inline) < 2):
        return _opened_by(view, paragraphs, body.end, confidence.CLEAR)
    if inline:
        return _opened_by(view, [run_in.sentence for run_in in inline], body.end, confidence.INFERRED)
    return _enumerated(view, body) or _plain(view, body)


def _paragraphs(text: str, body: Body) -> list[Span]:
    found = []
    for piece in body.pieces():
        start = piece.start
        for line in text[piece.start : piece.end].split("\n"):
            if _HAN.search(line):
                found.append(Span(start, start + len(line)))
            start += len(line) + 1
    return found


def _paragraph_openings(text: str, body: Body) -> list[Sentence]:
    """The short clauses that open paragraphs, where there are paragraphs."""
    paragraphs = _paragraphs(text, body)
    if len(paragraphs) < 2:
        return []
    openings = []
    for paragraph in paragraphs:
        sentences = sentences_of(text, paragraph.start, min(paragraph.end, paragraph.start + 200))
        following = sentences[1].text if len(sentences) > 1 else ""
        if sentences and score(sentences[0].text, is_first=True, following=following) >= ENOUGH:
            openings.append(sentences[0])
    return openings


def _sentences(text: str, body: Body) -> list[Sentence]:
    return [sentence for piece in body.pieces() for sentence in sentences_of(text, piece.start, piece.end)]


def _opened_by(view: View, openings: Sequence[Sentence], end: int, sureness: float) -> list[FoundMeasure]:
    found = []
    for index, opening in enumerate(openings):
        following = openings[index + 1].start if index + 1 < len(openings) else end
        title_end = opening.start + len(opening.text)
        found.append(
            FoundMeasure(
                title=view.clean[opening.start : title_end].strip(),
                title_start=opening.start,
                title_end=title_end,
                start=opening.start,
                end=following,
                confidence=sureness,
            )
        )
    return found


def _enumerated(view: View, body: Body) -> list[FoundMeasure]:
    """一是…；二是…: each is a measure."""
    points = list(_ENUMERATED.finditer(view.text, body.start, body.end))
    if len(points) < 2 or not points[0].group().startswith("一"):
        return []
    ends = [*(point.start() for point in points[1:]), body.end]
    return [
        _stand_in(view, point.start(), end, title_start=point.end())
        for point, end in zip(points, ends, strict=True)
    ]


def _plain(view: View, body: Body) -> list[FoundMeasure]:
    """Every paragraph is a measure, titled by its first clause."""
    paragraphs = [span for span in _paragraphs(view.text, body) if len(span) >= 6]
    told = [span for span in paragraphs if not _LABEL_PARAGRAPH.match(view.text, span.start, span.end)]
    kept = told or paragraphs[:1]
    followed_by = {span.start: after.start for span, after in pairwise(paragraphs)}
    return [
        _stand_in(
            view,
            span.start,
            followed_by.get(span.start, body.end),
            title_start=_behind_label(view.text, span),
        )
        for span in kept
    ]


def _behind_label(text: str, span: Span) -> int:
    """内容：… is titled by what stands behind the label."""
    label = _CONTENT_LABEL.match(text, span.start, span.end)
    return label.end() if label else span.start


def _stand_in(view: View, start: int, end: int, *, title_start: int) -> FoundMeasure:
    clause = _CLAUSE_SIGN.search(view.text, title_start, end)
    title_end = min(clause.start() if clause else end, title_start + _LONGEST_CLAUSE_TITLE)
    return FoundMeasure(
        title=view.clean[title_start:title_end].strip(),
        title_start=title_start,
        title_end=title_end,
        start=start,
        end=end,
        confidence=confidence.STAND_IN,
    )
