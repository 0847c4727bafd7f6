"""What differs between two versions of a plan, and which old measure each new one continues."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from plan_document.draft import Comparator, PlanDraft, Target, Unit

_LIKELY = 0.45
_SAME_TITLE = 0.8
_SAME_TEXT = 0.95
_SAME_ACTION = 0.05
_CONTAINED = 0.7
_NOT_A_LETTER = re.compile(r"[\W_]+")


class DifferenceKind(StrEnum):
    """What has happened to an action, a measure or a target."""

    ACTION_ADDED = "action_added"
    ACTION_REMOVED = "action_removed"
    ACTION_RENAMED = "action_renamed"
    ACTION_LEADS_CHANGED = "action_leads_changed"
    ACTION_PARTNERS_CHANGED = "action_partners_changed"
    MEASURE_ADDED = "measure_added"
    MEASURE_REMOVED = "measure_removed"
    MEASURE_MERGED = "measure_merged"  # its text now stands in another measure
    MEASURE_SPLIT_OFF = "measure_split_off"  # its text stood in another measure
    MEASURE_RENAMED = "measure_renamed"
    MEASURE_MOVED = "measure_moved"
    MEASURE_TEXT_CHANGED = "measure_text_changed"
    MEASURE_LEADS_CHANGED = "measure_leads_changed"
    MEASURE_PARTNERS_CHANGED = "measure_partners_changed"
    TARGET_ADDED = "target_added"
    TARGET_REMOVED = "target_removed"
    TARGET_CHANGED = "target_changed"


@dataclass(frozen=True, slots=True)
class MeasureView:
    """A measure of a draft or of a stored plan. `key` is the caller's and comes back unchanged."""

    key: str
    title: str
    text: str
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionView:
    """An action of a draft or of a stored plan."""

    key: str
    title: str
    measures: tuple[MeasureView, ...]
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target of a draft or of a stored plan; `measure` is the key of the measure that states it."""

    key: str
    text: str
    comparator: Comparator
    value: float
    unit: str
    population: str = ""
    baseline: float | None = None
    deadline: str | None = None
    per: str = ""
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class PlanView:
    """As much of a plan as a comparison needs."""

    actions: tuple[ActionView, ...]
    targets: tuple[TargetView, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: the keys of what it concerns on either side, and the words to show."""

    kind: DifferenceKind
    old_key: str | None
    new_key: str | None
    old: str
    new: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Continuation:
    """The old measure whose progress a new one takes over, None if it begins anew."""

    new_key: str
    old_key: str | None
    confidence: float


def view_of(draft: PlanDraft) -> PlanView:
    """The draft for a comparison; the keys are positions counted from one: `2` and `2.3`."""
    actions = tuple(
        ActionView(
            key=str(number),
            title=action.title,
            measures=tuple(
                MeasureView(
                    f"{number}.{inner}",
                    measure.title,
                    measure.text,
                    _names(measure.leads),
                    _names(measure.partners),
                )
                for inner, measure in enumerate(action.measures, start=1)
            ),
            leads=_names(action.leads),
            partners=_names(action.partners),
        )
        for number, action in enumerate(draft.actions, start=1)
    )
    targets = enumerate(draft.targets, start=1)
    return PlanView(actions, tuple(_target_view(target, key=str(number)) for number, target in targets))


def _names(units: Iterable[Unit]) -> tuple[str, ...]:
    return tuple(unit.name for unit in units)


def _target_view(target: Target, *, key: str) -> TargetView:
    position = target.measure
    return TargetView(
        key=key,
        text=target.text,
        comparator=target.comparator,
        value=target.value,
        unit=target.unit,
        population=target.population,
        baseline=target.baseline,
        deadline=target.deadline,
        per=target.per,
        measure=f"{position[0] + 1}.{position[1] + 1}" if position is not None else None,
    )


