"""Load a district's roster of organisations from YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone
from kepu.accounts.services.organisations import OrganisationDetails, create_organisation
from kepu.core.errors import BadInput
from kepu.regions.models import Region


class RosterIncomplete(BadInput):
    code = "roster_incomplete"
    message = _("单位名册不完整：上级单位或地区代码不存在。")


@dataclass(frozen=True)
class RosterLoaded:
    """What a load did; a unit that was there keeps what people changed since."""

    created: int
    kept: int
    unconfirmed: list[str]


@transaction.atomic
def load_roster(path: Path, *, by: Someone, at: datetime) -> RosterLoaded:
    """Create the units of a roster file that are not there yet, parents first."""
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = rows["organisations"] if isinstance(rows, dict) else rows
    regions = Region.objects.in_bulk({str(row["region_code"]) for row in rows})
    known: dict[str, Organisation] = {}
    created = 0
    for row in _parents_first(rows):
        existing = Organisation.objects.filter(region_id=str(row["region_code"]), name=row["name"]).first()
        known[row["key"]] = existing or _create(row, known=known, regions=regions, by=by, at=at)
        created += existing is None
    unconfirmed = [row["name"] for row in rows if not row.get("confirmed", True)]
    return RosterLoaded(created=created, kept=len(rows) - created, unconfirmed=unconfirmed)


def _create(
    row: Mapping[str, Any],
    *,
    known: Mapping[str, Organisation],
    regions: Mapping[str, Region],
    by: Someone,
    at: datetime,
) -> Organisation:
    region = regions.get(str(row["region_code"]))
    if region is None:
        raise RosterIncomplete(f"{row['name']}: {row['region_code']}", field="region_code")
    details = OrganisationDetails(
        name=row["name"],
        short_name=row.get("short_name") or row["name"],
        kind=row["kind"],
        name_en=row.get("name_en") or "",
        aliases=list(row.get("aliases") or []),
    )
    parent = known[row["parent"]] if row.get("parent") else None
    return create_organisation(details, region=region, parent=parent, by=by, at=at)


def _parents_first(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Rows in an order in which each parent comes before its children, whatever the file's order."""
    waiting, ordered, placed = list(rows), [], set()
    while waiting:
        ready = [row for row in waiting if not row.get("parent") or row["parent"] in placed]
        if not ready:
            raise RosterIncomplete(", ".join(row["name"] for row in waiting), field="parent")
        ordered += ready
        placed |= {row["key"] for row in ready}
        waiting = [row for row in waiting if row["key"] not in placed]
    return ordered
