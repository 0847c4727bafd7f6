"""The files themselves, opened again: the same words in both, the measures of the standard, the named fonts."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pypdf
import pytest
from django.utils.translation import override
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from kepu.plans.models import Plan
from kepu.reports import services
from kepu.reports.composing.phrases import DEMO_BANNER
from kepu.reports.layout import FACES
from kepu.reports.paper import Heading, PaperContent, Paragraph
from kepu.reports.tests.district import AT
from kepu.reports.writers import pdf
from kepu.reports.writers.docx import write_docx
from kepu.reports.writers.fonts import NoChineseFont, font_folders, installed_fonts, typefaces
from kepu.reports.writers.pdf import write_pdf

POINTS_PER_MM = 72 / 25.4
LINE = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未"


def has_chinese_font():
    try:
        return bool(typefaces(installed_fonts().families()))
    except NoChineseFont:
        return False


needs_font = pytest.mark.skipif(not has_chinese_font(), reason="this machine has no Chinese font for PDF")
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")


def ask(tool, *arguments):
    command = [shutil.which(tool), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def export(district, file_format, **changed):
    by = district.people["district_office"]
    file = services.export_quarterly_paper(district.period, file_format=file_format, by=by, at=AT, **changed)
    return file.content


def words_of_docx(content):
    document = docx.Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text] + cells


def pdf_text(content):
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages)
    return "".join(text.split())


@pytest.fixture
def long_paper():
    return PaperContent(
        title="题目",
        blocks=(Heading(1, "总体情况"), *(Paragraph(LINE * 20) for _number in range(4))),
        signatory="某办公室",
        dated=date(2025, 10, 20),
    )


@pytest.fixture
def word(district):
    return docx.Document(BytesIO(export(district, "docx", number="虞科纲办〔2025〕7号")))


def test_word_has_the_page_of_the_standard(word):
    (section,) = word.sections
    for length, millimetres in (
        (section.page_width, 210),
        (section.page_height, 297),
        (section.top_margin, 37),
        (section.left_margin, 28),
    ):
        assert length == pytest.approx(Mm(millimetres), abs=Pt(0.05))
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    # Word keeps lengths in twentieths of a point.
    assert (width, height) == (pytest.approx(Mm(156), abs=Pt(0.1)), pytest.approx(Mm(225), abs=Pt(0.1)))


def test_word_has_a_grid_of_22_lines_and_28_characters(word):
    grid = word.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert int(grid.get(qn("w:linePitch"))) * 22 == pytest.approx(225 * POINTS_PER_MM * 20, abs=22)
    pitch = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert pitch * 28 == pytest.approx(156 * POINTS_PER_MM, abs=0.1)


def face_of(paragraph):
    run = paragraph.runs[0]
    return run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size


def paragraph_with(word, text):
    return next(paragraph for paragraph in word.paragraphs if paragraph.text.startswith(text))


@pytest.mark.parametrize(
    ("text", "face", "points"),
    [
        ("上虞区2025年第三季度", "方正小标宋简体", 22),
        ("一、总体情况", "黑体", 16),
        ("（一）老年人培训", "楷体_GB2312", 16),
        ("1.专家进校园", "仿宋_GB2312", 16),
        ("方案共有重点任务", "仿宋_GB2312", 16),
        ("附件1", "黑体", 16),
    ],
)
def test_word_names_the_faces_and_sizes_of_the_standard(word, text, face, points):
    assert face_of(paragraph_with(word, text)) == (face, Pt(points))


def test_word_has_exact_lines_and_an_indent_of_two_characters(word):
    body = paragraph_with(word, "方案共有重点任务")
    assert body.paragraph_format.line_spacing.pt == pytest.approx(225 * POINTS_PER_MM / 22, abs=0.06)
    assert body._p.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_word_puts_the_page_number_outside_on_both_sides(word):
    assert word.settings.odd_and_even_pages_header_footer
    section = word.sections[0]
    for footer, side in ((section.footer, "RIGHT"), (section.even_page_footer, "LEFT")):
        (line,) = footer.paragraphs
        assert (line.alignment.name, line.text) == (side, "—  —")
        assert "PAGE" in [part.text for part in line._p.iter(qn("w:instrText"))]


def test_word_has_number_addressee_attachments_signature_and_date(word):
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert texts[:3] == [
        "虞科纲办〔2025〕7号",
        "上虞区2025年第三季度\n全民科学素质工作情况通报",
        "各成员单位：",
    ]
    assert "附件：1.各举措进展一览表" in texts
    assert texts.index("上虞区科学技术协会") + 1 == texts.index("2025年10月20日")


def test_word_repeats_the_head_of_a_table_on_every_page(word):
    for table in word.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_text_that_looks_like_a_formula_or_markup_stays_text(district):
    district.verified.title = "#evil[$x$] <w:b/> & =1+1 \\n"
    district.verified.save()
    assert "1.#evil[$x$] <w:b/> & =1+1 \\n" in words_of_docx(export(district, "docx"))
    if has_chinese_font():
        assert "#evil[$x$]<w:b/>&=1+1\\n" in pdf_text(export(district, "pdf"))


def test_demo_data_is_marked_on_every_page(district):
    Plan.objects.update(is_demo=True)
    district.period.plan.refresh_from_db()
    section = docx.Document(BytesIO(export(district, "docx"))).sections[0]
    assert section.header.paragraphs[0].text == section.even_page_header.paragraphs[0].text == DEMO_BANNER


@needs_font
def test_demo_data_is_marked_on_every_page_of_the_pdf(district):
    Plan.objects.update(is_demo=True)
    district.period.plan.refresh_from_db()
    for page in pypdf.PdfReader(BytesIO(export(district, "pdf"))).pages:
        assert DEMO_BANNER in "".join(page.extract_text().split())


@needs_font
def test_both_files_say_the_same_words(district):
    printed = pdf_text(export(district, "pdf"))
    missing = [
        text for text in words_of_docx(export(district, "docx")) if "".join(text.split()) not in printed
    ]
    assert missing == []


@needs_font
def test_every_page_of_the_pdf_is_a4(district):
    for page in pypdf.PdfReader(BytesIO(export(district, "pdf"))).pages:
        assert float(page.mediabox.width) == pytest.approx(210 * POINTS_PER_MM, abs=0.1)
        assert float(page.mediabox.height) == pytest.approx(297 * POINTS_PER_MM, abs=0.1)


@needs_font
@needs_poppler
def test_a_full_page_of_the_pdf_has_22_lines_of_28_characters_inside_the_type_area(long_paper, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(write_pdf(long_paper, at=AT))
    text = ask("pdftotext", "-f", 2, "-l", 2, "-layout", file, "-")
    *lines, page_number = [line.strip() for line in text.splitlines() if line.strip()]
    assert len(lines) == 22
    assert {len(line) for line in lines if len(line) > 26} == {28}
    assert page_number.replace(" ", "") == "—2—"
    words = ask("pdftotext", "-f", 2, "-l", 2, "-bbox", file, "-")
    boxes = [
        [float(part.split('"')[1]) / POINTS_PER_MM for part in line.split()[1:5]]
        for line in words.splitlines()
        if "<word " in line and any(sign in line for sign in LINE)
    ]
    assert min(box[0] for box in boxes) == pytest.approx(28, abs=0.3)
    assert max(box[2] for box in boxes) == pytest.approx(184, abs=0.5)
    assert min(box[1] for box in boxes) > 36
    assert max(box[3] for box in boxes) < 263


@needs_font
@needs_poppler
def test_the_fonts_in_the_pdf_are_the_ones_that_the_paper_names(district, tmp_path):
    file = tmp_path / "paper.pdf"
    file.write_bytes(export(district, "pdf"))
    listed = ask("pdffonts", file)
    used = {line.split()[0].split("+")[-1].replace("-", "").lower() for line in listed.splitlines()[2:]}
    for family in set(typefaces(installed_fonts().families()).families.values()):
        wanted = family.replace(" ", "").lower()
        assert any(font.startswith(wanted) for font in used), family


@needs_font
def test_the_pdf_says_which_fonts_stood_in(district):
    faces = typefaces(installed_fonts().families())
    printed = pdf_text(export(district, "pdf"))
    assert [sentence for sentence in faces.sentences if "".join(sentence.split()) not in printed] == []


@pytest.mark.parametrize("file_format", ["docx", pytest.param("pdf", marks=needs_font)])
def test_the_same_paper_twice_is_the_same_file(district, file_format):
    assert export(district, file_format) == export(district, file_format)


def test_the_proper_faces_are_taken_when_they_are_there():
    names = ["FZXiaoBiaoSong-B05S", "FangSong", "SimHei", "KaiTi", "SimSun"]
    faces = typefaces(names)
    assert faces.stand_ins == ()
    assert [faces.families[part] for part in ("title", "body", "heading", "subheading")] == names[:4]


def test_missing_faces_are_replaced_and_named():
    faces = typefaces(["Noto Serif CJK SC", "Noto Sans CJK SC", "FangSong"])
    assert faces.families["body"] == "FangSong"
    assert faces.families["heading"] == "Noto Sans CJK SC"
    assert "缺少方正小标宋简体，已用Noto Serif CJK SC代替。" in faces.sentences
    assert len(faces.stand_ins) == len(FACES) - 1


def test_without_any_chinese_font_the_pdf_is_refused_with_what_to_install(district, monkeypatch):
    class Latin:
        def families(self):
            return ["DejaVu Sans"]

    monkeypatch.setattr(pdf, "installed_fonts", Latin)
    with pytest.raises(NoChineseFont, match="fonts-noto-cjk"):
        export(district, "pdf")
    assert words_of_docx(export(district, "docx"))


def test_a_font_in_the_data_directory_is_found(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    assert font_folders() == []
    (tmp_path / "fonts").mkdir()
    assert font_folders() == [tmp_path / "fonts"]


def test_a_page_in_english_does_not_change_the_paper(district):
    with override("en"):
        english = export(district, "docx")
    assert english == export(district, "docx")


def test_an_empty_paper_is_still_a_paper(long_paper):
    words = words_of_docx(write_docx(replace(long_paper, blocks=()), at=AT))
    assert words == ["题目", "某办公室", "2025年10月20日"]
