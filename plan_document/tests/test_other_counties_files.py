"""The same kinds of plans as the files in which offices keep them: Word, old encodings, pasted text."""

from __future__ import annotations

import pytest
from docx import Document

from plan_document import parse, read, read_pasted
from plan_document.draft import ActionKind, Period, PlanDraft
from plan_document.tests.counties import compared, expected_of, text_of
from plan_document.tests.files import saved


def faults(draft: PlanDraft, name: str):
    return [field for field in compared(draft, expected_of(name)) if field[1] != field[2]]


def read_file(name: str, content: bytes) -> PlanDraft:
    return parse(read(content, filename=name).text)


def tasks(draft: PlanDraft):
    return [
        (
            action.title,
            [unit.name for unit in action.leads],
            [unit.name for unit in action.partners],
            [
                (
                    measure.title,
                    [unit.name for unit in measure.leads],
                    [unit.name for unit in measure.partners],
                )
                for measure in action.measures
            ],
        )
        for action in draft.actions
        if action.kind is not ActionKind.SAFEGUARD
    ]


@pytest.mark.parametrize("name", ["after_each", "municipal", "circled"])
def test_a_file_of_an_old_windows_reads_like_the_text(name):
    assert faults(read_file(f"{name}.txt", text_of(name).encode("gb18030")), name) == []


def test_a_file_in_traditional_encoding_reads_like_the_text():
    big5 = text_of("traditional").replace("〇", "○").encode("big5", errors="replace")
    assert [action.title for action in read_file("plan.txt", big5).actions] == [
        "渔民科学素质提升行动",
        "科普场馆提升工程",
    ]


@pytest.mark.parametrize("name", ["after_each", "circled", "slogans", "town"])
def test_text_pasted_with_the_line_ends_of_windows_reads_alike(name):
    pasted = text_of(name).replace("\n", "\r\n")
    assert faults(parse(read_pasted(pasted).text), name) == []


@pytest.mark.parametrize("name", ["after_each", "annex", "circled", "fifteenth", "municipal", "slogans"])
def test_a_word_file_of_plain_paragraphs_reads_like_the_text(name):
    document = Document()
    for line in text_of(name).split("\n"):
        document.add_paragraph(line)
    assert faults(read_file("plan.docx", saved(document)), name) == []


def numbered_document() -> bytes:
    document = Document()
    document.add_heading("梅岭县科普惠民工程实施方案（2024—2026年）", level=0)
    document.add_paragraph("结合我县实际，制定本方案。")
    document.add_heading("一、工作目标", level=1)
    document.add_paragraph("到2026年，全县建成科普惠民服务站36个，服务群众12万人次以上。")
    document.add_heading("二、重点任务", level=1)
    document.add_heading("（一）山区校园科学普惠行动", level=2)
    document.add_paragraph("开设云端科学课。每学期为每所村小直播科学课不少于8节。", style="List Number")
    document.add_paragraph("配齐实验器材。为24所村小补充实验器材。", style="List Number")
    document.add_paragraph("牵头单位：县教育局；配合单位：县科协、县电信公司")
    document.add_heading("（二）山货科技增值行动", level=2)
    document.add_paragraph("组织专家问诊。组织专家上山问诊100次。", style="List Bullet")
    document.add_paragraph("推广加工技术。建立加工示范点10处。", style="List Bullet")
    document.add_paragraph("牵头单位：县农业农村局；配合单位：县供销社，各乡镇")
    document.add_heading("三、保障措施", level=1)
    document.add_paragraph("县财政每年安排专项经费。")
    return saved(document)


def test_a_word_file_with_headings_and_automatic_numbers():
    draft = read_file("plan.docx", numbered_document())
    assert draft.title == "梅岭县科普惠民工程实施方案"
    assert draft.period == Period(2024, 2026)
    assert tasks(draft) == [
        (
            "山区校园科学普惠行动",
            ["县教育局"],
            ["县科协", "县电信公司"],
            [("开设云端科学课", [], []), ("配齐实验器材", [], [])],
        ),
        (
            "山货科技增值行动",
            ["县农业农村局"],
            ["县供销社", "各乡镇"],
            [("组织专家问诊", [], []), ("推广加工技术", [], [])],
        ),
    ]


HEADER = ["序号", "重点任务", "具体举措", "牵头单位", "责任单位", "完成时限"]
ROWS = [
    ["1", "乡村科学课堂", "新建乡村科学实验室18间", "县教育局", "县财政局、县科协", "2025年8月"],
    ["2", "乡村科学课堂", "开展送课下乡60场", "县教育局", "各乡镇", "2025年12月"],
    ["3", "科普进厂矿", "培训班组长400名", "县总工会", "县应急局、县人社局", "2025年11月"],
]


def table_document(*, annex: bool, merged: bool) -> bytes:
    document = Document()
    document.add_paragraph("白杨县2025年全民科学素质工作任务分解表")
    if annex:
        document.add_paragraph("说明：本表由县科协负责解释，各单位每季度报送进展。")
    table = document.add_table(rows=1 + len(ROWS), cols=len(HEADER))
    for row, cells in zip(table.rows, [HEADER, *ROWS], strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    if merged:
        table.cell(2, 1).text = ""
        table.cell(1, 1).merge(table.cell(2, 1))
    return saved(document)


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("annex", [False, True])
def test_a_word_file_that_is_a_table_of_tasks(annex, merged):
    draft = read_file("table.docx", table_document(annex=annex, merged=merged))
    assert draft.period == Period(2025, 2025)
    assert tasks(draft) == [
        (
            "乡村科学课堂",
            [],
            [],
            [
                ("新建乡村科学实验室18间", ["县教育局"], ["县财政局", "县科协"]),
                ("开展送课下乡60场", ["县教育局"], ["各乡镇"]),
            ],
        ),
        ("科普进厂矿", [], [], [("培训班组长400名", ["县总工会"], ["县应急局", "县人社局"])]),
    ]
    assert [(target.value, target.unit, target.deadline) for target in draft.targets] == [
        (18.0, "间", "2025"),
        (60.0, "场", "2025"),
        (400.0, "名", "2025"),
    ]


ANNEX_ROWS = [
    ["重点任务", "牵头单位", "配合单位"],
    ["渔家科普行动", "县海洋渔业局", "县科协、沿海各镇"],
    ["海岛科普驿站工程", "县科协", "县文旅局"],
]


def test_a_table_of_units_in_the_annex_gives_the_actions_of_the_text_their_owners():
    document = Document()
    for line in (
        "珊瑚县科普三年行动方案（2025—2027年）",
        "一、重点任务",
        "（一）渔家科普行动",
        "1.开展渔港讲堂。每季度开讲1次。",
        "2.编印渔民手册。印发手册6000册。",
        "（二）海岛科普驿站工程",
        "1.建设科普驿站。建成驿站9个。",
        "2.配备讲解员。每个驿站配备讲解员1名。",
        "二、保障措施",
        "强化统筹。",
        "附件：珊瑚县科普三年行动任务分工表",
    ):
        document.add_paragraph(line)
    table = document.add_table(rows=len(ANNEX_ROWS), cols=3)
    for row, cells in zip(table.rows, ANNEX_ROWS, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    draft = read_file("annex.docx", saved(document))
    assert tasks(draft) == [
        (
            "渔家科普行动",
            ["县海洋渔业局"],
            ["县科协", "沿海各镇"],
            [("开展渔港讲堂", [], []), ("编印渔民手册", [], [])],
        ),
        ("海岛科普驿站工程", ["县科协"], ["县文旅局"], [("建设科普驿站", [], []), ("配备讲解员", [], [])]),
    ]
