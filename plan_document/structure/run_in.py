"""Run-in headings: a short clause that opens a measure and is followed by its text.

Where paragraphs are kept, such a clause opens a paragraph. Where paragraphs were run together nothing
but the sentences themselves tells: a heading is a clause without comma that says in a verb and its
object what the next sentences say at length, and the actions of one plan have about as many of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from plan_document.lexicon import NOT_A_HEADING_OPENING, VERBS

_SENTENCE = re.compile(r"[^。!?\n]+[。!?\n]?")
_DIGIT_WITH_UNIT = re.compile(r"\d|百分之|以上|不少于|不低于")
_SHORTEST, _LONGEST = 4, 26
ENOUGH = 2.0
_NEARLY_ENOUGH = 0.5


# Not frozen: a long document makes many of these, and frozen ones take five times as long to make.
@dataclass(slots=True)
class Sentence:
    """A sentence of the view with its place; `end` is behind its full stop."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class RunIn:
    """A sentence that may be a run-in heading, and how much speaks for it."""

    index: int
    sentence: Sentence
    score: float


def sentences_of(text: str, start: int, end: int) -> list[Sentence]:
    """The sentences in a stretch of the view."""
    found = []
    for match in _SENTENCE.finditer(text, start, end):
        written = match.group().rstrip("。!?\n")
        if written.strip():
            found.append(Sentence(match.start(), match.end(), written))
    return found


def score(sentence: str, *, is_first: bool, following: str) -> float:
    """How much the sentence is like a heading of what follows it; below zero for what cannot be one."""
    length = len(sentence)
    if not _SHORTEST <= length <= _LONGEST or not following or re.search(r"[,;:]", sentence):
        return -1.0
    if _DIGIT_WITH_UNIT.search(sentence):
        return -1.0
    points = 2.0 if sentence[:2] in VERBS else 0.0
    points += 2.0 if is_first else 0.0
    points += 0.5 if length <= 18 else -0.5
    points -= 3.0 if NOT_A_HEADING_OPENING.match(sentence) else 0.0
    points -= 1.5 * ("、" in sentence) + 1.5 * ("等" in sentence) + 0.5 * ("“" in sentence)
    points += 0.5 if len(following) >= length * 1.5 else -1.0
    return points + (0.5 if _elaborates(sentence, following) else 0.0)


def _elaborates(heading: str, following: str) -> bool:
    pairs = {heading[index : index + 2] for index in range(len(heading) - 1)}
    return any(following[index : index + 2] in pairs for index in range(min(len(following), 80) - 1))


def candidates(sentences: Sequence[Sentence]) -> list[RunIn]:
    """Every sentence with anything that speaks for it."""
    found = []
    for index, sentence in enumerate(sentences):
        following = sentences[index + 1].text if index + 1 < len(sentences) else ""
        points = score(sentence.text, is_first=index == 0, following=following)
        if points >= _NEARLY_ENOUGH:
            found.append(RunIn(index, sentence, points))
    return found


def chosen(found: Sequence[RunIn], *, threshold: float = ENOUGH) -> list[RunIn]:
    """Those that score enough; of two in a row only the better one, for a heading needs a text."""
    kept: list[RunIn] = []
    for run_in in found:
        if run_in.score < threshold:
            continue
        if kept and kept[-1].index == run_in.index - 1:
            if run_in.score > kept[-1].score:
                kept[-1] = run_in
            continue
        kept.append(run_in)
    return kept


def chosen_alike(siblings: Sequence[Sequence[RunIn]]) -> list[list[RunIn]]:
    """Choose in all actions of a plan together: where most have the same number, the others follow."""
    picks = [chosen(found) for found in siblings]
    counts = Counter(len(pick) for pick in picks if pick)
    usual, frequency = counts.most_common(1)[0] if counts else (0, 0)
    if usual < 2 or frequency * 2 < len([pick for pick in picks if pick]):
        return picks
    return [_towards(usual, pick, found) for pick, found in zip(picks, siblings, strict=True)]


def _towards(usual: int, pick: list[RunIn], found: Sequence[RunIn]) -> list[RunIn]:
    if len(pick) > usual:
        weakest_last = sorted(pick, key=lambda run_in: -run_in.score)
        if weakest_last[usual].score < ENOUGH + 1.0:
            return sorted(weakest_last[:usual], key=lambda run_in: run_in.index)
    if len(pick) < usual:
        more = chosen(found, threshold=_NEARLY_ENOUGH)
        return more if len(more) == usual else pick
    return pick
