"""Create, edit, move and close organisations."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext_lazy as _

from kepu.accounts import rules
from kepu.accounts.models import Organisation, OrganisationKind
from kepu.accounts.rules import Someone
from kepu.audit.services import record
from kepu.core.errors import BadInput, WrongState, require
from kepu.regions.models import Region


class NameTaken(BadInput):
    code = "organisation_name_taken"
    message = _("这个地区已有同名单位，请改用全称，或直接使用已有单位。")


class WrongParent(BadInput):
    code = "wrong_parent"
    message = _("上级单位不能是它自己、它的下级，也不能是其他地区或已停用的单位。")


class HasUnitsBelow(WrongState):
    code = "has_units_below"
    message = _("它还有使用中的下级单位，请先移走或停用下级单位。")


class AlreadyClosed(WrongState):
    code = "already_closed"
    message = _("这个单位已经停用。")


@dataclass(frozen=True)
class OrganisationDetails:
    """What a unit is called and what it is."""

    name: str
    short_name: str
    kind: str = OrganisationKind.DEPARTMENT
    name_en: str = ""
    aliases: list[str] = field(default_factory=list)


@transaction.atomic
def create_organisation(
    details: OrganisationDetails,
    *,
    region: Region,
    by: Someone,
    at: datetime,
    parent: Organisation | None = None,
) -> Organisation:
    """Add a unit at its place in the tree."""
    require(rules.can_manage_roster(by, region=region))
    _check_name(details.name, region=region)
    if parent is not None:
        _check_parent(parent, region=region)
    organisation = Organisation.objects.create(
        **asdict(_cleaned(details)), region=region, parent=parent, path=""
    )
    organisation.path = organisation.path_below(parent)
    organisation.save(update_fields=["path"])
    record("create_organisation", of=organisation, by=by, at=at, organisation=organisation.name)
    return organisation


@transaction.atomic
def edit_organisation(
    organisation: Organisation, *, details: OrganisationDetails, by: Someone, at: datetime
) -> Organisation:
    """Change names, aliases or kind; its place in the tree is `move_organisation`."""
    organisation = _locked(organisation)
    require(rules.can_manage_roster(by, region=organisation.region_id))
    _check_name(details.name, region=organisation.region, other_than=organisation)
    changes = _apply(organisation, asdict(_cleaned(details)))
    organisation.save()
    record(
        "edit_organisation",
        of=organisation,
        by=by,
        at=at,
        organisation=organisation.name,
        changes=changes,
    )
    return organisation


@transaction.atomic
def add_alias(organisation: Organisation, *, alias: str, by: Someone, at: datetime) -> Organisation:
    """Teach the roster one more name of a unit, so that the next paper finds it."""
    organisation = _locked(organisation)
    require(rules.can_manage_roster(by, region=organisation.region_id))
    alias = alias.strip()
    if alias and alias not in [organisation.name, organisation.short_name, *organisation.aliases]:
        organisation.aliases = [*organisation.aliases, alias]
        organisation.save(update_fields=["aliases"])
        record(
            "add_organisation_alias",
            of=organisation,
            by=by,
            at=at,
            organisation=organisation.name,
            changes={"aliases": alias},
        )
    return organisation


@transaction.atomic
def move_organisation(
    organisation: Organisation, *, under: Organisation | None, by: Someone, at: datetime
) -> Organisation:
    """Put a unit, with everything below it, under another one; rights follow at once."""
    organisation = _locked(organisation)
    require(rules.can_manage_roster(by, region=organisation.region_id))
    if under is not None:
        under = _locked(under)
        _check_parent(under, region=organisation.region)
        if under.is_within(organisation):
            raise WrongParent(field="parent")
    old_path, old_parent = organisation.path, organisation.parent
    organisation.parent = under
    organisation.save(update_fields=["parent"])
    Organisation.objects.filter(path__startswith=old_path).update(
        path=Concat(Value(organisation.path_below(under)), Substr("path", len(old_path) + 1))
    )
    organisation.refresh_from_db()
    record(
        "move_organisation",
        of=organisation,
        by=by,
        at=at,
        organisation=organisation.name,
        changes={"parent": [str(old_parent or ""), str(under or "")]},
    )
    return organisation


@transaction.atomic
def deactivate_organisation(
    organisation: Organisation, *, by: Someone, at: datetime, reason: str
) -> Organisation:
    """Take a unit out of use: roles in it rest, papers no longer find it, its history stays."""
    organisation = _locked(organisation)
    require(rules.can_manage_roster(by, region=organisation.region_id))
    if not organisation.is_active:
        raise AlreadyClosed
    if organisation.children.filter(is_active=True).exists():
        raise HasUnitsBelow
    _switch(organisation, to=False)
    record(
        "deactivate_organisation",
        of=organisation,
        by=by,
        at=at,
        organisation=organisation.name,
        reason=reason,
    )
    return organisation


@transaction.atomic
def reactivate_organisation(organisation: Organisation, *, by: Someone, at: datetime) -> Organisation:
    """Take a unit back into use; roles that rested hold again."""
    organisation = _locked(organisation)
    require(rules.can_manage_roster(by, region=organisation.region_id))
    if organisation.is_active:
        raise WrongState
    if organisation.parent is not None:
        _check_parent(organisation.parent, region=organisation.region)
    _switch(organisation, to=True)
    record("reactivate_organisation", of=organisation, by=by, at=at, organisation=organisation.name)
    return organisation


def _locked(organisation: Organisation) -> Organisation:
    """The row as it is now, held until the end of the transaction."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _cleaned(details: OrganisationDetails) -> OrganisationDetails:
    aliases = list(dict.fromkeys(alias.strip() for alias in details.aliases if alias.strip()))
    return OrganisationDetails(
        name=details.name.strip(),
        short_name=details.short_name.strip() or details.name.strip()[:60],
        kind=str(details.kind),
        name_en=details.name_en.strip(),
        aliases=aliases,
    )


def _check_name(name: str, *, region: Region, other_than: Organisation | None = None) -> None:
    if not name.strip():
        raise BadInput(field="name")
    same = Organisation.objects.filter(region=region, name=name.strip())
    if other_than is not None:
        same = same.exclude(pk=other_than.pk)
    if same.exists():
        raise NameTaken(field="name")


def _check_parent(parent: Organisation, *, region: Region) -> None:
    """A unit's parent is in use and in the same district; a town's unit may stand under the district's."""
    same_district = region.pk.startswith(rules.governed_area(parent.region_id))
    if not parent.is_active or not same_district:
        raise WrongParent(field="parent")


def _apply(organisation: Organisation, values: dict[str, Any]) -> dict[str, list[Any]]:
    """Set the values and tell which changed, from what to what."""
    changes = {}
    for name, value in values.items():
        before = getattr(organisation, name)
        if before != value:
            changes[name] = [before, value]
            setattr(organisation, name, value)
    return changes


def _switch(organisation: Organisation, *, to: bool) -> None:
    organisation.is_active = to
    organisation.save(update_fields=["is_active"])
