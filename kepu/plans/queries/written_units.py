"""Which organisations the unit names of a document mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, OrganisationKind
from kepu.accounts.queries import Candidate, Roster, roster
from kepu.accounts.rules import governed_area
from kepu.plans.models import PlanImport
from kepu.regions.models import Region
from plan_document.draft import Action, Measure, PlanDraft, Unit

_PLACE = r"(?:[全本]?[区县市])?"
_NOT_LETTERS = re.compile(r"[\s()（）/／、,，和与及]+")
_TOWNSHIPS = re.compile(rf"{_PLACE}各?(?:(?:乡|镇|街道|街)(?:人民政府|政府|办事处|办)?)+")
_ALL_MEMBERS = re.compile(
    rf"{_PLACE}(?:其他|其它|其余|各|全体|有关|相关|所有)+(?:级|区直|县直|责任|成员|职能|有关|相关|参与|纲要办?)*(?:单位|部门|成员)等?"
)


class UnitState(TextChoices):
    """What is known about a written name."""

    FOUND = "found", _("已对应")
    MAPPED = "mapped", _("人工对应")
    TOWNSHIPS = "townships", _("各乡镇街道")
    ALL_MEMBERS = "all_members", _("全体成员单位")
    LEFT_OUT = "left_out", _("不列入")
    UNKNOWN = "unknown", _("未对应")


@dataclass(frozen=True, slots=True)
class WrittenUnit:
    """A name as the document writes it, where it first stands, how often, and whom it means."""

    name: str
    state: UnitState
    organisations: tuple[Organisation, ...]
    start: int
    end: int
    count: int

    @property
    def is_unknown(self) -> bool:
        return self.state is UnitState.UNKNOWN


@dataclass(frozen=True, slots=True)
class UnitReading:
    """Every written name of a draft with its meaning; `roster` answers for names not yet seen."""

    by_name: dict[str, WrittenUnit]
    roster: Roster

    @property
    def unknown(self) -> list[WrittenUnit]:
        return [unit for unit in self.by_name.values() if unit.is_unknown]

    @property
    def organisations(self) -> list[Organisation]:
        """Every organisation that answers for something, once."""
        found = {one.pk: one for unit in self.by_name.values() for one in unit.organisations}
        return list(found.values())

    def meant_by(self, units: tuple[Unit, ...]) -> list[tuple[str, Organisation]]:
        """The organisations that a list of units means, each once, with the name it is written as."""
        found: dict[int, tuple[str, Organisation]] = {}
        for unit in units:
            for organisation in self.by_name[unit.name].organisations:
                found.setdefault(organisation.pk, (unit.name, organisation))
        return list(found.values())

    def calls_on_all(self, units: tuple[Unit, ...]) -> bool:
        """Whether all member units are to take part."""
        return any(self.by_name[unit.name].state is UnitState.ALL_MEMBERS for unit in units)

    def suggestions(self, name: str) -> list[Candidate]:
        return self.roster.suggest(name)


def read_units(draft: PlanDraft, *, plan_import: PlanImport) -> UnitReading:
    """What each written name means: as a person mapped it, else as the roster knows it."""
    known = roster(_with_ancestors(plan_import.region))
    mapped = Organisation.objects.filter(is_active=True).in_bulk(
        {key for keys in plan_import.unit_map.values() for key in keys}
    )
    townships: list[Organisation] = []
    found: dict[str, WrittenUnit] = {}
    for unit in _units_of(draft):
        if unit.name in found:
            found[unit.name] = _once_more(found[unit.name])
            continue
        if is_townships(unit.name) and not townships:
            townships = townships_of(plan_import.region)
        state, organisations = _meaning(
            unit.name, unit_map=plan_import.unit_map, mapped=mapped, known=known, townships=townships
        )
        found[unit.name] = WrittenUnit(unit.name, state, organisations, unit.start, unit.end, 1)
    return UnitReading(found, known)


def is_townships(name: str) -> bool:
    """各镇街, 各乡镇（街道）: all of them together."""
    return _TOWNSHIPS.fullmatch(_NOT_LETTERS.sub("", name)) is not None


def is_all_members(name: str) -> bool:
    """其他成员单位, 各有关部门: whoever else belongs."""
    return _ALL_MEMBERS.fullmatch(_NOT_LETTERS.sub("", name)) is not None


def townships_of(region: Region) -> list[Organisation]:
    """The township offices of a district that are in use."""
    return list(
        Organisation.objects.filter(
            region__code__startswith=governed_area(region.pk),
            kind=OrganisationKind.TOWNSHIP,
            is_active=True,
        )
    )


def _meaning(
    name: str,
    *,
    unit_map: dict[str, list[int]],
    mapped: dict[int, Organisation],
    known: Roster,
    townships: list[Organisation],
) -> tuple[UnitState, tuple[Organisation, ...]]:
    chosen = tuple(mapped[key] for key in unit_map.get(name, ()) if key in mapped)
    if chosen:
        return UnitState.MAPPED, chosen
    if unit_map.get(name) == []:
        return UnitState.LEFT_OUT, ()
    organisation = known.find(name)
    if organisation is not None:
        return UnitState.FOUND, (organisation,)
    if is_all_members(name):
        return UnitState.ALL_MEMBERS, ()
    if is_townships(name) and townships:
        return UnitState.TOWNSHIPS, tuple(townships)
    return UnitState.UNKNOWN, ()


def _units_of(draft: PlanDraft) -> Iterator[Unit]:
    for action in draft.actions:
        yield from _named_by(action)
        for measure in action.measures:
            yield from _named_by(measure)


def _named_by(owned: Action | Measure) -> Iterator[Unit]:
    yield from owned.leads
    yield from owned.partners


def _once_more(unit: WrittenUnit) -> WrittenUnit:
    return WrittenUnit(unit.name, unit.state, unit.organisations, unit.start, unit.end, unit.count + 1)


def _with_ancestors(region: Region) -> Region:
    """The region with what lies above it, in one query: its names decide how units are written."""
    return Region.objects.select_related("parent__parent__parent").get(pk=region.pk)
