"""What a file is, by its content; the ending of its name must agree."""

from __future__ import annotations

import zipfile
from pathlib import PurePath

from django.core.files import File

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SIGNATURES = {
    b"%PDF-": ("application/pdf", {".pdf"}),
    b"\xff\xd8\xff": ("image/jpeg", {".jpg", ".jpeg"}),
    b"\x89PNG\r\n\x1a\n": ("image/png", {".png"}),
}
_TEXTS = {".txt": "text/plain", ".csv": "text/csv"}
_SAMPLE_BYTES = 64 * 1024
_CONTROL_BYTES = frozenset(range(32)) - set(b"\t\n\f\r")


def recognise(upload: File[bytes], *, name: str) -> str | None:
    """The media type of a kind of file that can be evidence, or None."""
    ending = PurePath(name).suffix.lower()
    upload.seek(0)
    start = upload.read(_SAMPLE_BYTES)
    upload.seek(0)
    for signature, (media_type, endings) in _SIGNATURES.items():
        if start.startswith(signature):
            return media_type if ending in endings else None
    if start.startswith(b"PK\x03\x04"):
        return _recognise_package(upload, ending=ending)
    return _TEXTS.get(ending) if _is_text(start) else None


def _recognise_package(upload: File[bytes], *, ending: str) -> str | None:
    try:
        with zipfile.ZipFile(upload) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, UnicodeDecodeError):
        return None
    finally:
        upload.seek(0)
    if ending == ".docx" and "word/document.xml" in names:
        return WORD
    if ending == ".xlsx" and "xl/workbook.xml" in names:
        return EXCEL
    return "application/zip" if ending == ".zip" else None


def _is_text(start: bytes) -> bool:
    if _CONTROL_BYTES.intersection(start):
        return False
    return any(_decodes(start, encoding=encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(start: bytes, *, encoding: str) -> bool:
    """Whether the sample is text; its last character may be cut in the middle."""
    for cut in range(4):
        try:
            start[: len(start) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
