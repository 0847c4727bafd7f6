"""A Word file reads as a person sees it: numbered, with insertions, without what was deleted."""

from __future__ import annotations

import pytest
from docx import Document

from plan_document.readers import read
from plan_document.readers.word_numbering import chinese_counting, numeral
from plan_document.tests.files import (
    level,
    numbered,
    numbering,
    paragraph,
    saved,
    word_file,
    word_table,
)

PLAN_LEVELS = (
    level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）") + level(2, "decimal", "%3.")
)


def lines(content: bytes) -> list[str]:
    return read(content).text.splitlines()


def note_codes(content: bytes) -> list[str]:
    return [note.code for note in read(content).notes]


def test_automatic_numbers_stand_before_their_paragraphs_and_start_again_below_each_heading():
    body = (
        numbered("总体要求")
        + numbered("重点任务")
        + numbered("青少年行动", level=1)
        + numbered("办赛", level=2)
        + numbered("办营", level=2)
        + paragraph("没有编号的一段。")
        + numbered("农民行动", level=1)
        + numbered("下乡", level=2)
        + numbered("保障措施")
        + numbered("经费", level=1)
    )
    assert lines(word_file(body, numbering=numbering(PLAN_LEVELS))) == [
        "一、总体要求",
        "二、重点任务",
        "（一）青少年行动",
        "1.办赛",
        "2.办营",
        "没有编号的一段。",
        "（二）农民行动",
        "1.下乡",
        "三、保障措施",
        "（一）经费",
    ]


def test_a_number_may_show_the_levels_above_it_as_digits():
    levels = level(0, "chineseCounting", "第%1章") + level(1, "decimal", "%1.%2", extra="<w:isLgl/>")
    body = numbered("总则") + numbered("目的", level=1) + numbered("原则", level=1)
    assert lines(word_file(body, numbering=numbering(levels))) == ["第一章 总则", "1.1 目的", "1.2 原则"]


def test_a_level_may_go_on_counting_across_the_headings_above_it():
    levels = level(0, "chineseCounting", "%1、") + level(
        1, "decimal", "%2.", extra='<w:lvlRestart w:val="0"/>'
    )
    body = numbered("甲") + numbered("办赛", level=1) + numbered("乙") + numbered("办营", level=1)
    assert lines(word_file(body, numbering=numbering(levels))) == ["一、甲", "1.办赛", "二、乙", "2.办营"]


def test_a_level_may_start_again_only_below_the_level_it_names():
    levels = PLAN_LEVELS.replace(
        '<w:numFmt w:val="decimal"/>', '<w:numFmt w:val="decimal"/><w:lvlRestart w:val="1"/>'
    )
    body = (
        numbered("甲")
        + numbered("（略）", level=1)
        + numbered("办赛", level=2)
        + numbered("（略）", level=1)
        + numbered("办营", level=2)
        + numbered("乙")
        + numbered("办班", level=2)
    )
    assert [line for line in lines(word_file(body, numbering=numbering(levels))) if "办" in line] == [
        "1.办赛",
        "2.办营",
        "1.办班",
    ]


def test_a_list_told_to_start_elsewhere_does():
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = numbered("甲") + numbered("乙") + numbered("丙", num=2) + numbered("丁", num=2)
    content = word_file(body, numbering=numbering(level(0, "decimal", "%1.", start=3), nums=nums))
    assert lines(content) == ["3.甲", "4.乙", "1.丙", "2.丁"]


def test_a_style_can_carry_the_numbering():
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:style w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="H2"><w:basedOn w:val="Base"/>'
        '<w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'
    )
    body = paragraph("任务", properties='<w:pStyle w:val="Base"/>') + paragraph(
        "行动", properties='<w:pStyle w:val="H2"/>'
    )
    content = word_file(body, numbering=numbering(PLAN_LEVELS), styles=styles)
    assert lines(content) == ["一、任务", "（一）行动"]


def test_numbering_switched_off_and_bullets_write_nothing():
    off = paragraph("正文", properties='<w:numPr><w:numId w:val="0"/></w:numPr>')
    content = word_file(off + numbered("要点"), numbering=numbering(level(0, "bullet", "●")))
    assert lines(content) == ["正文", "要点"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五"), (101, "一百零一"), (110, "一百一十")],
)
def test_chinese_counting_is_written_as_people_write_it(value, written):
    assert chinese_counting(value) == written


