"""Which parts of a new plan are which parts of the old one, by the words they share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from plan_document.compare.views import ActionView, PlanView, TargetView

_LIKELY = 0.45
_SAME_TITLE = 0.8
_SAME_TEXT = 0.95
_SAME_ACTION = 0.05
_CONTAINED = 0.7
_NOT_A_LETTER = re.compile(r"[\W_]+")

Pairs = dict[int, tuple[int, float]]  # new position: (old position, confidence)


class Match:
    """Which of the new plan's actions, measures and targets are which of the old one's."""

    def __init__(self, old: PlanView, new: PlanView) -> None:
        self.old, self.new = old, new
        self.old_measures = [measure for action in old.actions for measure in action.measures]
        self.new_measures = [measure for action in new.actions for measure in action.measures]
        self.old_homes = _homes(old)
        self.new_homes = _homes(new)
        self._words = _Words()
        self.actions = _paired(self._action_scores())
        self._new_texts = [self._words.mask(measure.text) for measure in self.new_measures]
        self._old_texts = [self._words.mask(measure.text) for measure in self.old_measures]
        self.measures = _paired(self._measure_scores())
        self._continued_keys = {
            (self.new_measures[at].key, self.old_measures[was].key) for at, (was, _) in self.measures.items()
        }
        self.targets = _paired(self._target_scores())

    def same_home(self, new: int, old: int) -> bool:
        """Whether two measures stand in actions that are one and the same."""
        return self.actions.get(self.new_homes[new], (None,))[0] == self.old_homes[old]

    def absorbed_by(self, old: int) -> int | None:
        """The new measure in which most of this old one's text stands."""
        return _holder(self._old_texts[old], [self._new_texts[new] for new in self.measures], self.measures)

    def taken_from(self, new: int) -> int | None:
        """The old measure in which most of this new one's text stood."""
        continued = [old for old, _ in self.measures.values()]
        return _holder(self._new_texts[new], [self._old_texts[old] for old in continued], continued)

    def _action_scores(self) -> Iterator[tuple[float, int, int]]:
        olds = [self._action_words(action) for action in self.old.actions]
        for new, (title, body) in enumerate(map(self._action_words, self.new.actions)):
            for old, (old_title, old_body) in enumerate(olds):
                yield _action_score(title, body, old_title, old_body), new, old

    def _action_words(self, action: ActionView) -> tuple[int, int]:
        body = "".join(f"{measure.title} {measure.text} " for measure in action.measures)
        return self._words.mask(action.title), self._words.mask(body)

    def _measure_scores(self) -> Iterator[tuple[float, int, int]]:
        new_titles = [self._words.mask(measure.title) for measure in self.new_measures]
        old_titles = [self._words.mask(measure.title) for measure in self.old_measures]
        for new, (title, text) in enumerate(zip(new_titles, self._new_texts, strict=True)):
            for old, (old_title, old_text) in enumerate(zip(old_titles, self._old_texts, strict=True)):
                score = _measure_score(title, text, old_title, old_text)
                yield score * (1 - _SAME_ACTION * (not self.same_home(new, old))), new, old

    def _target_scores(self) -> Iterator[tuple[float, int, int]]:
        olds = [self._words.mask(f"{target.text}{target.population}") for target in self.old.targets]
        for new, target in enumerate(self.new.targets):
            words = self._words.mask(f"{target.text}{target.population}")
            for old, before in enumerate(self.old.targets):
                if before.unit == target.unit:
                    score = 0.6 * _alike(words, olds[old]) + 0.3 * self._same_measure(target, before)
                    yield score + 0.1, new, old

    def _same_measure(self, new: TargetView, old: TargetView) -> bool:
        if new.measure is None or old.measure is None:
            return new.measure == old.measure
        return (new.measure, old.measure) in self._continued_keys


def _homes(plan: PlanView) -> list[int]:
    return [at for at, action in enumerate(plan.actions) for _ in action.measures]


class _Words:
    """Texts as bit sets of their pairs of neighbouring characters: 300 by 300 compare in no time."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}

    def mask(self, text: str) -> int:
        written = letters(text)
        pairs = {"".join(pair) for pair in pairwise(written)} or set(written)
        mask = 0
        for pair in pairs:
            mask |= 1 << self._bits.setdefault(pair, len(self._bits))
        return mask


def letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", text))


def _alike(first: int, second: int) -> float:
    """How much two texts share of what both have (Dice), from 0 to 1; two empty ones are the same."""
    total = first.bit_count() + second.bit_count()
    return 2 * (first & second).bit_count() / total if total else 1.0


def _action_score(title: int, body: int, old_title: int, old_body: int) -> float:
    by_title = _alike(title, old_title)
    if not body or not old_body:
        return by_title
    by_both = (by_title + _alike(body, old_body)) / 2
    return max(by_both, _SAME_TITLE if title and title == old_title else 0.0)


def _measure_score(title: int, text: int, old_title: int, old_text: int) -> float:
    by_title = _alike(title, old_title)
    if not text or not old_text:
        return by_title
    by_text = _alike(text, old_text)
    same_title = _SAME_TITLE + (1 - _SAME_TITLE) * by_text if title and title == old_title else 0.0
    return max((by_title + by_text) / 2, same_title, _SAME_TEXT * by_text)


def _paired(scores: Iterable[tuple[float, int, int]]) -> Pairs:
    """The likeliest pairs first, each side once; among equals the order of the plans decides."""
    likely = sorted(
        (entry for entry in scores if entry[0] >= _LIKELY),
        key=lambda entry: (-entry[0], abs(entry[1] - entry[2]), entry[1], entry[2]),
    )
    pairs: Pairs = {}
    taken: set[int] = set()
    for score, new, old in likely:
        if new not in pairs and old not in taken:
            pairs[new] = (old, round(min(score, 1.0), 3))
            taken.add(old)
    return pairs


def _holder(text: int, texts: Sequence[int], positions: Iterable[int]) -> int | None:
    size = text.bit_count()
    shares = [
        ((text & other).bit_count() / size, position)
        for other, position in zip(texts, positions, strict=True)
        if size
    ]
    best = max(shares, default=(0.0, 0), key=lambda share: share[0])
    return best[1] if best[0] >= _CONTAINED else None
