"""Every usual way to say who is responsible."""

from __future__ import annotations

import pytest

from plan_document.owners import find_owner_phrases


def owners(text: str):
    phrases = find_owner_phrases(text)
    return (
        [unit.name.text for phrase in phrases for unit in phrase.leads],
        [unit.name.text for phrase in phrases for unit in phrase.partners],
    )


@pytest.mark.parametrize(
    ("text", "leads", "partners"),
    [
        (
            "(责任单位:甲局、乙局牵头,丙局配合,其他成员单位按职责分工负责)",
            ["甲局", "乙局"],
            ["丙局", "其他成员单位"],
        ),
        ("(牵头单位:甲局;责任单位:乙局、丙局)", ["甲局"], ["乙局", "丙局"]),
        ("(配合单位:甲局)", [], ["甲局"]),
        ("责任部门:县科协、县教育局\n", ["县科协", "县教育局"], []),
        ("主要责任单位:县科协\n配合单位:各乡镇(街道)\n", ["县科协"], ["各乡镇(街道)"]),
        ("〔责任单位:县科协〕", ["县科协"], []),
        ("【牵头单位:县科协】【配合单位:各镇街】", ["县科协"], ["各镇街"]),
        (
            "[责任单位:县发展和改革局、县人力资源和社会保障局]",
            ["县发展和改革局", "县人力资源和社会保障局"],
            [],
        ),
        ("(责任单位:县教育局和县科协,各镇、街道", ["县教育局", "县科协", "各镇、街道"], []),
        ("(县教育局、县科技局等按职责分工负责)", ["县教育局", "县科技局"], []),
        ("(县科协牵头,县教育局、县妇联等参加)", ["县科协"], ["县教育局", "县妇联"]),
        ("该项工作由县科协牵头,县教育局、团县委配合。", ["县科协"], ["县教育局", "团县委"]),
        ("县科协会同县教育局负责。", ["县科协"], ["县教育局"]),
        ("县融媒体中心负责宣传报道。", ["县融媒体中心"], []),
        ("(责任单位:县科协;完成时限:2025年底;责任人:某某)", ["县科协"], []),
        ("办好讲堂。(县科协、县教育局)", ["县科协", "县教育局"], []),
        ("(责任单位:县委组织部牵头,县委党校)", ["县委组织部"], ["县委党校"]),
    ],
)
def test_leads_and_partners_are_told_apart(text, leads, partners):
    assert owners(text) == (leads, partners)


@pytest.mark.parametrize(
    "text",
    [
        "村干部负责走访农户。",
        "三长(医院院长、学校校长、农技站站长)带动。",
        "企业要对安全生产负责。",
        "由专人负责登记。",
        "形成人人参与、人人负责的局面。",
    ],
)
def test_ordinary_sentences_name_no_owner(text):
    assert owners(text) == ([], [])


def test_an_open_bracket_is_noticed():
    assert [phrase.is_closed for phrase in find_owner_phrases("(责任单位:县科协\n下一段。")] == [False]


@pytest.mark.parametrize(
    ("text", "leads", "partners"),
    [
        ("(牵头:甲局;配合:乙局、丙局)", ["甲局"], ["乙局", "丙局"]),
        ("【责任单位】县科协、县教育局\n", ["县科协", "县教育局"], []),
        ("办好讲堂。\n责任单位 县科协、县教育局\n", ["县科协", "县教育局"], []),
        ("(牵头单位:县科协 配合单位:县教育局 县林业局)", ["县科协"], ["县教育局", "县林业局"]),
        ("(责任单位:县科协县教育局)", ["县科协", "县教育局"], []),
        ("(责任单位:市委市直机关工委、市委市政府督查室)", ["市委市直机关工委", "市委市政府督查室"], []),
        ("(责任单位:甲局*、乙局,标*为牵头单位)", ["甲局"], ["乙局"]),
        ("(责任单位:甲局、乙局;列第一位者为牵头单位)", ["甲局"], ["乙局"]),
        ("(责任单位:农业农村和水利局、县委宣传部)", ["农业农村和水利局", "县委宣传部"], []),
        ("(县科协牵头,各乡镇党委、政府配合)", ["县科协"], ["各乡镇党委、政府"]),
        ("(各市、县(市、区)人民政府按职责分工负责)", ["各市、县(市、区)人民政府"], []),
        ("兴趣班由村妇联、大学生村官负责。", ["村妇联", "大学生村官"], []),
    ],
)
def test_rarer_forms_are_read_too(text, leads, partners):
    assert owners(text) == (leads, partners)


@pytest.mark.parametrize(
    "text", ["企业负责人带头讲创新课。", "牵头人要定期研究。", "责任单位要高度重视,落实人员。\n"]
)
def test_words_for_duties_alone_name_no_owner(text):
    assert owners(text) == ([], [])
