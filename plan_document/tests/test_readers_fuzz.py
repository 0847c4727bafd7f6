"""Whatever bytes arrive, they become text or a refusal by name."""

from __future__ import annotations

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plan_document.readers import SourceText, UnreadableDocument, read
from plan_document.tests.files import (
    level,
    numbered,
    numbering,
    paragraph,
    pdf_file,
    word_file,
    word_table,
)

BODY = numbered("总体要求") + paragraph("正文。") + numbered("任务", level=3)
WORD = word_file(BODY, numbering=numbering(level(0, "chineseCounting", "%1、")))
TABLE = word_table([["任务", "责任单位"], ["办科技周", "科协"]])
PDF = pdf_file([["一、总体要求和工作目标内容"], ["二、重点任务和保障措施内容"]])
TAGS = ["p", "r", "t", "tbl", "tr", "tc", "tcPr", "gridSpan", "vMerge", "pPr", "numPr", "numId", "ilvl"]
TAGS += ["ins", "del", "txbxContent", "footnoteReference", "br", "sdt", "rPr", "vanish", "pStyle", "trPr"]
LEVEL_TAGS = ["lvl", "start", "numFmt", "lvlText", "lvlRestart", "isLgl", "num", "abstractNum", "lvlOverride"]
LEVEL_TAGS += ["abstractNumId", "startOverride", "numStyleLink", "pStyle"]
VALUES = st.sampled_from(
    ["", "0", "1", "8", "-1", "99999999999", "x", "restart", "%1、%9", "chineseCounting"]
)
NAMES = ["val", "ilvl", "numId", "abstractNumId", "styleId"]


def _element(tag: str, attributes: dict[str, str], children: list[str]) -> str:
    given = "".join(f' w:{name}="{value}"' for name, value in attributes.items())
    return f"<w:{tag}{given}>{''.join(children)}</w:{tag}>"


def trees(tags: list[str]) -> st.SearchStrategy[str]:
    """Well-formed XML in which everything stands where it does not belong."""
    attributes = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3)

    def element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.builds(_element, st.sampled_from(tags), attributes, st.lists(inner, max_size=4))

    return st.recursive(st.sampled_from(["科普", "责任单位", "任务", "1."]), element, max_leaves=40)


PATIENT = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def assert_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(UnreadableDocument):
        source = read(content)
        assert isinstance(source, SourceText)
        assert source.text.strip()
        source.text.encode()
        assert "\x00" not in source.text
        assert all(0 <= note.start <= note.end <= len(source.text) for note in source.notes)


def mutated(content: bytes) -> st.SearchStrategy[bytes]:
    change = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 12), st.binary(max_size=12))

    def apply(changes: list[tuple[int, int, bytes]]) -> bytes:
        changed = content
        for place, length, new in changes:
            changed = changed[:place] + new + changed[place + length :]
        return changed

    return st.lists(change, min_size=1, max_size=6).map(apply)


@given(st.binary(max_size=400))
@PATIENT
def test_any_bytes(content):
    assert_read_or_refused(content)


@given(st.sampled_from([b"PK\x03\x04", b"%PDF-1.7\n", b"\xff\xfe", b"{\\rtf", b"\xef\xbb\xbf"]), st.binary())
@PATIENT
def test_any_bytes_behind_a_known_beginning(beginning, content):
    assert_read_or_refused(beginning + content)


@given(mutated(WORD) | mutated(TABLE))
@PATIENT
def test_a_word_file_with_bytes_changed(content):
    assert_read_or_refused(content)


@given(mutated(PDF))
@PATIENT
def test_a_pdf_with_bytes_changed(content):
    assert_read_or_refused(content)


@given(mutated(BODY.encode()))
@PATIENT
def test_a_word_body_with_its_xml_changed(body):
    assert_read_or_refused(word_file(body.decode(errors="replace"), numbering=numbering("")))


@given(st.lists(trees(TAGS), max_size=4), st.lists(trees(LEVEL_TAGS), max_size=4))
@PATIENT
def test_a_word_body_and_numbering_of_elements_in_any_order(body, levels):
    assert_read_or_refused(word_file("".join(body), numbering=numbering("".join(levels))))


@given(st.text(min_size=1), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-32", "utf-16-le"]))
@PATIENT
def test_any_text_in_any_encoding(text, encoding):
    assert_read_or_refused(text.encode(encoding))


def test_a_member_that_is_larger_than_its_directory_says_is_cut_not_read():
    content = bytearray(word_file(paragraph("方案" * 4000)))
    directory = content.rindex(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    assert_read_or_refused(bytes(content))