@pytest.mark.parametrize(
    ("number_format", "value", "written"),
    [
        ("decimalEnclosedCircleChinese", 3, "③"),
        ("decimalEnclosedCircle", 21, "㉑"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographTraditional", 2, "乙"),
        ("ideographDigital", 10, "一〇"),
        ("upperRoman", 9, "IX"),
        ("lowerLetter", 28, "bb"),
        ("decimalZero", 7, "07"),
        ("decimalFullWidth", 12, "１２"),
        ("something new", 5, "5"),
    ],
)
def test_the_formats_of_word_are_written_out(number_format, value, written):
    assert numeral(value, number_format=number_format) == written


def test_insertions_are_kept_and_deletions_dropped():
    body = (
        "<w:p><w:r><w:t>由</w:t></w:r><w:del><w:r><w:delText>科技局</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>科协</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:r><w:t>牵头</w:t></w:r></w:p>"
    )
    assert lines(word_file(body)) == ["由科协牵头"]


def test_a_deleted_paragraph_end_joins_the_two_paragraphs():
    body = paragraph("前半句，", properties="<w:rPr><w:del/></w:rPr>") + paragraph("后半句。")
    assert lines(word_file(body)) == ["前半句，后半句。"]


def test_hidden_words_field_codes_and_phonetics_are_not_text():
    body = (
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>"
        "<w:r><w:ruby><w:rt><w:r><w:t>kē</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>科</w:t></w:r></w:rubyBase></w:ruby></w:r>"
        "<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )
    assert lines(word_file(body)) == ["链接科控件"]


def test_headers_footers_and_comments_are_left_out():
    document = Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    document.add_paragraph("正文。")
    assert lines(saved(document)) == ["正文。"]


def test_a_text_box_is_read_once_and_noted():
    box = "<w:txbxContent><w:p><w:r><w:t>框内标题</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文</w:t><mc:AlternateContent>"
        f"<mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    source = read(word_file(body))
    assert source.text == "正文\n框内标题\n"
    (note,) = source.notes
    assert (note.code, source.text[note.start : note.end]) == ("text_box", "框内标题\n")


def test_footnotes_and_the_table_of_contents_are_noted_not_read():
    styles = (
        '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style></w:styles>'
    )
    contents = paragraph("一、总体要求……1", properties='<w:pStyle w:val="T1"/>')
    note = '<w:p><w:r><w:t>正文</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    content = word_file(contents + note, styles=styles)
    assert lines(content) == ["正文"]
    assert set(note_codes(content)) == {"contents_left_out", "footnotes_left_out"}


def test_a_table_of_duties_becomes_headings_and_measures_with_their_owners():
    content = word_table(
        [
            ["序号", "重点任务", "工作举措", "牵头单位", "责任单位", "完成时限"],
            ["1", "青少年行动", "开设科学课", "教体局", "科协 团区委", "2025年"],
            ["2", "青少年行动", "办好大赛。", "科协", "", ""],
            ["3", "农民行动", "专家下乡", "农业农村局", "各镇、\n街道", "长期"],
        ]
    )
    assert lines(content) == [
        "（一）青少年行动",
        "1.开设科学课。（牵头单位：教体局；责任单位：科协、团区委；完成时限：2025年）",
        "2.办好大赛。（牵头单位：科协）",
        "（二）农民行动",
        "1.专家下乡。（牵头单位：农业农村局；责任单位：各镇、街道；完成时限：长期）",
    ]
    assert note_codes(content) == ["table_as_lines"]


def test_a_table_with_one_column_of_tasks_becomes_measures():
    content = word_table([["任务", "责任单位"], ["办科技周", "科协"], ["建科普馆", "科协、发改局"]])
    assert lines(content) == ["1.办科技周。（责任单位：科协）", "2.建科普馆。（责任单位：科协、发改局）"]


def test_a_numbered_list_in_one_cell_becomes_as_many_measures():
    rows = [["任务", "措施", "责任单位"], ["青少年行动", "1.办赛。\n2.办营。", "科协"]]
    assert lines(word_table(rows))[1:] == ["1.办赛。（责任单位：科协）", "2.办营。（责任单位：科协）"]


def test_merged_cells_say_their_words_for_every_row_they_cover():
    def cell(words: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words)}</w:tc>"

    def row(*cells: str) -> str:
        return f"<w:tr>{''.join(cells)}</w:tr>"

    table = (
        row(cell("任务"), cell("举措"), cell("责任单位"))
        + row(cell("一、保障", '<w:gridSpan w:val="3"/>'))
        + row(cell("农民行动", '<w:vMerge w:val="restart"/>'), cell("下乡"), cell("农业局"))
        + row(cell("", "<w:vMerge/>"), cell("办班"), cell("科协"))
    )
    assert lines(word_file(f"<w:tbl>{table}</w:tbl>")) == [
        "一、保障",
        "（一）农民行动",
        "1.下乡。（责任单位：农业局）",
        "2.办班。（责任单位：科协）",
    ]


def test_a_table_of_something_else_keeps_every_cell_in_its_row():
    rows = [["指标", "2025年"], ["科学素质比例", "18.5%"], ["责任单位", "科协\n教体局"]]
    assert lines(word_table(rows)) == ["指标\t2025年", "科学素质比例\t18.5%", "责任单位：科协、教体局"]


def test_a_letter_laid_out_in_one_cell_reads_as_paragraphs():
    assert lines(word_table([["第一段。\n第二段。"]])) == ["第一段。", "第二段。"]
