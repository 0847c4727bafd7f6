"""Reading CSV files that people made: rows with their line numbers, and what was wrong with which."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.utils.translation import gettext as _

from kepu.core.errors import BadInput

_BYTE_ORDER_MARK = "\ufeff"
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that was left out: where it stands and, as a Chinese sentence, why."""

    source: str
    line: int
    reason: str

    def __str__(self) -> str:
        return _("%(source)s 第 %(line)d 行：%(reason)s") % {
            "source": self.source,
            "line": self.line,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What a load did, or would do."""

    added: int
    changed: int
    unchanged: int
    errors: tuple[RowError, ...]


def compared(
    found: Mapping[_Key, _Value], *, present: Mapping[_Key, _Value], errors: Sequence[RowError]
) -> LoadResult:
    """How what a file says differs from what is there."""
    common = [key for key in found if key in present]
    unchanged = sum(found[key] == present[key] for key in common)
    return LoadResult(
        added=len(found) - len(common),
        changed=len(common) - unchanged,
        unchanged=unchanged,
        errors=tuple(errors),
    )


class UnreadableTable(BadInput):
    code = "unreadable_table"


class RowRefused(Exception):
    """This row cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


def text_of(path: Path) -> io.StringIO:
    """The text of a file in UTF-8, or in the GB18030 that spreadsheet programs on Chinese Windows save."""
    content = path.read_bytes()
    try:
        return io.StringIO(content.decode("utf-8-sig"), newline="")
    except UnicodeDecodeError:
        return io.StringIO(_decode_gb18030(content, name=path.name), newline="")


def _decode_gb18030(content: bytes, *, name: str) -> str:
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError as error:
        message = _("%(file)s 不是 UTF-8 或 GB18030 编码的文本文件，请另存为 CSV UTF-8 后再试。")
        raise UnreadableTable(message % {"file": name}) from error


def read_rows(lines: Iterable[str], *, source: str, columns: tuple[str, ...]) -> Iterator[Row]:
    """The rows that are not empty; refuses a table without the columns."""
    reader = csv.reader(lines)
    try:
        header = [cell.strip().lstrip(_BYTE_ORDER_MARK) for cell in next(reader, [])]
        _require_columns(header, columns=columns, source=source)
        for cells in reader:
            if any(cells):
                values = (cell.strip() for cell in cells)
                yield Row(reader.line_num, dict(zip(header, values, strict=False)))
    except csv.Error as error:
        message = _("%(file)s 第 %(line)d 行起无法读取，请检查引号是否成对。")
        raise UnreadableTable(message % {"file": source, "line": reader.line_num}) from error


def _require_columns(header: list[str], *, columns: tuple[str, ...], source: str) -> None:
    missing = [column for column in columns if column not in header]
    if missing:
        message = _("%(file)s 缺少列 %(columns)s，第一行应是列名。")
        raise UnreadableTable(message % {"file": source, "columns": "、".join(missing)})
