"""Filling the tables of regions and population: from the files shipped with the product and from a county's own."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.core.errors import BadInput
from kepu.regions.codes import level_of, pad, parent_code
from kepu.regions.csv_rows import LoadResult, compared
from kepu.regions.division_csv import DivisionFile, read_divisions
from kepu.regions.margin_csv import Margins, read_margins
from kepu.regions.models import Level, PopulationMargin, Region
from kepu.regions.queries import county_of, descendants

SHIPPED = Path(__file__).parent / "data"
_BATCH = 1000


class UnknownCounty(BadInput):
    code = "unknown_county"


class NothingOfTheCounty(BadInput):
    code = "nothing_of_the_county"


@transaction.atomic
def load_shipped_regions() -> int:
    """Add the shipped regions that are not there yet; return how many. Never renames what is there."""
    known = set(Region.objects.values_list("code", flat=True))
    missing = {code: name for code, name in _shipped() if code not in known}
    _add(missing)
    return len(missing)


def _shipped() -> Iterator[tuple[str, str]]:
    for file in sorted(SHIPPED.glob("*.csv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
            yield from ((row["code"], row["name"]) for row in csv.DictReader(lines))


def _add(names: dict[str, str]) -> None:
    # Places above go first: PostgreSQL would wait with the check, but not every database does.
    in_order = sorted(names, key=lambda code: (level_of(code), code))
    Region.objects.bulk_create(
        [
            Region(code=code, name=names[code], level=level_of(code), parent_id=parent_code(code) or None)
            for code in in_order
        ],
        batch_size=_BATCH,
    )


@transaction.atomic
def load_division_csv(towns: DivisionFile, *, villages: DivisionFile, county_code: str) -> LoadResult:
    """Add the towns and villages of a county and correct changed names. Places that the files lack stay."""
    county = _known_county(county_code)
    names, result = _compare_divisions(towns, villages=villages, county=county)
    present = {region.code: region for region in descendants(county)}
    _add({code: name for code, name in names.items() if code not in present})
    renamed = [present[code] for code in names if code in present and present[code].name != names[code]]
    for region in renamed:
        region.name = names[region.code]
    Region.objects.bulk_update(renamed, ["name"], batch_size=_BATCH)
    return result


def check_division_csv(towns: DivisionFile, *, villages: DivisionFile, county_code: str) -> LoadResult:
    """What `load_division_csv` would do; writes nothing."""
    return _compare_divisions(towns, villages=villages, county=_known_county(county_code))[1]


def _compare_divisions(
    towns: DivisionFile, *, villages: DivisionFile, county: Region
) -> tuple[dict[str, str], LoadResult]:
    present = dict(descendants(county).values_list("code", "name"))
    known_towns = {code for code in present if level_of(code) is Level.TOWNSHIP}
    found = read_divisions(towns, villages=villages, county=county.code[:6], known_towns=known_towns)
    if not found.names and not found.errors:
        message = _("文件里没有%(county)s（%(code)s）的乡镇或村，请检查文件和代码。")
        raise NothingOfTheCounty(message % {"county": county.name, "code": county.code[:6]})
    return found.names, compared(found.names, present=present, errors=found.errors)


def _known_county(code: str) -> Region:
    county = county_of(code)
    if county is None or county.code != pad(code):
        message = _(
            "没有代码为“%(code)s”的县（市、区）。请写 6 位代码；如地区表是空的，请先运行 load_regions。"
        )
        raise UnknownCounty(message % {"code": code}, field="county_code")
    return county


@transaction.atomic
def load_margin_csv(lines: Iterable[str], *, source: str) -> LoadResult:
    """Keep the population figures of a file; a figure that was there before is replaced."""
    margins, result = _compare_margins(lines, source=source)
    PopulationMargin.objects.bulk_create(
        [
            PopulationMargin(
                region_id=code, year=year, margin=margin, category=category, count=count, source=origin
            )
            for (code, year, margin, category), (count, origin) in margins.figures.items()
        ],
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["region", "year", "margin", "category"],
        update_fields=["count", "source"],
    )
    return result


def check_margin_csv(lines: Iterable[str], *, source: str) -> LoadResult:
    """What `load_margin_csv` would do; writes nothing."""
    return _compare_margins(lines, source=source)[1]


def _compare_margins(lines: Iterable[str], *, source: str) -> tuple[Margins, LoadResult]:
    known_codes = set(Region.objects.values_list("code", flat=True))
    margins = read_margins(lines, source=source, known_codes=known_codes)
    present = {
        (row.region_id, row.year, row.margin, row.category): (row.count, row.source)
        for row in PopulationMargin.objects.filter(region__in={key[0] for key in margins.figures})
    }
    return margins, compared(margins.figures, present=present, errors=margins.errors)
