"""Population figures out of a CSV file with the columns region_code, year, margin, category, count, source."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kepu.regions.codes import pad
from kepu.regions.csv_rows import Row, RowError, RowRefused, read_rows
from kepu.regions.models import Margin, PopulationMargin
from kepu.regions.population import CATEGORIES

COLUMNS = ("region_code", "year", "margin", "category", "count", "source")
FIRST_YEAR, LAST_YEAR = 1949, 2100
_LARGEST_COUNT = 2_147_483_647  # what both databases can keep in the column
_SOURCE_LENGTH = PopulationMargin._meta.get_field("source").max_length or 0

MarginKey = tuple[str, int, str, str]  # region code, year, margin, category


@dataclass
class Margins:
    """Counts with their sources, and the rows left out."""

    figures: dict[MarginKey, tuple[int, str]] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


def read_margins(lines: Iterable[str], *, source: str, known_codes: Collection[str]) -> Margins:
    """Every figure that can be used; `known_codes` are the full codes of the regions there are."""
    found = Margins()
    for row in read_rows(lines, source=source, columns=COLUMNS):
        try:
            key = _key_of(row, known_codes=known_codes)
            if key in found.figures:
                raise RowRefused(_("与前面的一行重复"))
            found.figures[key] = (_count_of(row), _source_of(row))
        except RowRefused as refused:
            found.errors.append(RowError(source, row.line, str(refused)))
    return found


def _key_of(row: Row, *, known_codes: Collection[str]) -> MarginKey:
    code = pad(row["region_code"])
    if code not in known_codes:
        raise RowRefused(_("没有代码为“%(code)s”的地区") % {"code": row["region_code"]})
    margin = _margin_of(row)
    return code, _year_of(row), margin.value, _category_of(row, margin=margin)


def _year_of(row: Row) -> int:
    year = _whole_number(row["year"])
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise RowRefused(_("年份“%(year)s”应为四位数字") % {"year": row["year"]})
    return year


def _margin_of(row: Row) -> Margin:
    for margin in Margin:
        if row["margin"] in {margin.value, margin.label}:
            return margin
    wanted = {"margin": row["margin"], "all": "、".join(Margin.values)}
    raise RowRefused(_("维度“%(margin)s”应为 %(all)s 之一") % wanted)


def _category_of(row: Row, *, margin: Margin) -> str:
    for category, name in CATEGORIES[margin].items():
        if row["category"] in {category, str(name)}:
            return category
    wanted = {"category": row["category"], "all": "、".join(CATEGORIES[margin])}
    raise RowRefused(_("类别“%(category)s”应为 %(all)s 之一") % wanted)


def _count_of(row: Row) -> int:
    count = _whole_number(row["count"])
    if count is None or count > _LARGEST_COUNT:
        raise RowRefused(_("人数“%(count)s”应为不带单位的整数") % {"count": row["count"]})
    return count


def _source_of(row: Row) -> str:
    if not row["source"]:
        raise RowRefused(_("没有写来源"))
    if len(row["source"]) > _SOURCE_LENGTH:
        raise RowRefused(_("来源超过 %(length)d 个字") % {"length": _SOURCE_LENGTH})
    return row["source"]


def _whole_number(text: str) -> int | None:
    """The number, if only ASCII digits are written: "80.28万" is for a person to settle."""
    # A longer number fits no column, and Python refuses to convert thousands of digits.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
