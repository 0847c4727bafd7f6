"""Evidence of a quarter as one zip, sent while it is made, so that its size costs no memory.

The list with the digests comes last: it says of every file whether it still is what was handed in.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import RawIOBase, StringIO
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils import timezone

from kepu.plans.models import Evidence
from kepu.reports.composing.phrases import QUARTERS

MEDIA_TYPE = "application/zip"
MANIFEST = "清单.csv"
CHUNK_BYTES = 256 * 1024
LONGEST_NAME = 80
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PACKED = frozenset({".zip", ".jpg", ".jpeg", ".png", ".docx", ".xlsx", ".pptx", ".mp4", ".webp"})
HEAD = (
    "文件",
    "原文件名",
    "单位",
    "举措编号",
    "举措",
    "年度",
    "季度",
    "核实",
    "字节",
    "类型",
    "登记的SHA-256",
    "上传时间",
    "校验",
)


@dataclass
class Entry:
    """A file under its name in the zip, and what checking it showed."""

    evidence: Evidence
    path: str
    check: str = ""


class _Pipe(RawIOBase):
    """What ZipFile writes is taken away by the generator; it cannot seek, so the zip is written straight on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def stream_evidence(rows: Iterable[Evidence]) -> Iterator[bytes]:
    """The zip in pieces. A file that is gone is named in the list and does not stop the others."""
    pipe = _Pipe()
    entries = name_entries(rows)
    with ZipFile(pipe, "w") as pack:
        for entry in entries:
            yield from _send(entry, pack=pack, pipe=pipe)
        pack.writestr(_info(MANIFEST, entries=entries), manifest(entries), ZIP_DEFLATED)
        yield pipe.take()
    yield pipe.take()


def name_entries(rows: Iterable[Evidence]) -> list[Entry]:
    """Unit ▸ measure ▸ file; the same name twice gets a number."""
    taken: set[str] = set()
    entries = []
    for evidence in rows:
        report = evidence.report
        folder = f"{_safe(report.organisation.name)}/{_safe(f'{report.measure.code} {report.measure.title}')}"
        entries.append(Entry(evidence, _free(folder, name=_safe(evidence.name), taken=taken)))
    return entries


def manifest(entries: Iterable[Entry]) -> bytes:
    """The list as CSV; the mark at its start lets Excel read the Chinese."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    writer.writerows([_plain(value) for value in _line(entry)] for entry in entries)
    return text.getvalue().encode("utf-8-sig")


def _send(entry: Entry, *, pack: ZipFile, pipe: _Pipe) -> Iterator[bytes]:
    try:
        source = entry.evidence.file.open("rb")
    except FileNotFoundError:
        entry.check = "文件缺失"
        return
    digest = hashlib.sha256()
    info = _info(entry.path, entries=[entry])
    with source, pack.open(info, "w", force_zip64=True) as target:
        yield from _copy(source, target=target, digest=digest, pipe=pipe)
    entry.check = "一致" if digest.hexdigest() == entry.evidence.digest else "与登记不一致"
    yield pipe.take()


def _copy(source: Any, *, target: IO[bytes], digest: Any, pipe: _Pipe) -> Iterator[bytes]:
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        target.write(chunk)
        yield pipe.take()


def _info(path: str, *, entries: list[Entry]) -> ZipInfo:
    """The time in the zip is that of the newest upload, so that the same evidence gives the same zip."""
    newest = max((entry.evidence.added_at for entry in entries), default=None)
    stamp = timezone.localtime(newest).timetuple()[:6] if newest else (1980, 1, 1, 0, 0, 0)
    info = ZipInfo(path, stamp)
    is_packed = any(path.lower().endswith(ending) for ending in _PACKED)
    info.compress_type = ZIP_STORED if is_packed else ZIP_DEFLATED
    return info


def _line(entry: Entry) -> tuple[object, ...]:
    evidence, report = entry.evidence, entry.evidence.report
    return (
        entry.path,
        evidence.name,
        report.organisation.name,
        report.measure.code,
        report.measure.title,
        report.period.year,
        QUARTERS[report.period.quarter],
        report.get_state_display(),
        evidence.size,
        evidence.media_type,
        evidence.digest,
        timezone.localtime(evidence.added_at).strftime("%Y-%m-%d %H:%M"),
        entry.check,
    )


def _plain(value: object) -> str:
    """A cell that begins like a formula gets a quote before it: this file is opened in Excel."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _safe(name: str) -> str:
    """A name that every system can unpack; it cannot climb out of its folder."""
    cleaned = _UNSAFE.sub("_", name).strip(" .")
    if len(cleaned) <= LONGEST_NAME:
        return cleaned or "_"
    stem, dot, ending = cleaned.rpartition(".")
    if dot and len(ending) <= 5:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return cleaned[:LONGEST_NAME]


def _free(folder: str, *, name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot and stem else (name, "")
    path, number = f"{folder}/{name}", 2
    while path.casefold() in taken:
        path, number = f"{folder}/{stem} ({number}){ending}", number + 1
    taken.add(path.casefold())
    return path
