"""Which numbers are goals, and how each is read."""

from __future__ import annotations

import pytest

from plan_document import parse
from plan_document.draft import Target

FRAME = "青石县科普工作方案（2021—2025年）\n一、工作目标\n{sentence}\n二、重点任务\n1.办好科技节。责任单位：县科协\n"


def targets(sentence: str) -> tuple[Target, ...]:
    return parse(FRAME.format(sentence=sentence)).targets


@pytest.mark.parametrize(
    ("sentence", "comparator", "value", "unit"),
    [
        ("到2025年，公民具备科学素质的比例达到18.5%以上。", ">=", 18.5, "%"),
        ("到2025年，公民具备科学素质的比例超过15％。", ">", 15.0, "%"),
        ("覆盖率不低于九成以上的要求为百分之九十五以上。", ">=", 95.0, "%"),
        ("科普基地不少于30个。", ">=", 30.0, "个"),
        ("全县培训老年人3万人次以上。", ">=", 30_000.0, "人次"),
        ("全县培训老年人三万人次。", "=", 30_000.0, "人次"),
        ("每个乡镇（街道）至少1个科普馆。", ">=", 1.0, "个"),
        ("科普活动覆盖率100%。", "=", 100.0, "%"),
        ("科普基地数量翻一番。", "x", 2.0, "倍"),
        ("科普基地数量翻两番。", "x", 4.0, "倍"),
        ("培育500名科普讲解员。", "=", 500.0, "名"),
        ("建成10个以上科普馆。", ">=", 10.0, "个"),
        ("青少年近视率下降到45%以下。", "<=", 45.0, "%"),
        ("投诉率控制在5%以内。", "<=", 5.0, "%"),
        ("科普经费投入达到1.2亿元。", ">=", 120_000_000.0, "元"),
        ("发放科普读物约2千册。", "~", 2_000.0, "册"),
        ("接待观众1,500人次以上。", ">=", 1_500.0, "人次"),
    ],
)
def test_a_goal_is_read_in_base_units(sentence, comparator, value, unit):
    assert [(each.comparator.value, each.value, each.unit) for each in targets(sentence)] == [
        (comparator, value, unit)
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "深入实施五大行动、四大工程。",
        "落实《全民科学素质行动规划纲要（2021—2035年）》。",
        "推进“两个先行”，构建“1个中心、3个平台”布局。",
        "根据县政发〔2021〕12号文件第3条。",
        "建设一批科普基地，打造一支志愿者队伍。",
        "2020年全县公民具备科学素质的比例达到8.5%。",
        "目前已建成科普基地20个。",
        "联系电话：0575-82211234，2022年3月15日前报送。",
        "服务千家万户，让百花齐放。",
        "在3个月内完成，10个工作日内答复。",
        "实施6项重点工程。",
        "坚持“三长”带“三会”。",
    ],
)
def test_other_numbers_are_no_goals(sentence):
    assert targets(sentence) == ()


def test_the_number_of_the_past_becomes_the_baseline():
    (target,) = targets("2020年公民具备科学素质的比例为8.5%，到2025年达到15%以上。")
    assert (target.value, target.baseline, target.deadline) == (15.0, 8.5, "2025")


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("到2023年底，建成科普馆2座。", "2023"),
        ("2024年底前建成科普馆2座。", "2024"),
        ("“十四五”末，建成科普馆2座。", "2025"),
        ("建成科普馆2座。", None),
    ],
)
def test_the_deadline_is_the_one_that_is_written(sentence, deadline):
    assert [target.deadline for target in targets(sentence)] == [deadline]


@pytest.mark.parametrize(
    ("sentence", "population", "per"),
    [
        ("到2025年，全县公民具备科学素质的比例达到15%。", "全县公民具备科学素质的比例", ""),
        ("建成10个以上科普馆。", "科普馆", ""),
        ("每年开展科普大集不少于2次。", "科普大集", "每年"),
        ("每个社区每年至少举办4场科普讲座。", "科普讲座", "每个社区每年"),
    ],
)
def test_what_is_counted_and_for_what(sentence, population, per):
    assert [(target.population, target.per) for target in targets(sentence)] == [(population, per)]


def in_measure(sentence: str) -> tuple[Target, ...]:
    return parse(FRAME.replace("办好科技节。", "办好科技节。" + sentence).format(sentence="无。")).targets


@pytest.mark.parametrize(
    ("sentence", "comparator", "value", "unit", "per"),
    [
        ("每万人口科技馆面积≥50平方米。", ">=", 50.0, "平方米", "每万人口"),
        ("学生近视率≤38%。", "<=", 38.0, "%", ""),
        ("校园科技馆数量翻番。", "x", 2.0, "倍", ""),
        ("打造3—5个科普品牌。", ">=", 3.0, "个", ""),
        ("2022年起，每年新增科普基地5个。", "=", 5.0, "个", "每年"),
        ("农民夜校年培训2000人次。", "=", 2000.0, "人次", "每年"),
        ("平均每校2名以上。", ">=", 2.0, "名", "每校"),
        ("课程时长不少于45分钟。", ">=", 45.0, "分钟", ""),
        ("吸引10万+人次参与。", ">", 100_000.0, "人次", ""),
        ("展品120件（套）。", "=", 120.0, "件", ""),
    ],
)
def test_rarer_signs_and_habits_are_read(sentence, comparator, value, unit, per):
    (target,) = in_measure(sentence)
    assert (target.comparator.value, target.value, target.unit, target.per) == (comparator, value, unit, per)


@pytest.mark.parametrize(
    "sentence",
    [
        "每季度通报一次进展。",
        "依托3个省级平台开展工作。",
        "近三年累计开展活动600场。",
        "分3批外出学习。",
        "面向6至12岁儿童。",
    ],
)
def test_the_manner_of_a_measure_is_no_goal(sentence):
    assert in_measure(sentence) == ()


def test_a_year_of_work_at_the_start_of_the_plan_is_its_deadline():
    stages = in_measure("建设服务站，2021年建成5个，2022年建成6个。")
    assert [(target.value, target.baseline, target.deadline) for target in stages] == [
        (5.0, None, "2021"),
        (6.0, None, "2022"),
    ]


def test_numbers_of_a_chapter_on_the_past_are_no_goals():
    text = FRAME.replace("一、工作目标", "一、发展基础").format(
        sentence="每万人拥有科普场地25平方米，科普志愿者达到800人。"
    )
    assert parse(text).targets == ()
