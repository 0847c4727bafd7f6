"""What must hold for every text, whatever it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan_document import parse
from plan_document.draft import PlanDraft, Term

SAMPLES = sorted(path for path in (Path(__file__).parent / "samples").rglob("*.[tm]*"))
TEXTS = [path.read_text(encoding="utf-8") for path in SAMPLES]
PIECES = st.sampled_from(
    [
        *"一二三四（）()、。，；：\n\r\t |#*-—·①②１２％%“”《》〔〕【】　\u200b\x00",
        "一、", "（一）", "(A)", "1.", "2、", "第一章", "第三条", "——", "\n\n3、", "- 4 -\n",
        "责任单位：", "（责任单位：", "牵头单位：县科协", "由科协牵头", "、教育局", "其他成员单位按职责分工负责", "会同", "各镇、街道",
        "到2025年", "达到18.5%以上", "3万人次", "由5%提高到", "翻一番", "每年", "不少于", "百分之", "三万", "20212025", "十四五",
        "实施方案", "重点任务", "保障措施", "科学素质提升行动", "加强科普工作。", "总体要求", "银铃", "下载", "版权所有",
        "學", "\ud800", "𠮷", "a\tb\tc\n", "|任务|责任单位|\n", "根据《纲要》（国发〔2021〕9号）",
    ]
)  # fmt: skip
LIKE_PLANS = st.lists(PIECES, max_size=60).map("".join)
VOCABULARY = (
    Term("brands", "elders", "银龄跨越数字鸿沟", ("银铃跨越数字鸿沟",)),
    Term("venues", "gallery", "科普画廊"),
)


def places(draft: PlanDraft):
    for action in draft.actions:
        yield action
        for measure in action.measures:
            yield measure
            yield from (*measure.leads, *measure.partners)
        yield from (*action.leads, *action.partners)
    yield from (*draft.targets, *draft.mentions, *draft.warnings, *draft.parents)


def check(draft: PlanDraft, text: str) -> None:
    assert draft.source == text
    assert "".join(text[part.start : part.end] for part in draft.parts) == text
    borders = [0, *(part.end for part in draft.parts)]
    assert [part.start for part in draft.parts] == borders[:-1]
    assert borders[-1] == len(text)
    for place in places(draft):
        assert 0 <= place.start <= place.end <= len(text)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(st.characters(codec=None)), LIKE_PLANS))
def test_no_text_makes_it_raise_and_none_is_lost(text):
    check(parse(text, vocabulary=VOCABULARY), text)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.data())
def test_a_damaged_plan_is_read_without_loss(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    damaged = text[:start] + data.draw(LIKE_PLANS) + text[end:]
    check(parse(damaged), damaged)


@settings(max_examples=25, deadline=None)
@given(LIKE_PLANS)
def test_the_same_text_is_always_read_alike(text):
    assert parse(text) == parse(text)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_kept_to_its_last_character(path):
    text = path.read_text(encoding="utf-8")
    check(parse(text), text)


RUN_TOGETHER = (Path(__file__).parent / "samples" / "run_together.txt").read_text(encoding="utf-8").strip()
INSIDE_WORDS = [
    index
    for index in range(1, len(RUN_TOGETHER))
    if all(
        "\u4e00" <= sign <= "\u9fff" and sign not in "一二三四五"
        for sign in RUN_TOGETHER[index - 1 : index + 1]
    )
]


def outline(draft: PlanDraft):
    return [(action.title, [measure.title for measure in action.measures]) for action in draft.actions]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(INSIDE_WORDS), min_size=2, max_size=6, unique=True))
def test_page_marks_in_mid_sentence_change_no_title(positions):
    kept = []
    for position in sorted(positions):
        if not kept or position - kept[-1] >= 60:
            kept.append(position)
    kept = [position for position in kept if position >= 60]
    marked, last = "1、", 0
    for number, position in enumerate(kept, start=2):
        marked += RUN_TOGETHER[last:position] + f"\n\n{number}、"
        last = position
    marked += RUN_TOGETHER[last:]
    assert outline(parse(marked if kept else RUN_TOGETHER)) == outline(parse(RUN_TOGETHER))


def broken_lines(text: str, width: int) -> str:
    """The text as a typesetter breaks it, with a page number in the middle."""
    lines: list[str] = []
    for paragraph in filter(None, (line.strip() for line in text.split("\n"))):
        lines += [paragraph[start : start + width] for start in range(0, len(paragraph), width)]
    middle = next(
        (index for index in range(len(lines) // 2, len(lines)) if len(lines[index]) == width), len(lines)
    )
    return "\n".join([*lines[: middle + 1], "- 2 -", *lines[middle + 1 :]])


NUMBERED = [
    "classic",
    "after_each",
    "decimal_under",
    "fifteenth",
    "chapters",
    "measures_only",
    "headings_top",
]


def owned_outline(draft: PlanDraft):
    return [
        (
            action.title,
            [unit.name for unit in action.leads],
            [(measure.title, [unit.name for unit in measure.leads]) for measure in action.measures],
        )
        for action in draft.actions
    ]


@pytest.mark.parametrize("name", NUMBERED)
def test_lost_line_breaks_change_no_title_and_no_owner(name):
    text = (Path(__file__).parent / "samples" / f"{name}.txt").read_text(encoding="utf-8")
    joined = "".join(line.strip() for line in text.split("\n"))
    assert owned_outline(parse(joined)) == owned_outline(parse(text))
    assert parse(joined).period == parse(text).period


@pytest.mark.parametrize("width", [28, 33])
@pytest.mark.parametrize("name", ["classic", "fifteenth"])
def test_lines_broken_by_a_typesetter_change_no_title_and_no_owner(name, width):
    text = (Path(__file__).parent / "samples" / f"{name}.txt").read_text(encoding="utf-8")
    assert owned_outline(parse(broken_lines(text, width))) == owned_outline(parse(text))


def test_mentions_are_found_as_written_and_misspelt():
    text = "活动方案\n一、重点任务\n1.开展“银铃跨越数字鸿沟”活动。更新科普画廊。\n"
    draft = parse(text, vocabulary=VOCABULARY)
    assert [(mention.code, mention.written) for mention in draft.mentions] == [
        ("elders", "银铃跨越数字鸿沟"),
        ("gallery", "科普画廊"),
    ]


@pytest.mark.parametrize(
    "unit", ["（", "一、", "2025年", "责任单位：", "一、总体要求\n", "1", "达到50%以上，", TEXTS[0], "科普。"]
)
def test_a_megabyte_of_anything_is_read_to_its_end(unit):
    """How long ten megabytes take is measured by `make bench NAME=plan_import`."""
    text = unit * (1_000_000 // len(unit.encode()))
    assert parse(text).parts[-1].end == len(text)
