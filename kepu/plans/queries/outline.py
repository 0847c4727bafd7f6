"""A corrected draft with its units found: exactly what confirming it would write."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import CharField, Model

from kepu.accounts.models import Organisation
from kepu.plans import models
from kepu.plans.models import ResponsibilityRole
from kepu.plans.queries.drafts import WorkingDraft
from kepu.plans.queries.written_units import UnitReading
from plan_document.draft import Action, Measure, Target, Unit

_DAY = re.compile(r"(\d{4})(?:\s*[-年./]\s*(\d{1,2})(?:\s*[-月./]\s*(\d{1,2}))?)?\s*[年月日底末前]*")
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit that answers for an action or a measure, and how the document writes its name."""

    organisation: Organisation
    role: str
    written_as: str


@dataclass(frozen=True, slots=True)
class MeasureOutline:
    """A measure to be. No owners of its own means that those of its action answer for it."""

    key: str
    title: str
    text: str
    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True)
class ActionOutline:
    """An action to be."""

    key: str
    title: str
    kind: str
    owners: tuple[Owner, ...]
    others_take_part: bool
    measures: tuple[MeasureOutline, ...]

    @property
    def leads(self) -> list[Organisation]:
        return [owner.organisation for owner in self.owners if owner.role == ResponsibilityRole.LEAD]

    @property
    def partners(self) -> list[Organisation]:
        return [owner.organisation for owner in self.owners if owner.role == ResponsibilityRole.PARTNER]


@dataclass(frozen=True, slots=True)
class TargetOutline:
    """A target to be; `measure` is the key of the measure that states it."""

    key: str
    measure: str | None
    kind: str
    name: str
    text: str
    comparator: str
    value: Decimal
    unit: str
    population: str
    baseline: Decimal | None
    per: str
    deadline: str | None
    due_on: date | None

    @property
    def comparator_word(self) -> str:
        return str(models.Comparator(self.comparator).label)


@dataclass(frozen=True, slots=True)
class PlanOutline:
    """A whole plan to be."""

    title: str
    starts_in: int
    ends_in: int
    actions: tuple[ActionOutline, ...]
    targets: tuple[TargetOutline, ...]

    @property
    def measures(self) -> list[MeasureOutline]:
        return [measure for action in self.actions for measure in action.measures]

    @property
    def organisations(self) -> list[Organisation]:
        """Every unit that answers for something, once."""
        holders: list[ActionOutline | MeasureOutline] = [*self.actions, *self.measures]
        found = {owner.organisation.pk: owner.organisation for held in holders for owner in held.owners}
        return list(found.values())


def outline(working: WorkingDraft, *, units: UnitReading) -> PlanOutline:
    """What the draft amounts to. Without a period the years are 0: such a draft cannot be confirmed."""
    draft = working.draft
    period = draft.period
    return PlanOutline(
        title=clipped(draft.title, field=(models.Plan, "title")),
        starts_in=period.start if period else 0,
        ends_in=period.end if period else 0,
        actions=tuple(
            _action(action, key=str(number), units=units)
            for number, action in enumerate(draft.actions, start=1)
        ),
        targets=tuple(
            _target(target, at=at, kind=working.kind_of(at)) for at, target in enumerate(draft.targets)
        ),
    )


def clipped(text: str, *, field: tuple[type[Model], str]) -> str:
    """The text as far as its column holds it."""
    column = field[0]._meta.get_field(field[1])
    longest = column.max_length if isinstance(column, CharField) else None
    if longest is None or len(text) <= longest:
        return text
    return f"{text[: longest - 1]}…"


def deadline_day(deadline: str | None) -> date | None:
    """2025 and 2025-06 are their last days; what names no day is None."""
    found = _DAY.fullmatch((deadline or "").strip())
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or 12), int(found[3] or 0)
    try:
        return date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None


def fits(value: float | None) -> bool:
    """Whether a target's value can be stored."""
    return value is None or abs(Decimal(str(value))) < _LARGEST


def _action(action: Action, *, key: str, units: UnitReading) -> ActionOutline:
    owners = _owners(action.leads, action.partners, units=units)
    callers: list[Action | Measure] = [action, *action.measures]
    return ActionOutline(
        key=key,
        title=clipped(action.title, field=(models.Action, "title")),
        kind=action.kind.value,
        owners=owners,
        others_take_part=any(units.calls_on_all((*one.leads, *one.partners)) for one in callers),
        measures=tuple(
            _measure(measure, key=f"{key}.{number}", of=owners, units=units)
            for number, measure in enumerate(action.measures, start=1)
        ),
    )


def _measure(measure: Measure, *, key: str, of: tuple[Owner, ...], units: UnitReading) -> MeasureOutline:
    own = _owners(measure.leads, measure.partners, units=units)
    title = clipped(measure.title, field=(models.Measure, "title"))
    is_cut = title != measure.title
    return MeasureOutline(
        key=key,
        title=title,
        text=f"{measure.title}\n{measure.text}" if is_cut else measure.text,
        owners=() if _same(own, of) else own,
    )


def _owners(leads: tuple[Unit, ...], partners: tuple[Unit, ...], *, units: UnitReading) -> tuple[Owner, ...]:
    """Each organisation once; who leads is not a partner too."""
    found: dict[int, Owner] = {}
    for named, role in ((leads, ResponsibilityRole.LEAD), (partners, ResponsibilityRole.PARTNER)):
        for written, organisation in units.meant_by(named):
            written_as = clipped(written, field=(models.Responsibility, "written_as"))
            found.setdefault(organisation.pk, Owner(organisation, role, written_as))
    return tuple(found.values())


def _same(first: tuple[Owner, ...], second: tuple[Owner, ...]) -> bool:
    return {(one.organisation.pk, one.role) for one in first} == {
        (one.organisation.pk, one.role) for one in second
    }


def _target(target: Target, *, at: int, kind: str) -> TargetOutline:
    position = target.measure
    return TargetOutline(
        key=str(at + 1),
        measure=f"{position[0] + 1}.{position[1] + 1}" if position else None,
        kind=kind,
        name=clipped(name_of_target(target), field=(models.Target, "name")),
        text=target.text,
        comparator=target.comparator.value,
        value=_decimal(target.value),
        unit=clipped(target.unit, field=(models.Target, "unit")),
        population=clipped(target.population, field=(models.Target, "population")),
        baseline=None if target.baseline is None else _decimal(target.baseline),
        per=clipped(target.per, field=(models.Target, "per")),
        deadline=target.deadline,
        due_on=deadline_day(target.deadline),
    )


DEEDS = (
    "培训",
    "培育",
    "培养",
    "服务",
    "覆盖",
    "组织",
    "举办",
    "开展",
    "建成",
    "新建",
    "创建",
    "发展",
    "新增",
)


def name_of_target(target: Target) -> str:
    """What a target is called on boards: what is done to whom, else its own words."""
    population = target.population.strip()
    before = target.text.partition(population)[0] if population else ""
    deed = next((deed for deed in DEEDS if before.endswith(deed)), "")
    return deed + population or " ".join(target.text.split())[:40] or target.unit


def _decimal(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.0001")) if fits(value) else Decimal(0)
