"""The rows of a sign-in sheet, typed or from a spreadsheet: read with care, each good or with its reason."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.files import File
from django.utils.translation import gettext as _
from openpyxl import load_workbook  # type: ignore[import-untyped]

from kepu.accounts.identity import looks_like_phone
from kepu.accounts.models import Sex
from kepu.activities.services.check_in.refusals import SheetRefused
from kepu.activities.services.participants import Who

MOST_ROWS = 500
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024
NAME, PHONE, BORN, SEX, GUARDIAN = "姓名", "手机号", "出生年", "性别", "监护人"
COLUMNS = (NAME, PHONE, BORN, SEX)
"""The heading of the template; a sheet may have more columns and another order."""
_ALSO = {"电话": PHONE, "手机": PHONE, "联系电话": PHONE, "出生年份": BORN, "出生日期": BORN}
_SPLIT = re.compile(r"[\t,，;；、|]+|\s{1,}")
_YEAR = re.compile(r"(19|20)\d{2}")
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
_NAME = re.compile(r"[^\W\d_][\w·•・.\s'’-]{0,58}\w?", re.UNICODE)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: where it stands, what it says, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class GoodRow:
    line: int
    who: Who


@dataclass(frozen=True, slots=True)
class Rows:
    good: list[GoodRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def typed_rows(text: str, *, audience: str, on: date) -> Rows:
    """One person a line: the name, then in any order what else stands on the sheet."""
    lines = text.splitlines()
    _require_few(len(lines))
    cells = (
        (number, _SPLIT.split(line.strip())) for number, line in enumerate(lines, start=1) if line.strip()
    )
    return _read(((number, _by_look(parts)) for number, parts in cells), audience=audience, on=on)


def spreadsheet_rows(upload: File[bytes], *, audience: str, on: date) -> Rows:
    """The first sheet of an xlsx file; the row with 姓名 is its heading."""
    table = _table(upload)
    start = next((place for place, row in enumerate(table[:20]) if NAME in _headings(row)), None)
    if start is None:
        raise SheetRefused(_("表里没有“姓名”这一列，请用下载的模板。"), field="spreadsheet")
    headings = _headings(table[start])
    rows = (
        (number, dict(zip(headings, row, strict=False)))
        for number, row in enumerate(table[start + 1 :], start=start + 2)
        if any(row)
    )
    return _read(rows, audience=audience, on=on)


def _table(upload: File[bytes]) -> list[list[str]]:
    """All cells as text. A workbook that unpacks to too much is not opened."""
    if not upload.size or upload.size > MOST_BYTES:
        raise SheetRefused(_("表格是空的或超过 5 MB。"), field="spreadsheet")
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as package:
            unpacked = sum(one.file_size for one in package.infolist())
        if unpacked > MOST_UNPACKED:
            raise SheetRefused(field="spreadsheet")
        upload.seek(0)
        book = load_workbook(upload, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(max_row=MOST_ROWS + 21, max_col=30, values_only=True)
        table = [[_text(cell) for cell in row] for row in rows]
        book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, IndexError, OSError, SyntaxError) as error:
        raise SheetRefused(field="spreadsheet") from error
    _require_few(sum(any(row) for row in table))
    return table


def _text(cell: object) -> str:
    """A phone typed into a spreadsheet becomes a number; it must not end in .0."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell).strip()


def _headings(row: Sequence[str]) -> list[str]:
    plain = [re.sub(r"\s|（.*?）|\(.*?\)|\*", "", cell) for cell in row]
    return [_ALSO.get(one, one) for one in plain]


def _by_look(parts: Sequence[str]) -> dict[str, str]:
    """What each part of a typed line is: its look says so. A name may have been written with a space in it."""
    found, name = {}, []
    for part in (one for one in parts if one):
        if looks_like_phone(part) or (part.isdigit() and len(part) > 4):
            found[PHONE] = part
        elif part in _SEXES:
            found[SEX] = part
        elif part.startswith(GUARDIAN):
            found[GUARDIAN] = part.removeprefix(GUARDIAN).lstrip(":：")
        elif part[:1].isdigit():
            found[BORN] = part
        else:
            name.append(part)
    return {NAME: " ".join(name) if name and name[0].isascii() else "".join(name)} | found


def _read(rows: Iterable[tuple[int, dict[str, str]]], *, audience: str, on: date) -> Rows:
    read = Rows()
    for number, cells in rows:
        reason = _fault(cells, on=on)
        if reason:
            read.bad.append(BadRow(number, " ".join(one for one in cells.values() if one)[:80], reason))
        else:
            read.good.append(GoodRow(number, _who(cells, audience=audience)))
    return read


def _fault(cells: dict[str, str], *, on: date) -> str:
    """Why a row cannot be taken; empty where it can."""
    if not _NAME.fullmatch(cells.get(NAME, "")):
        return _("没有姓名，或姓名不像姓名")
    if cells.get(PHONE) and not looks_like_phone(cells[PHONE]):
        return _("手机号不是 11 位；不知道就留空")
    born = cells.get(BORN, "")
    if born and not (_YEAR.match(born) and int(born[:4]) <= on.year):
        return _("出生年要写成四位数，例如 1952")
    if cells.get(SEX) and cells[SEX] not in _SEXES:
        return _("性别写“男”或“女”，不知道就留空")
    return ""


def _who(cells: dict[str, str], *, audience: str) -> Who:
    return Who(
        name=cells[NAME],
        audience=audience,
        phone=cells.get(PHONE, ""),
        sex=_SEXES.get(cells.get(SEX, ""), Sex.UNKNOWN),
        birth_year=int(cells[BORN][:4]) if cells.get(BORN) else None,
        guardian_name=cells.get(GUARDIAN, ""),
    )


def _require_few(count: int) -> None:
    if count > MOST_ROWS:
        raise SheetRefused(_("一张签到表最多 500 行，请分开录入。"))
