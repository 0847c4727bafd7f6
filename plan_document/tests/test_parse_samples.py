"""Plans of invented counties, each in another layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_document import parse
from plan_document.draft import ActionKind, Period, PlanDraft

SAMPLES = Path(__file__).parent / "samples"


def read(name: str) -> PlanDraft:
    return parse((SAMPLES / name).read_text(encoding="utf-8"))


def tasks(draft: PlanDraft):
    return [action for action in draft.actions if action.kind is not ActionKind.SAFEGUARD]


def names(units) -> list[str]:
    return [unit.name for unit in units]


def owned_actions(draft: PlanDraft):
    return [(action.title, names(action.leads), names(action.partners)) for action in tasks(draft)]


def owned_measures(draft: PlanDraft):
    return [
        (measure.title, names(measure.leads), names(measure.partners))
        for action in tasks(draft)
        for measure in action.measures
    ]


def goals(draft: PlanDraft):
    return [(target.comparator.value, target.value, target.unit, target.deadline) for target in draft.targets]


def codes(draft: PlanDraft) -> set[str]:
    return {warning.code for warning in draft.warnings}


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("classic.txt", (2021, 2025)),
        ("chapters.txt", (2026, 2030)),
        ("measures_only.txt", (2023, 2025)),
        ("after_each.txt", (2022, 2025)),
        ("table_tabs.txt", (2024, 2026)),
        ("table_bars.md", (2026, 2026)),
        ("markdown.md", (2023, 2027)),
        ("traditional.txt", (2021, 2025)),
        ("run_together.txt", (2021, 2025)),
        ("decimal_under.txt", (2022, 2025)),
        ("fifteenth.txt", (2026, 2030)),
        ("numbers.txt", (2023, 2025)),
        ("ocr.txt", (2021, 2025)),
        ("site.txt", (2022, 2024)),
        ("bare_headings.txt", (2025, 2025)),
        ("headings_top.txt", (2021, 2025)),
        ("first_leads.txt", (2021, 2025)),
        ("counted_through.txt", (2024, 2024)),
        ("fields.txt", (2024, 2026)),
        ("undotted.md", (2025, 2027)),
    ],
)
def test_the_period_is_found_in_every_layout(name, period):
    assert read(name).period == Period(*period)


def test_numbered_plan_with_owners_on_lines_of_their_own():
    draft = read("classic.txt")
    assert owned_actions(draft) == [
        ("青少年科学素质提升行动", ["县教育局", "团县委", "县科协"], []),
        ("农民科学素质提升行动", ["县农业农村局"], ["县科协", "各乡镇（街道）"]),
        ("科普阵地提质工程", ["县科协", "县文广旅游局"], []),
    ]
    assert [len(action.measures) for action in tasks(draft)] == [2, 2, 2]
    assert draft.actions[-1].kind is ActionKind.SAFEGUARD
    assert draft.parents[0].issuer == "国发〔2021〕9号"


def test_the_signature_is_no_part_of_the_last_measure():
    assert read("classic.txt").actions[-1].measures[-1].text == "落实经费保障。把科普经费列入同级财政预算。"


def test_goals_of_the_numbered_plan():
    draft = read("classic.txt")
    assert goals(draft) == [
        (">=", 14.0, "%", "2025"),
        (">=", 100.0, "%", "2025"),
        (">=", 1.0, "名", None),
        ("=", 300.0, "名", "2025"),
        (">=", 2.0, "次", None),
        (">=", 15000.0, "人次", None),
        (">=", 10.0, "个", "2025"),
    ]
    assert draft.targets[0].baseline == 8.2
    assert [target.per for target in draft.targets[2:5]] == ["每所小学", "", "每年"]


def test_chapters_sections_and_articles_that_count_through():
    draft = read("chapters.txt")
    assert owned_actions(draft) == [
        ("青少年科学启蒙行动", ["市教育局"], ["市科协", "市气象局"]),
        ("银发数字课堂工程", ["市民政局"], ["市老龄办", "市委老干部局"]),
    ]
    assert [measure.title for measure in draft.actions[0].measures] == ["开设科学实验课", "建设校园气象站"]
    assert "number_jump" not in codes(draft)


def test_a_plan_without_actions_puts_its_measures_under_one():
    draft = read("measures_only.txt")
    assert [action.title for action in tasks(draft)] == ["主要任务"]
    assert owned_measures(draft) == [
        ("建好社区科普角", ["区科协", "区民政局"], []),
        ("组建科普志愿队", ["团区委"], ["区卫健局", "各街道"]),
        ("开展夏夜观星", ["区科技馆", "区文旅局"], []),
        ("办好邻里讲堂", ["区科协"], ["区教育局", "区应急局"]),
    ]


def test_owners_behind_each_measure_are_the_measures_own():
    draft = read("after_each.txt")
    assert [action.leads for action in tasks(draft)] == [(), ()]
    assert owned_measures(draft)[2:] == [
        ("推进技能培训", ["县人社局"], ["县总工会", "县工信局"]),
        ("宣传工匠故事", ["县委宣传部", "县总工会", "县融媒体中心"], []),
        ("培树职工创新团队", ["县总工会", "各乡镇、街道", "县经济开发区"], []),
    ]
    assert "owners_missing" not in codes(draft)


def test_rise_and_doubling_are_goals():
    rise, doubling = read("after_each.txt").targets[:2]
    assert (rise.value, rise.baseline, rise.deadline) == (12.0, 6.8, "2025")
    assert (doubling.comparator.value, doubling.value, doubling.unit) == ("x", 2.0, "倍")


def test_a_table_pasted_with_tabs():
    draft = read("table_tabs.txt")
    assert [action.title for action in draft.actions] == ["青少年科技筑梦行动", "乡村科普惠农工程"]
    assert owned_measures(draft) == [
        ("开设周末科学营", ["区教育局"], ["区科协", "团区委"]),
        ("选聘科学副校长", ["区教育局"], ["区科技局"]),
        ("建设田间学校12所", ["区农业农村局"], ["各镇、街道"]),
    ]


def test_a_table_with_bars_and_no_column_of_actions():
    draft = read("table_bars.md")
    assert len(draft.actions) == 1
    assert owned_measures(draft) == [
        ("更新科普画廊120处", ["区科协", "各街道"], []),
        ("开展科普大篷车巡展", ["区科协"], ["区教育局"]),
    ]


def test_markdown_headings_bullets_and_bold_titles():
    draft = read("markdown.md")
    assert draft.title == "海棠区全民科学素质提升行动方案"
    assert owned_actions(draft) == [
        ("科学教育提升行动", ["区教育局", "区科协"], []),
        ("科普信息化工程", ["区委宣传部", "区融媒体中心"], []),
    ]
    assert [measure[0] for measure in owned_measures(draft)] == [
        "建强科学教师队伍",
        "拓展校外课堂",
        "汇聚数字资源",
        "用好新媒体矩阵",
    ]


def test_traditional_characters_and_wide_digits_are_given_in_simplified_text():
    draft = read("traditional.txt")
    assert draft.title == "翠屏县全民科学素质行动实施方案"
    assert owned_actions(draft)[1] == ("老年人科学素质提升行动", ["县卫生健康局", "县老龄办"], [])
    assert goals(draft) == [(">=", 13.5, "%", "2025"), ("=", 8000.0, "人次", None)]
    first = draft.actions[0].measures[0]
    assert draft.source[first.start : first.end].startswith("豐富校園科技活動")


def test_run_together_text_falls_apart_into_actions_and_measures():
    draft = read("run_together.txt")
    assert owned_actions(draft) == [
        ("青少年科学素质提升行动", ["县教育局"], ["县科协", "团县委"]),
        ("农民科学素质提升行动", ["县农业农村局"], ["县科协"]),
        ("科普场馆建设工程", ["县科协", "县住建局"], ["各乡镇"]),
    ]
    assert [measure[0] for measure in owned_measures(draft)] == [
        "改进课堂科学教学",
        "拓展校外实践渠道",
        "培育新型职业农民",
        "推广绿色生产技术",
        "完善县级科技馆功能",
        "发展乡村科普驿站",
    ]


def test_dashes_under_actions_behind_a_letter_and_two_groups_of_actions():
    draft = read("decimal_under.txt")
    assert draft.title == "沙湖县全民科学素质行动实施方案"
    assert owned_actions(draft) == [
        ("青少年科学素质提升行动", ["县教育局"], ["县科协", "团县委", "县妇联"]),
        ("领导干部和公务员科学素质提升行动", ["县委组织部"], ["县委党校", "县科协"]),
        ("科普信息化提升工程", ["县科协"], ["县大数据局", "县融媒体中心"]),
    ]
    assert [len(action.measures) for action in tasks(draft)] == [2, 2, 2]
    assert draft.targets == ()


def test_a_plan_of_the_fifteenth_five_years():
    draft = read("fifteenth.txt")
    assert [action.title for action in tasks(draft)] == ["强化科学教育", "繁荣科普创作", "壮大科普队伍"]
    assert [(target.value, target.unit, target.per) for target in draft.targets] == [
        (22.0, "%", ""),
        (1.0, "个", "每个县（市、区）"),
        (100.0, "%", ""),
        (3.0, "名", "每万人"),
        (30000.0, "人次", ""),
        (20.0, "部", "每年"),
        (500.0, "名", ""),
        (50000.0, "名", ""),
        (3.0, "元", "每人"),
        (5.0, "%", ""),
    ]


def test_only_goals_count_among_many_numbers():
    draft = read("numbers.txt")
    assert [(target.comparator.value, target.value, target.unit) for target in draft.targets] == [
        (">=", 15.0, "%"),
        (">=", 30.0, "个"),
        (">", 300000.0, "人次"),
        (">=", 3000.0, "名"),
        ("<=", 45.0, "%"),
        (">=", 8000000.0, "元"),
        (">=", 40.0, "场次"),
        ("=", 60.0, "名"),
        (">=", 4.0, "场"),
        ("=", 100.0, "%"),
        (">=", 12.0, "学时"),
    ]
    assert draft.targets[1].baseline == 18.0


def test_a_scan_is_read_with_its_faults_named():
    draft = read("ocr.txt")
    assert [action.title for action in tasks(draft)] == [
        "青少年科学素质提升行动",
        "老年人科学素质提升行动",
        "科普能力提升工程",
    ]
    assert "学生动手能力和创新意识" in draft.actions[0].measures[0].text
    assert {
        "period_garbled",
        "number_misread",
        "number_duplicate",
        "page_marks_removed",
        "likely_typo",
        "bracket_unclosed",
    } <= codes(draft)


def test_what_is_no_plan_gives_no_actions_and_says_so():
    draft = read("not_a_plan.txt")
    assert (draft.actions, draft.targets, draft.period) == ((), (), None)
    assert {"not_a_plan", "no_actions"} <= codes(draft)


def test_the_frame_of_a_government_site_is_left_out():
    draft = read("site.txt")
    assert draft.title == "溪口镇科普工作实施方案"
    assert owned_measures(draft) == [
        ("建设科普文化广场", ["镇文化站"], []),
        ("组织科普大集", ["镇农办", "镇科协"], []),
        ("开展科普入户", ["各行政村"], []),
    ]
    assert draft.actions[-1].measures[-1].text == "镇财政安排专项经费。"


def test_headings_without_any_number():
    draft = read("bare_headings.txt")
    assert owned_actions(draft) == [
        ("青少年科学素质提升行动", ["区教育局", "区科协"], []),
        ("社区科普惠民工程", ["区民政局", "各街道"], []),
    ]
    assert [len(action.measures) for action in tasks(draft)] == [2, 2]


def test_chapters_may_be_the_actions():
    assert owned_actions(read("headings_top.txt")) == [
        ("青少年科学素质提升行动", ["县教体局", "县科协"], []),
        ("农民科学素质提升行动", ["县农业农村局", "县科协"], []),
    ]


def test_a_remark_makes_the_first_unit_of_every_list_the_lead():
    draft = read("first_leads.txt")
    assert owned_measures(draft)[0] == ("让科学家的故事走进校园", ["区教育局"], ["区科协", "团区委"])
    assert owned_measures(draft)[3] == ("举办班组技术比武", ["区人社局"], ["区总工会", "区工信局", "区妇联"])
    assert [(target.value, target.deadline) for target in draft.targets[:2]] == [
        (15.5, "2025"),
        (25.0, "2035"),
    ]


def test_measures_that_count_through_chapters():
    draft = read("counted_through.txt")
    assert [len(action.measures) for action in draft.actions] == [2, 2, 2]
    assert {"number_jump", "truncated"}.isdisjoint(codes(draft))


def test_fields_under_a_task():
    draft = read("fields.txt")
    assert owned_actions(draft) == [
        ("科学教育加法行动", ["市教育局"], ["市科协", "市科技局"]),
        ("智慧助老行动", ["市卫健委"], ["市民政局", "市老龄办"]),
    ]
    assert draft.actions[0].measures[0].title == "开齐开足科学课程"
    assert draft.targets[1].deadline == "2025"


def test_numbers_that_only_a_space_parts_from_the_title():
    assert owned_measures(read("undotted.md")) == [
        ("选址建设", ["建设管理局"], []),
        ("配备展品", ["社会事业局"], []),
        ("邀请科学家", ["科技创新局"], []),
    ]
