"""The differences between two versions of a plan, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plan_document.compare.matching import Match, Pairs, letters
from plan_document.compare.views import ActionView, MeasureView, PlanView, TargetView

_Keyed = ActionView | MeasureView | TargetView


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
    """The old item that a new one is (for a measure: whose progress it takes over), None if it begins anew."""

    new_key: str
    old_key: str | None
    confidence: float


def compare(old: PlanView, new: PlanView) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the new plan; what is gone comes after."""
    match = Match(old, new)
    return (
        *_action_differences(match),
        *_measure_differences(match),
        *_target_differences(match),
    )


def continuations(old: PlanView, new: PlanView) -> tuple[Continuation, ...]:
    """For each new measure the old one that it continues; no old measure is continued twice."""
    match = Match(old, new)
    return _continued(match.new_measures, match.old_measures, pairs=match.measures)


def action_continuations(old: PlanView, new: PlanView) -> tuple[Continuation, ...]:
    """For each new action the old one that it is."""
    match = Match(old, new)
    return _continued(new.actions, old.actions, pairs=match.actions)


def target_continuations(old: PlanView, new: PlanView) -> tuple[Continuation, ...]:
    """For each new target the old one that it is."""
    match = Match(old, new)
    return _continued(new.targets, old.targets, pairs=match.targets)


def _continued(new: Sequence[_Keyed], old: Sequence[_Keyed], *, pairs: Pairs) -> tuple[Continuation, ...]:
    found = (pairs.get(index, (None, 0.0)) for index in range(len(new)))
    return tuple(
        Continuation(item.key, None if at is None else old[at].key, confidence)
        for item, (at, confidence) in zip(new, found, strict=True)
    )


def _action_differences(match: Match) -> Iterator[Difference]:
    kinds = DifferenceKind
    for at, action in enumerate(match.new.actions):
        if at not in match.actions:
            yield Difference(kinds.ACTION_ADDED, None, action.key, "", action.title)
            continue
        was, confidence = match.actions[at]
        before = match.old.actions[was]
        both = (before.key, action.key)
        if letters(before.title) != letters(action.title):
            yield Difference(kinds.ACTION_RENAMED, *both, before.title, action.title, confidence)
        yield from _owner_differences(
            before, action, leads=kinds.ACTION_LEADS_CHANGED, partners=kinds.ACTION_PARTNERS_CHANGED
        )
    kept = {was for was, _ in match.actions.values()}
    for was, before in enumerate(match.old.actions):
        if was not in kept:
            yield Difference(kinds.ACTION_REMOVED, before.key, None, before.title, "")


def _measure_differences(match: Match) -> Iterator[Difference]:
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


def _gone(match: Match) -> Iterator[Difference]:
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


def _changes(match: Match, at: int, was: int, *, confidence: float) -> Iterator[Difference]:
    kinds = DifferenceKind
    before, now = match.old_measures[was], match.new_measures[at]
    both = (before.key, now.key)
    if not match.same_home(at, was):
        home, new_home = (
            match.old.actions[match.old_homes[was]],
            match.new.actions[match.new_homes[at]],
        )
        yield Difference(kinds.MEASURE_MOVED, *both, home.title, new_home.title, confidence)
    if letters(before.title) != letters(now.title):
        yield Difference(kinds.MEASURE_RENAMED, *both, before.title, now.title, confidence)
    if letters(before.text) != letters(now.text):
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


def _target_differences(match: Match) -> Iterator[Difference]:
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
