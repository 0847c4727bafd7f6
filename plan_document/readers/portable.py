"""The text layer of a .pdf file, its lines joined again into paragraphs."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from statistics import median

from pypdf import PdfReader

from plan_document.draft import Severity, Warning
from plan_document.readers.plain import replacement_notes, storable
from plan_document.readers.source_text import (
    SourceText,
    UnreadableDocument,
    damaged,
    encrypted,
    too_large,
)

_MOST_PAGES = 500
_MOST_CHARACTERS = 20_000_000
_FEWEST_PER_PAGE = 10
_MOST_GARBLED = 0.3
_GARBLED = re.compile(r"[\ue000-\uf8ff\ufffd]|\(cid:\d+\)|/g\d+")
_PAGE_NUMBER = re.compile(
    r"^\s*(?:[-—–―─~·.\s]*\d{1,4}[-—–―─~·.\s]*|第\s*\d{1,4}\s*页(?:\s*[/共，,]?\s*共?\s*\d{1,4}\s*页)?"
    r"|\d{1,4}\s*/\s*\d{1,4})\s*$"
)
_OPENS_PARAGRAPH = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百]+[章节条部]|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]"
    r"|\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)]|[①-⑳]|附件|[（(](?:责任|牵头|配合))"
)
_ENDS_SENTENCE = ("。", "；", "：", "！", "？", "!", "?", "）。", "）")
_FULL_LINE = 0.85
_REPEATED_ON = 3


def read_portable(content: bytes) -> SourceText:
    """The text layer as paragraphs; page numbers and repeated headers are left out."""
    pages = _pages(content)
    _check_has_text(pages)
    lines = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    bodies, left_out = _without_margins(lines)
    text = storable(_paragraphs(bodies))
    return SourceText(text, "pdf", "", (*_page_notes(len(pages), left_out), *replacement_notes(text)))


def _pages(content: bytes) -> list[str]:
    try:
        reader = PdfReader(io.BytesIO(content))
        is_locked = reader.is_encrypted and not reader.decrypt("")
        page_count = 0 if is_locked else len(reader.pages)
        texts = [] if page_count > _MOST_PAGES else _extracted(reader, page_count)
    except UnreadableDocument:
        raise
    except Exception as broken:
        # pypdf meets a broken file with whatever error its own code runs into.
        raise damaged() from broken
    if is_locked:
        raise encrypted()
    if page_count > _MOST_PAGES:
        raise too_large()
    return texts


def _extracted(reader: PdfReader, page_count: int) -> list[str]:
    texts: list[str] = []
    for number in range(page_count):
        texts.append(reader.pages[number].extract_text())
        if sum(map(len, texts)) > _MOST_CHARACTERS:
            raise too_large()
    return texts


def _check_has_text(pages: Sequence[str]) -> None:
    written = re.sub(r"\s", "", "".join(pages))
    if len(written) < max(1, _FEWEST_PER_PAGE * len(pages)):
        raise UnreadableDocument(
            "scanned_pdf",
            "这个 PDF 是扫描件，没有可读取的文字，请先做文字识别（OCR），或上传 Word 原文件。",
        )
    garbled = sum(len(found) for found in _GARBLED.findall(written))
    if garbled > _MOST_GARBLED * len(written):
        raise UnreadableDocument(
            "garbled_pdf", "这个 PDF 的字体没有文字编码，读出来是乱码，请上传 Word 原文件或直接粘贴文字。"
        )


def _without_margins(pages: list[list[str]]) -> tuple[list[list[str]], int]:
    """The pages without page numbers and running headers, and how many such lines there were."""
    edges = Counter(line for page in pages for line in {*page[:1], *page[-1:]})
    least = max(_REPEATED_ON, len(pages) // 2)
    running = {line for line, times in edges.items() if times >= least}
    kept = [_inner(page, running=running) for page in pages]
    return kept, sum(map(len, pages)) - sum(map(len, kept))


def _inner(page: list[str], *, running: set[str]) -> list[str]:
    first, last = 0, len(page)
    while first < last and (page[first] in running or _PAGE_NUMBER.match(page[first])):
        first += 1
    while last > first and (page[last - 1] in running or _PAGE_NUMBER.match(page[last - 1])):
        last -= 1
    return page[first:last]


def _paragraphs(pages: list[list[str]]) -> str:
    lines = [line for page in pages for line in page]
    full = _full_length(lines)
    pieces: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        pieces.append(line)
        pieces.append(_between(line, following, full=full))
    return "".join(pieces)


def _full_length(lines: list[str]) -> float:
    longest = sorted(map(len, lines))[len(lines) // 2 :]
    return _FULL_LINE * median(longest) if longest else 0.0


def _between(line: str, following: str, *, full: float) -> str:
    """What stands between two lines: nothing inside a paragraph, a line end between two."""
    is_over = line.endswith(_ENDS_SENTENCE) or len(line) < full
    if not following or is_over or _OPENS_PARAGRAPH.match(following):
        return "\n"
    is_latin = line[-1].isascii() and following[0].isascii() and line[-1].isalpha()
    return " " if is_latin else ""


def _page_notes(page_count: int, left_out: int) -> tuple[Warning, ...]:
    if page_count < 2 and not left_out:
        return ()
    message = f"共{page_count}页，跨页的段落已接上，略去页码和页眉页脚{left_out}行，请核对分段。"
    return (Warning("pages_joined", message, 0, 0, Severity.INFO),)
