"""A paper as a Word document. Fonts are named for East Asian text; Word uses those of the reader's machine."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kepu.reports import layout
from kepu.reports.layout import Face
from kepu.reports.paper import (
    Annex,
    Block,
    Heading,
    PaperContent,
    Paragraph,
    Table,
    annex_label,
    annex_lines,
    chinese_date,
    numbered,
)

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HEADING_FACES = (layout.HEADING_FACE, layout.SUBHEADING_FACE, layout.BODY_FACE, layout.BODY_FACE)
EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
# A grid of 22 lines and 28 characters, in twentieths of a point and in 4096ths of a point beyond the body size.
LINE_PITCH = round(layout.LINE_PITCH_POINTS * 20)
CHARACTER_SPACE = round((layout.CHARACTER_PITCH_POINTS - layout.BODY_POINTS) * 4096)


def write_docx(content: PaperContent, *, at: datetime) -> bytes:
    """The same content at the same moment gives the same bytes."""
    document = Document()
    _set_page(document)
    _set_body_style(document)
    _set_properties(document, content=content, at=at)
    _set_header_and_footers(document, content=content)
    _write_text(document, content=content)
    for number, annex in enumerate(content.annexes, start=1):
        _write_annex(document, annex=annex, label=annex_label(content, number=number))
    for remark in content.remarks:
        _add(document, remark, face=layout.BODY_FACE, points=layout.SMALL_POINTS, pitch=14)
    return _bytes(document)


def _set_page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(layout.PAGE_WIDTH_MM), Mm(layout.PAGE_HEIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(layout.TOP_MM), Mm(layout.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(layout.LEFT_MM), Mm(layout.RIGHT_MM)
    # The page number stands 7 mm below the type area; Word measures from the edge of the paper.
    section.footer_distance = Mm(layout.BOTTOM_MM - layout.PAGE_NUMBER_BELOW_MM - 5)
    section.header_distance = Mm(15)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    for name, value in (
        ("type", "linesAndChars"),
        ("linePitch", LINE_PITCH),
        ("charSpace", CHARACTER_SPACE),
    ):
        grid.set(qn(f"w:{name}"), str(value))
    document.settings.odd_and_even_pages_header_footer = True


def _set_body_style(document: Any) -> None:
    style = document.styles["Normal"]
    style.font.size = Pt(layout.BODY_POINTS)
    _set_fonts(style.element.get_or_add_rPr(), face=layout.BODY_FACE)


def _set_properties(document: Any, *, content: PaperContent, at: datetime) -> None:
    properties = document.core_properties
    properties.title, properties.author = content.title.replace("\n", ""), content.signatory
    properties.comments = content.banner
    moment = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = moment
    properties.last_modified_by = content.signatory
    properties.language = "zh-CN"


def _set_header_and_footers(document: Any, *, content: PaperContent) -> None:
    section = document.sections[0]
    if content.banner:
        for header in (section.header, section.even_page_header):
            banner = header.paragraphs[0]
            banner.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(banner, content.banner, face=layout.HEADING_FACE, points=layout.SMALL_POINTS)
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _write_page_number(footer.paragraphs[0], side=side)


def _write_page_number(paragraph: Any, *, side: Any) -> None:
    """— 1 —, one character in from the outer edge."""
    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = Pt(layout.PAGE_NUMBER_POINTS)
    paragraph.paragraph_format.right_indent = Pt(layout.PAGE_NUMBER_POINTS)
    _page_number_run(paragraph, "— ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        _page_number_run(paragraph, "")._r.append(_field_part(kind, text=text))
    _page_number_run(paragraph, " —")


def _page_number_run(paragraph: Any, text: str) -> Any:
    return _run(paragraph, text, face=layout.PAGE_NUMBER_FACE, points=layout.PAGE_NUMBER_POINTS)


def _field_part(kind: str, *, text: str) -> Any:
    if kind:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
        return part
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = text
    return instruction


def _write_text(document: Any, *, content: PaperContent) -> None:
    if content.number:
        _add(document, content.number, face=layout.BODY_FACE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _add_title(document, content.title)
    if content.addressee:
        _add(document, content.addressee, face=layout.BODY_FACE)
    for block in numbered(content.blocks):
        _write_block(document, block)
    if content.annexes:
        _add(document, "", face=layout.BODY_FACE)
    for line in annex_lines(content):
        _add(document, line, face=layout.BODY_FACE, indent=2)
    _sign(document, content=content)


def _sign(document: Any, *, content: PaperContent) -> None:
    for _blank in range(2):
        _add(document, "", face=layout.BODY_FACE)
    for text in (content.signatory, chinese_date(content.dated)):
        line = _add(document, text, face=layout.BODY_FACE, align=WD_ALIGN_PARAGRAPH.RIGHT)
        line.paragraph_format.right_indent = Pt(2 * layout.CHARACTER_PITCH_POINTS)
        line.paragraph_format.keep_together = True


def _write_annex(document: Any, *, annex: Annex, label: str) -> None:
    first = _add(document, label, face=layout.HEADING_FACE)
    first.paragraph_format.page_break_before = True
    _add_title(document, annex.title)
    for block in numbered(annex.blocks):
        _write_block(document, block)


def _write_block(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        heading = _add(document, block.text, face=HEADING_FACES[block.level - 1], indent=2)
        heading.paragraph_format.keep_with_next = True
        _set_outline(heading, level=block.level)
    elif isinstance(block, Paragraph):
        _add(document, block.text, face=layout.BODY_FACE, indent=2, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    else:
        _write_table(document, block)


def _add_title(document: Any, text: str) -> None:
    title = _add(
        document,
        text,
        face=layout.TITLE_FACE,
        points=layout.TITLE_POINTS,
        pitch=layout.TITLE_PITCH_POINTS,
        align=WD_ALIGN_PARAGRAPH.CENTER,
    )
    title.paragraph_format.space_before = title.paragraph_format.space_after = Pt(layout.LINE_PITCH_POINTS)


def _write_table(document: Any, block: Table) -> None:
    table = document.add_table(rows=1, cols=len(block.head), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _fill(table.rows[0], texts=block.head, face=layout.HEADING_FACE, align=WD_ALIGN_PARAGRAPH.CENTER)
    _set_row(table.rows[0], name="tblHeader")
    for texts in block.rows:
        _fill(table.add_row(), texts=texts, face=layout.BODY_FACE, align=WD_ALIGN_PARAGRAPH.LEFT)
    unit = layout.TYPE_WIDTH_MM / sum(block.widths)
    for row in table.rows:
        _set_row(row, name="cantSplit")
        for cell, width in zip(row.cells, block.widths, strict=True):
            cell.width = Mm(unit * width)


def _fill(row: Any, *, texts: tuple[str, ...], face: Face, align: Any) -> None:
    for cell, text in zip(row.cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = align
        _set_pitch(paragraph, points=layout.TABLE_POINTS + 4)
        _run(paragraph, text, face=face, points=layout.TABLE_POINTS)


def _set_row(row: Any, *, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement(f"w:{name}"))


def _add(
    document: Any,
    text: str,
    *,
    face: Face,
    points: int = layout.BODY_POINTS,
    pitch: float = layout.LINE_PITCH_POINTS,
    indent: int = 0,
    align: Any = None,
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    _set_pitch(paragraph, points=pitch)
    if indent:
        _set_indent(paragraph, characters=indent)
    _run(paragraph, text, face=face, points=points)
    return paragraph


def _set_pitch(paragraph: Any, *, points: float) -> None:
    spacing = paragraph.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)


def _set_indent(paragraph: Any, *, characters: int) -> None:
    """Word counts the first-line indent in characters, so that it follows the grid."""
    paragraph.paragraph_format.first_line_indent = Pt(characters * layout.CHARACTER_PITCH_POINTS)
    paragraph._p.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), str(characters * 100))


def _set_outline(paragraph: Any, *, level: int) -> None:
    """Makes the heading show in Word's navigation without a heading style, whose look would interfere."""
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level - 1))
    paragraph._p.get_or_add_pPr().append(outline)


def _run(paragraph: Any, text: str, *, face: Face, points: int) -> Any:
    run = paragraph.add_run(text)
    run.font.size = Pt(points)
    _set_fonts(run._r.get_or_add_rPr(), face=face)
    return run


def _set_fonts(properties: Any, *, face: Face) -> None:
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), face.name)
    fonts.set(qn("w:hint"), "eastAsia")


def _bytes(document: Any) -> bytes:
    """Word files are zip files whose entries carry the clock; a fixed time makes equal papers equal files."""
    saved, fixed = BytesIO(), BytesIO()
    document.save(saved)
    with ZipFile(saved) as source, ZipFile(fixed, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(ZipInfo(entry.filename, EARLIEST_ZIP_TIME), source.read(entry), ZIP_DEFLATED)
    return fixed.getvalue()
