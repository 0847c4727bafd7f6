"""The text of a .docx file as a person sees it: with its numbers, without what has been deleted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from plan_document.draft import Severity, Warning
from plan_document.readers.package import Package
from plan_document.readers.source_text import SourceText, UnreadableDocument, damaged
from plan_document.readers.word_numbering import Numbering
from plan_document.readers.word_tables import table_lines

_OFFICE_DOCUMENT = "/officeDocument"
_DELETED = frozenset({"del", "moveFrom"})
_NO_TEXT = frozenset({"pPr", "rPr", "tblPr", "sdtPr", "instrText", "delText", "rt", "Fallback"})
_BREAKS = {"tab": "\t", "cr": "\n", "br": "\n", "noBreakHyphen": "-"}
_TABLE_OF_CONTENTS = re.compile(r"toc( heading|\s*\d)?$")


def read_word(content: bytes) -> SourceText:
    """The body of the document as text; headers, footers and comments are left out."""
    package = Package(content)
    document = package.xml(_main_part(package))
    body = document.find("body") if document is not None else None
    if body is None:
        raise damaged()
    reading = _Reading(Numbering(package.xml("word/numbering.xml"), package.xml("word/styles.xml")))
    reading.blocks(body)
    return SourceText(reading.text(), "docx", "", reading.notes())


def _main_part(package: Package) -> str:
    relationships = package.xml("_rels/.rels")
    for relationship in relationships if relationships is not None else ():
        target = relationship.get("Target", "").lstrip("/")
        if relationship.get("Type", "").endswith(_OFFICE_DOCUMENT) and target in package.names:
            return target
    if "word/document.xml" in package.names:
        return "word/document.xml"
    if "OFD.xml" in package.names:
        raise UnreadableDocument("unsupported", "暂不支持 OFD 文件，请另存为 .docx 或文字版 .pdf 再上传。")
    raise UnreadableDocument(
        "unsupported", "这不是 Word 文档，请上传 .docx、.txt、.md 或文字版 .pdf，也可直接粘贴文字。"
    )


class _Reading:
    """One pass through a document: lines so far, lists as far as counted, what was left out."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._lines: list[str] = []
        self._length = 0
        self._tables: list[tuple[int, int]] = []
        self._boxes: list[tuple[int, int]] = []
        self._footnotes: list[int] = []
        self._contents_lines = 0
        self._held = ""

    def text(self) -> str:
        """All the lines so far."""
        return "".join(self._lines) + self._held

    def blocks(self, parent: Element) -> None:
        for block in parent:
            if block.tag == "p":
                self._paragraph(block)
            elif block.tag == "tbl":
                self._table(block)
            elif block.tag not in _DELETED and block.tag not in _NO_TEXT:
                self.blocks(block)

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find("pPr")
        if _TABLE_OF_CONTENTS.match(self._numbering.style_name(properties)):
            self._contents_lines += 1
            return
        boxes: list[Element] = []
        words = self._held + "".join(self._pieces(paragraph, boxes)).strip()
        # The end of a paragraph can be deleted too: its words then open the next one.
        is_joined = properties is not None and properties.find("rPr/del") is not None
        self._held = words if is_joined else ""
        number = "" if is_joined else self._numbering.before(properties)
        if words and not is_joined:
            self._write(f"{number}{words}")
        for box in boxes:
            start = self._length
            self.blocks(box)
            if self._length > start:
                self._boxes.append((start, self._length))

    def _pieces(self, parent: Element, boxes: list[Element]) -> Iterator[str]:
        for piece in parent:
            if piece.tag == "t":
                yield piece.text or ""
            elif piece.tag in _BREAKS:
                yield _BREAKS[piece.tag]
            elif piece.tag == "footnoteReference":
                self._footnotes.append(self._length)
            elif piece.tag == "txbxContent":
                boxes.append(piece)
            elif piece.tag not in _DELETED and piece.tag not in _NO_TEXT and not _is_hidden(piece):
                yield from self._pieces(piece, boxes)

    def _table(self, table: Element) -> None:
        rows = [
            [self._cell(cell) for cell in _inside(row, "tc")]
            for row in _inside(table, "tr")
            if row.find("trPr/del") is None
        ]
        start = self._length
        for line in table_lines(rows):
            self._write(line)
        if self._length > start:
            self._tables.append((start, self._length))

    def _cell(self, cell: Element) -> tuple[str, int, bool]:
        """The cell's text, the columns it spans, and whether it continues the cell above."""
        inner = _Reading(self._numbering)
        inner.blocks(cell)
        self._footnotes += [self._length] * len(inner._footnotes)
        properties = cell.find("tcPr")
        span = properties.find("gridSpan") if properties is not None else None
        merge = properties.find("vMerge") if properties is not None else None
        is_continued = merge is not None and merge.get("val", "continue") == "continue"
        return inner.text().strip(), _span(span), is_continued

    def _write(self, line: str) -> None:
        self._lines.append(f"{line}\n")
        self._length += len(line) + 1

    def notes(self) -> tuple[Warning, ...]:
        """What a person should know about how the text was taken out."""
        found = [
            *(
                Warning("table_as_lines", "表格已按行转成文字，请核对任务和责任单位是否对应。", start, end)
                for start, end in self._tables
            ),
            *(
                Warning("text_box", "这段文字来自文本框，请核对它在正文中的位置。", start, end)
                for start, end in self._boxes
            ),
        ]
        if self._footnotes:
            first = self._footnotes[0]
            found.append(
                Warning("footnotes_left_out", f"有{len(self._footnotes)}处脚注没有读入。", first, first)
            )
        if self._contents_lines:
            found.append(Warning("contents_left_out", "目录没有读入。", 0, 0, Severity.INFO))
        return tuple(sorted(found, key=lambda note: (note.start, note.end)))


def _inside(parent: Element, tag: str) -> Iterator[Element]:
    """Children of this name, also those wrapped in a content control or an insertion."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in _DELETED and child.tag not in ("tbl", "tr", "tc", "p"):
            yield from _inside(child, tag)


def _is_hidden(run: Element) -> bool:
    vanish = run.find("rPr/vanish")
    return vanish is not None and vanish.get("val", "1") not in ("0", "false")


def _span(span: Element | None) -> int:
    written = span.get("val", "1") if span is not None else "1"
    return min(int(written), 60) if written.isascii() and written.isdigit() and written != "0" else 1
