"""Uploaded files become text, whatever they are called, or are refused by name."""

from __future__ import annotations

import codecs
import io
import zipfile

import pytest

from plan_document.readers import MOST_BYTES, UnreadableDocument, read, read_pasted
from plan_document.tests.files import paragraph, pdf_file, word_file

PLAN = "一、总体要求\n到2025年，公民具备科学素质的比例达到18.5%以上。\n（责任单位：科协）\n"


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as refused:
        read(content)
    assert refused.value.message.endswith("。")
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (PLAN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + PLAN.encode(), "utf-8"),
        (PLAN.encode("gb18030"), "gb18030"),
        (codecs.BOM_UTF16_LE + PLAN.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + PLAN.encode("utf-16-be"), "utf-16-be"),
        (PLAN.encode("utf-16-le"), "utf-16-le"),
        (PLAN.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_a_text_file_is_read_in_the_encoding_it_was_written_in(content, encoding):
    source = read(content, filename="plan.txt")
    assert (source.text, source.format, source.encoding, source.notes) == (PLAN, "txt", encoding, ())


def test_a_file_from_taiwan_is_read_as_big5():
    text = "一、總體要求\n為提升全民科學素質，推動科學教育與實踐，各單位應依職責辦理。\n"
    source = read(text.encode("big5"))
    assert (source.text, source.encoding) == (text, "big5")


def test_line_ends_stay_as_they_are_so_that_offsets_fit_the_file():
    assert read("甲\r\n乙\r\n".encode()).text == "甲\r\n乙\r\n"


def test_a_file_that_cannot_be_read_to_the_last_byte_is_read_with_a_note():
    broken = PLAN.encode() + b"\xff\xe4"
    source = read(broken)
    assert source.text.startswith(PLAN)
    (note,) = source.notes
    assert (note.code, note.start) == ("undecodable", len(PLAN))


def test_a_cut_off_gb18030_file_keeps_its_text():
    source = read((PLAN * 3).encode("gb18030") + "科".encode("gb18030")[:1])
    assert source.text[:-1] == PLAN * 3
    assert [note.code for note in source.notes] == ["undecodable"]


def test_a_markdown_file_is_told_by_its_name_only():
    assert read(PLAN.encode(), filename="方案.MD").format == "md"


def test_the_content_counts_not_the_name():
    content = word_file(paragraph("方案正文"))
    assert read(content, filename="方案.txt").format == "docx"
    assert read(PLAN.encode(), filename="方案.docx").format == "txt"


def test_pasted_text_keeps_its_length_and_loses_what_no_database_keeps():
    source = read_pasted("方\x00案\ud800")
    assert (source.text, source.format) == ("方�案�", "pasted")
    assert [note.code for note in source.notes] == ["undecodable"]


@pytest.mark.parametrize("content", [b"", b"  \n", "　\n".encode()])
def test_an_empty_file_is_refused(content):
    assert refusal(content) == "empty"


def test_a_document_without_words_is_refused():
    assert refusal(word_file(paragraph("  "))) == "empty"
    with pytest.raises(UnreadableDocument):
        read_pasted(" \n")


def test_old_and_locked_office_files_say_what_to_do():
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refusal(compound + "WordDocument".encode("utf-16-le")) == "old_office"
    assert refusal(compound + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    assert refusal(b"{\\rtf1 plan}") == "old_office"


def test_pictures_and_programs_are_refused():
    assert refusal(b"\x89PNG\r\n\x1a\n" + bytes(50)) == "picture"
    assert refusal(b"\x7fELF" + bytes(range(256)) * 8) == "not_text"


def test_a_file_beyond_the_limit_is_refused_before_it_is_opened():
    assert refusal(b"x" * (MOST_BYTES + 1)) == "too_large"


def packed(**members: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", content)
    return written.getvalue()


def test_a_zip_that_unpacks_to_gigabytes_is_not_opened():
    assert refusal(packed(word__document=bytes(70 * 1024 * 1024))) == "zip_bomb"


def test_a_large_document_that_packs_as_text_does_is_no_bomb():
    words = "".join(paragraph(f"第{number}条科普措施与责任单位。") for number in range(30_000))
    assert read(word_file(words)).text.count("\n") == 30_000


def test_a_workbook_and_an_ofd_file_are_refused_as_other_formats():
    assert refusal(packed(xl__workbook=b"<workbook/>")) == "unsupported"
    assert refusal(packed(OFD=b"<OFD/>")) == "unsupported"


@pytest.mark.parametrize(
    "document",
    [
        b"<!DOCTYPE d [<!ENTITY a 'aaaa'>]><document><body><p><r><t>&a;</t></r></p></body></document>",
        b"<!DOCTYPE d SYSTEM 'file:///etc/passwd'><document><body/></document>",
        b"<document><body>",
        b"<document/>",
        b"<document><body>" + b"<sdt>" * 250 + b"<p/>" + b"</sdt>" * 250 + b"</body></document>",
        b"",
    ],
)
def test_xml_with_entities_or_without_end_is_damaged(document):
    assert refusal(packed(word__document=document)) == "damaged"


def test_a_truncated_word_file_is_damaged():
    assert refusal(word_file(paragraph("方案"))[:60]) == "damaged"


def test_the_lines_of_a_pdf_become_paragraphs_across_pages():
    first = "要把科普摆到和创新一样重要的位置让城里和乡下都能就近"
    source = read(pdf_file([["— 1 —", "一、总体要求", first], ["学到知识。", "二、重点任务", "— 2 —"]]))
    assert source.text == f"一、总体要求\n{first}学到知识。\n二、重点任务\n"
    assert [note.code for note in source.notes] == ["pages_joined"]


def test_a_header_on_every_page_of_a_pdf_is_left_out():
    pages = [["某某区人民政府文件", f"第{number}件事要认真办好并及时报告。"] for number in "一二三四"]
    assert "人民政府文件" not in read(pdf_file(pages)).text


def test_a_pdf_without_a_text_layer_is_a_scan():
    assert refusal(pdf_file([[], []])) == "scanned_pdf"


def test_a_pdf_of_private_signs_is_garbled():
    assert refusal(pdf_file([["\ue001\ue002\ue003\ue004" * 5]])) == "garbled_pdf"


def test_a_broken_pdf_is_damaged():
    assert refusal(b"%PDF-1.7\n garbage") == "damaged"


def test_a_locked_pdf_says_so():
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - only this test writes a PDF

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_file([["机密方案内容一二三四五"]]))))
    writer.encrypt("secret", algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    assert refusal(locked.getvalue()) == "encrypted"
