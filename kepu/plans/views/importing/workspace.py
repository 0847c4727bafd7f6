"""Everything that the preview shows, worked out once from the corrected draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.accounts.queries import Candidate
from kepu.plans.models import ActionKind, Comparator, NumberKind, PlanImport
from kepu.plans.queries.drafts import WorkingDraft, revision, working_draft
from kepu.plans.queries.readiness import Blocker, blockers
from kepu.plans.queries.written_units import UnitReading, WrittenUnit, read_units
from kepu.plans.views.importing.source import Stretch, stretches
from plan_document.draft import Action, Measure, PartKind, PlanDraft, Target, Unit, Warning

_MOST_SUGGESTED = 12
_LEAST_LEFTOVER = 6
_LETTERS = re.compile(r"\w")
_CONTEXT = 14


class Gravity(TextChoices):
    """The engine's severities, worst first, as the page says them."""

    ERROR = "error", _("先处理这些")
    WARNING = "warning", _("请核对")
    INFO = "info", _("供您了解")


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning with the words around its place."""

    warning: Warning
    before: str
    written: str
    after: str


@dataclass(frozen=True, slots=True)
class WarningGroup:
    gravity: Gravity
    rows: list[WarningRow]


@dataclass(frozen=True, slots=True)
class MeasureRow:
    key: str
    number: str
    measure: Measure
    leads: list[WrittenUnit]
    partners: list[WrittenUnit]
    targets: list[TargetRow]
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class ActionRow:
    key: str
    action: Action
    kind: str
    leads: list[WrittenUnit]
    partners: list[WrittenUnit]
    measures: list[MeasureRow]


@dataclass(frozen=True, slots=True)
class TargetRow:
    key: str
    target: Target
    kind: str
    comparator: str
    home: str


@dataclass(frozen=True, slots=True)
class UnknownUnit:
    unit: WrittenUnit
    suggestions: list[Candidate]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Text of the plan's body that belongs to nothing."""

    key: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """The preview of one import."""

    plan_import: PlanImport
    draft: PlanDraft
    revision: str
    blockers: list[Blocker]
    warnings: list[WarningGroup]
    settled: list[WarningRow]
    unknown: list[UnknownUnit]
    mapped: list[WrittenUnit]
    actions: list[ActionRow]
    targets: list[TargetRow]
    leftovers: list[Leftover]
    stretches: list[Stretch]
    measure_count: int
    unit_count: int

    @property
    def warning_count(self) -> int:
        """The warnings that wait for a person; what is only good to know does not wait."""
        return sum(len(group.rows) for group in self.warnings if group.gravity != Gravity.INFO)


def workspace(plan_import: PlanImport) -> Workspace:
    """The import as its page shows it: a fixed number of queries, however long the document."""
    working = working_draft(plan_import)
    draft = working.draft
    units = read_units(draft, plan_import=plan_import)
    targets = list(_targets(working))
    return Workspace(
        plan_import=plan_import,
        draft=draft,
        revision=revision(plan_import),
        blockers=blockers(draft, units=units),
        warnings=_grouped(draft),
        settled=[_warning_row(draft, warning) for warning in draft.dismissed],
        unknown=_unknown(units),
        mapped=[unit for unit in units.by_name.values() if unit.name in plan_import.unit_map],
        actions=[_action(draft, at, units=units, targets=targets) for at in range(len(draft.actions))],
        targets=targets,
        leftovers=list(_leftovers(draft)),
        stretches=stretches(draft),
        measure_count=sum(len(action.measures) for action in draft.actions),
        unit_count=len(units.organisations),
    )


def _grouped(draft: PlanDraft) -> list[WarningGroup]:
    rows = [_warning_row(draft, warning) for warning in draft.warnings]
    groups = [
        WarningGroup(gravity, [row for row in rows if row.warning.severity == gravity.value])
        for gravity in Gravity
    ]
    return [group for group in groups if group.rows]


def _warning_row(draft: PlanDraft, warning: Warning) -> WarningRow:
    before = draft.source[max(0, warning.start - _CONTEXT) : warning.start]
    after = draft.source[warning.end : warning.end + _CONTEXT]
    written = draft.source[warning.start : warning.end]
    if len(written) > 3 * _CONTEXT:
        written = f"{written[: 2 * _CONTEXT]}…"
    return WarningRow(warning, before, written, after)


def _unknown(units: UnitReading) -> list[UnknownUnit]:
    """Guessing costs time, so only the first dozen names come with suggestions; the rest have theirs a click away."""
    return [
        UnknownUnit(unit, units.suggestions(unit.name)[:3] if place < _MOST_SUGGESTED else [])
        for place, unit in enumerate(units.unknown)
    ]


def _action(draft: PlanDraft, at: int, *, units: UnitReading, targets: list[TargetRow]) -> ActionRow:
    action = draft.actions[at]
    return ActionRow(
        key=f"a-{at}",
        action=action,
        kind=str(ActionKind(action.kind.value).label),
        leads=_read(action.leads, units=units),
        partners=_read(action.partners, units=units),
        measures=[
            _measure(measure, at=(at, place), units=units, targets=targets)
            for place, measure in enumerate(action.measures)
        ],
    )


def _measure(
    measure: Measure, *, at: tuple[int, int], units: UnitReading, targets: list[TargetRow]
) -> MeasureRow:
    return MeasureRow(
        key=f"m-{at[0]}-{at[1]}",
        number=f"{at[0] + 1}.{at[1] + 1}",
        measure=measure,
        leads=_read(measure.leads, units=units),
        partners=_read(measure.partners, units=units),
        targets=[row for row in targets if row.target.measure == at],
        is_doubtful=measure.confidence < 0.6,
    )


def _read(named: tuple[Unit, ...], *, units: UnitReading) -> list[WrittenUnit]:
    return [units.by_name[unit.name] for unit in named]


def _targets(working: WorkingDraft) -> Iterator[TargetRow]:
    draft = working.draft
    for at, target in enumerate(draft.targets):
        home = ""
        if target.measure is not None:
            action, measure = target.measure
            home = draft.actions[action].measures[measure].title
        yield TargetRow(
            key=f"t-{at}",
            target=target,
            kind=str(NumberKind(working.kind_of(at)).value),
            comparator=str(Comparator(target.comparator.value).label),
            home=home,
        )


def _leftovers(draft: PlanDraft) -> Iterator[Leftover]:
    """What stands after the first action and belongs to nothing; a stray sign is not worth a line."""
    first = draft.actions[0].start if draft.actions else 0
    for start, end in _free_stretches(draft):
        text = draft.source[start:end].strip()
        if start >= first and len(_LETTERS.findall(text)) >= _LEAST_LEFTOVER:
            yield Leftover(f"x-{start}-{end}", start, end, text)


def _free_stretches(draft: PlanDraft) -> list[tuple[int, int]]:
    """Neighbouring parts that belong to nothing are one stretch."""
    found: list[tuple[int, int]] = []
    for part in draft.parts:
        if part.kind is not PartKind.OTHER:
            continue
        if found and found[-1][1] == part.start:
            found[-1] = (found[-1][0], part.end)
        else:
            found.append((part.start, part.end))
    return found
