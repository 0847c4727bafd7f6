"""Files become text: .docx, .pdf with a text layer, .txt and .md in any encoding, pasted text.

`read` looks at the content, not at the file's name, and raises nothing but `UnreadableDocument`.
"""

from __future__ import annotations

from plan_document.readers.package import MOST_UNPACKED
from plan_document.readers.plain import decode, replacement_notes, storable
from plan_document.readers.portable import read_portable
from plan_document.readers.source_text import (
    SourceText,
    UnreadableDocument,
    damaged,
    encrypted,
    too_large,
)
from plan_document.readers.word import read_word

__all__ = ["SourceText", "UnreadableDocument", "read", "read_pasted"]

MOST_BYTES = MOST_UNPACKED // 2

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_PDF_MARK_WITHIN = 1024


def read(content: bytes, *, filename: str = "") -> SourceText:
    """The text of an uploaded file; `filename` only tells .md from .txt."""
    if not content.strip():
        raise _empty()
    if len(content) > MOST_BYTES:
        raise too_large()
    try:
        source = _read(content, filename=filename)
    except (RecursionError, MemoryError) as overwhelmed:
        raise damaged() from overwhelmed
    if not source.text.strip():
        raise _empty()
    return source


def read_pasted(text: str) -> SourceText:
    """Text that a person pasted into the page."""
    if not text.strip():
        raise _empty()
    if len(text) > MOST_BYTES:
        raise too_large()
    kept = storable(text)
    return SourceText(kept, "pasted", "", replacement_notes(kept))


def _read(content: bytes, *, filename: str) -> SourceText:
    if content.startswith(_ZIP):
        return read_word(content)
    if content.startswith(_COMPOUND):
        raise _compound(content)
    if b"%PDF-" in content[:_PDF_MARK_WITHIN]:
        return read_portable(content)
    if content.startswith(_PICTURES):
        raise UnreadableDocument(
            "picture", "这是图片，没有可读取的文字，请先做文字识别（OCR），或上传 Word 原文件。"
        )
    if content.startswith(b"{\\rtf"):
        raise _old_office()
    decoded = decode(content)
    ending = "md" if filename.lower().endswith((".md", ".markdown")) else "txt"
    return SourceText(decoded.text, ending, decoded.encoding, decoded.notes)


def _compound(content: bytes) -> UnreadableDocument:
    """Word wraps a file with a password into the same container that old .doc files use."""
    is_locked = "EncryptedPackage".encode("utf-16-le") in content
    return encrypted() if is_locked else _old_office()


def _old_office() -> UnreadableDocument:
    return UnreadableDocument(
        "old_office", "这是旧版文档（.doc、.wps 或 .rtf），请用 Word 或 WPS 打开后另存为 .docx 再上传。"
    )


def _empty() -> UnreadableDocument:
    return UnreadableDocument("empty", "文件里没有文字，请检查是否选对了文件，或直接粘贴文字。")