def compare(old: PlanView, new: PlanView) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the new plan; what is gone comes after."""
    match = _Match(old, new)
    return (
        *_action_differences(match),
        *_measure_differences(match),
        *_target_differences(match),
    )


def continuations(old: PlanView, new: PlanView) -> tuple[Continuation, ...]:
    """For each new measure the old one that it continues; no old measure is continued twice."""
    match = _Match(old, new)
    found = (match.measures.get(index, (None, 0.0)) for index in range(len(match.new_measures)))
    return tuple(
        Continuation(measure.key, None if at is None else match.old_measures[at].key, confidence)
        for measure, (at, confidence) in zip(match.new_measures, found, strict=True)
    )


Pairs = dict[int, tuple[int, float]]  # new position: (old position, confidence)


class _Match:
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
                score = (_alike(title, old_title) + _alike(body, old_body)) / 2
                yield max(score, _SAME_TITLE if title and title == old_title else 0.0), new, old

    def _action_words(self, action: ActionView) -> tuple[int, int]:
        body = "".join(f"{measure.title} {measure.text} " for measure in action.measures)
        return self._words.mask(action.title), self._words.mask(body)

    def _measure_scores(self) -> Iterator[tuple[float, int, int]]:
        new_titles = [self._words.mask(measure.title) for measure in self.new_measures]
        old_titles = [self._words.mask(measure.title) for measure in self.old_measures]
        for new, (title, text) in enumerate(zip(new_titles, self._new_texts, strict=True)):
            for old, (old_title, old_text) in enumerate(zip(old_titles, self._old_texts, strict=True)):
                score = _measure_score(title, text, old_title, old_text)
                if score:
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
        return any(
            self.new_measures[at].key == new.measure and self.old_measures[was].key == old.measure
            for at, (was, _) in self.measures.items()
        )


def _homes(plan: PlanView) -> list[int]:
    return [at for at, action in enumerate(plan.actions) for _ in action.measures]


class _Words:
    """Texts as bit sets of their pairs of neighbouring characters: 300 by 300 compare in no time."""

    def __init__(self) -> None:
        self._bits: dict[str, int] = {}

    def mask(self, text: str) -> int:
        letters = _letters(text)
        pairs = {"".join(pair) for pair in pairwise(letters)} or set(letters)
        mask = 0
        for pair in pairs:
            mask |= 1 << self._bits.setdefault(pair, len(self._bits))
        return mask


def _letters(text: str) -> str:
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", text))


def _alike(first: int, second: int) -> float:
    """How much two texts share of what both have (Dice), from 0 to 1."""
    total = first.bit_count() + second.bit_count()
    return 2 * (first & second).bit_count() / total if total else 0.0


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


def _action_differences(match: _Match) -> Iterator[Difference]:
    kinds = DifferenceKind
    for at, action in enumerate(match.new.actions):
        if at not in match.actions:
            yield Difference(kinds.ACTION_ADDED, None, action.key, "", action.title)
            continue
        was, confidence = match.actions[at]
        before = match.old.actions[was]
        both = (before.key, action.key)
        if _letters(before.title) != _letters(action.title):
            yield Difference(kinds.ACTION_RENAMED, *both, before.title, action.title, confidence)
        yield from _owner_differences(
            before, action, leads=kinds.ACTION_LEADS_CHANGED, partners=kinds.ACTION_PARTNERS_CHANGED
        )
    kept = {was for was, _ in match.actions.values()}
    for was, before in enumerate(match.old.actions):
        if was not in kept:
            yield Difference(kinds.ACTION_REMOVED, before.key, None, before.title, "")


def _measure_differences(match: _Match) -> Iterator[Difference]:
    for at, measure in enumerate(match.new_measures):
        if at in match.measures:
            was, confidence = match.measures[at]
            yield from _changes(match, at, was, confidence=confidence)
            continue
        origin = match.taken_from(at)
        if origin is None:
            yield Difference(DifferenceKind.MEASURE_ADDED, None, measure.key, "", measure.title)
        else:
            before = match.old_measures[origin]
            yield Difference(
                DifferenceKind.MEASURE_SPLIT_OFF, before.key, measure.key, before.title, measure.title
            )
    yield from _gone(match)


def _gone(match: _Match) -> Iterator[Difference]:
    kept = {was for was, _ in match.measures.values()}
    for was, before in enumerate(match.old_measures):
        if was in kept:
            continue
        holder = match.absorbed_by(was)
        if holder is None:
            yield Difference(DifferenceKind.MEASURE_REMOVED, before.key, None, before.title, "")
        else:
            now = match.new_measures[holder]
            yield Difference(DifferenceKind.MEASURE_MERGED, before.key, now.key, before.title, now.title)


def _changes(match: _Match, at: int, was: int, *, confidence: float) -> Iterator[Difference]:
    kinds = DifferenceKind
    before, now = match.old_measures[was], match.new_measures[at]
    both = (before.key, now.key)
    if not match.same_home(at, was):
        home, new_home = (
            match.old.actions[match.old_homes[was]],
            match.new.actions[match.new_homes[at]],
        )
        yield Difference(kinds.MEASURE_MOVED, *both, home.title, new_home.title, confidence)
    if _letters(before.title) != _letters(now.title):
        yield Difference(kinds.MEASURE_RENAMED, *both, before.title, now.title, confidence)
    if _letters(before.text) != _letters(now.text):
        yield Difference(kinds.MEASURE_TEXT_CHANGED, *both, before.text, now.text, confidence)
    yield from _owner_differences(
        before, now, leads=kinds.MEASURE_LEADS_CHANGED, partners=kinds.MEASURE_PARTNERS_CHANGED
    )


def _owner_differences(
    before: ActionView | MeasureView,
    now: ActionView | MeasureView,
    *,
    leads: DifferenceKind,
    partners: DifferenceKind,
) -> Iterator[Difference]:
    for kind, was, units in ((leads, before.leads, now.leads), (partners, before.partners, now.partners)):
        if set(was) != set(units):
            yield Difference(kind, before.key, now.key, "、".join(was), "、".join(units))


def _target_differences(match: _Match) -> Iterator[Difference]:
    for at, target in enumerate(match.new.targets):
        if at not in match.targets:
            yield Difference(DifferenceKind.TARGET_ADDED, None, target.key, "", target.text)
            continue
        was, confidence = match.targets[at]
        before = match.old.targets[was]
        if _stated(before) != _stated(target):
            yield Difference(
                DifferenceKind.TARGET_CHANGED, before.key, target.key, before.text, target.text, confidence
            )
    kept = {was for was, _ in match.targets.values()}
    for was, before in enumerate(match.old.targets):
        if was not in kept:
            yield Difference(DifferenceKind.TARGET_REMOVED, before.key, None, before.text, "")


def _stated(target: TargetView) -> tuple[object, ...]:
    return (
        target.comparator,
        target.value,
        target.unit,
        target.population,
        target.baseline,
        target.deadline,
        target.per,
    )
