"""Say which organisations a written unit name means."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone, governed_area
from kepu.accounts.services import OrganisationDetails, create_organisation
from kepu.audit.services import record
from kepu.core.errors import BadInput
from kepu.plans.models import PlanImport
from kepu.plans.queries.written_units import townships_of
from kepu.plans.services.importing.access import held_open, save


class NotOfThisRegion(BadInput):
    code = "organisation_elsewhere"
    message = _("只能选择本地区使用中的单位。")


class NoTownships(BadInput):
    code = "no_townships"
    message = _("单位名册中还没有乡镇街道，请先在“单位与人员”里添加。")


@transaction.atomic
def map_unit(
    plan_import: PlanImport, *, name: str, organisation: Organisation, by: Someone, at: datetime
) -> PlanImport:
    """The written name means this unit."""
    held = held_open(plan_import, by=by)
    area = governed_area(held.region_id)
    if not (organisation.is_active and organisation.region_id.startswith(area)):
        raise NotOfThisRegion(field="organisation")
    return _remember(held, name=name, organisations=[organisation], by=by, at=at)


@transaction.atomic
def map_unit_to_townships(plan_import: PlanImport, *, name: str, by: Someone, at: datetime) -> PlanImport:
    """The written name means every township office of the district."""
    held = held_open(plan_import, by=by)
    townships = townships_of(held.region)
    if not townships:
        raise NoTownships(field="organisation")
    return _remember(held, name=name, organisations=townships, by=by, at=at)


@transaction.atomic
def leave_unit_out(plan_import: PlanImport, *, name: str, by: Someone, at: datetime) -> PlanImport:
    """The written name stands for no unit that could answer for anything; it stays in the plan's text."""
    held = held_open(plan_import, by=by)
    return _remember(held, name=name, organisations=[], by=by, at=at)


@transaction.atomic
def create_unit_and_map(
    plan_import: PlanImport, *, name: str, details: OrganisationDetails, by: Someone, at: datetime
) -> PlanImport:
    """Add the unit to the roster, known by the written name too, and map the name to it."""
    held = held_open(plan_import, by=by)
    details.aliases.append(name)
    organisation = create_organisation(details, region=held.region, by=by, at=at)
    return _remember(held, name=name, organisations=[organisation], by=by, at=at)


@transaction.atomic
def forget_mapping(plan_import: PlanImport, *, name: str, by: Someone, at: datetime) -> PlanImport:
    """Go back to what the roster says about the name."""
    held = held_open(plan_import, by=by)
    held.unit_map = {written: keys for written, keys in held.unit_map.items() if written != name}
    save(held, fields=["unit_map"], at=at)
    record(
        "forget_plan_unit",
        of=held,
        by=by,
        at=at,
        organisation=held.office.name,
        changes={"name": name},
    )
    return held


def _remember(
    held: PlanImport, *, name: str, organisations: Iterable[Organisation], by: Someone, at: datetime
) -> PlanImport:
    chosen = list(organisations)
    held.unit_map = {**held.unit_map, name: [one.pk for one in chosen]}
    save(held, fields=["unit_map"], at=at)
    record(
        "map_plan_unit",
        of=held,
        by=by,
        at=at,
        organisation=held.office.name,
        changes={"name": name, "organisations": [str(one) for one in chosen]},
    )
    return held
