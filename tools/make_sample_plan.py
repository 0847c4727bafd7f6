"""Write the sample plans that the demo imports, byte for byte the same at every run.

    python tools/make_sample_plan.py

The texts are in tools/sample_plans/: `#` title, `##` and `###` headings, `**…**` a bold run-in heading.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "tools" / "sample_plans"
SAMPLES = ROOT / "kepu" / "plans" / "samples"

WRITTEN_AT = datetime.datetime(2022, 1, 1, tzinfo=datetime.UTC)
ZIP_TIMESTAMP = (2022, 1, 1, 0, 0, 0)
RUN_IN = re.compile(r"^\*\*(.+?)\*\*")
STYLES = {"# ": "Title", "## ": "Heading 1", "### ": "Heading 2"}
# Names of fonts only, as official papers in China ask for; no font is shipped.
LOOKS = {
    "Normal": ("仿宋", 16),
    "Title": ("方正小标宋简体", 22),
    "Subtitle": ("楷体", 16),
    "Heading 1": ("黑体", 16),
    "Heading 2": ("楷体", 16),
}


def main() -> None:
    SAMPLES.mkdir(parents=True, exist_ok=True)
    for text in sorted(TEXTS.glob("*.md")):
        sample = SAMPLES / f"{text.stem}.docx"
        sample.write_bytes(plan_document(text.read_text(encoding="utf-8")))
        print(sample.relative_to(ROOT))


def plan_document(text: str) -> bytes:
    """The .docx of a sample text."""
    document = Document()
    _set_page(document)
    for name, (font, size) in LOOKS.items():
        _set_look(document.styles[name], font=font, size=size)
    lines = [line for line in text.splitlines() if line.strip()]
    for line, before in zip(lines, ["", *lines[:-1]], strict=True):
        _add_line(document, line, before=before)
    _fix_properties(document, title=lines[0].removeprefix("# "))
    return _same_every_time(document)


def _set_page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)


def _set_look(style: ParagraphStyle, *, font: str, size: int) -> None:
    style.font.name = font
    style.font.size = Pt(size)
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Word takes Chinese glyphs from the East Asian font; a theme font would win over it.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:eastAsia"), font)
    # The built-in title style draws a blue line that official papers do not have.
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _add_line(document: WordDocument, line: str, *, before: str) -> None:
    for mark, style in STYLES.items():
        if line.startswith(mark):
            paragraph = document.add_paragraph(line.removeprefix(mark), style=style)
            if style == "Title":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            return
    if before.startswith("# "):
        document.add_paragraph(line, style="Subtitle").alignment = WD_ALIGN_PARAGRAPH.CENTER
        return
    _add_body(document.add_paragraph(), line)


def _add_body(paragraph: Paragraph, line: str) -> None:
    paragraph.paragraph_format.first_line_indent = Pt(32)
    paragraph.paragraph_format.line_spacing = Pt(28)
    run_in = RUN_IN.match(line)
    if run_in:
        paragraph.add_run(run_in.group(1)).bold = True
        line = line[run_in.end() :]
    paragraph.add_run(line)


def _fix_properties(document: WordDocument, *, title: str) -> None:
    properties = document.core_properties
    properties.title = title
    properties.author = properties.last_modified_by = "Kepu"
    properties.comments = "Sample plan of the Kepu project, written for demonstration."
    properties.created = properties.modified = WRITTEN_AT
    properties.language = "zh-CN"
    properties.revision = 1


def _same_every_time(document: WordDocument) -> bytes:
    """The package with fixed time stamps and a fixed order of parts."""
    written = io.BytesIO()
    document.save(written)
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(parts.namelist(), key=lambda part: (part != "[Content_Types].xml", part)):
            entry = zipfile.ZipInfo(name, ZIP_TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts.read(name))
    return packed.getvalue()


if __name__ == "__main__":
    main()
