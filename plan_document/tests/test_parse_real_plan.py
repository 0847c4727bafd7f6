"""The district's real plan, as a document site delivers it: the parser's first duty."""

from __future__ import annotations

from pathlib import Path

import pytest

from plan_document import parse
from plan_document.draft import ActionKind, Comparator, PartKind, Period, PlanDraft

DOWNLOADED = Path(__file__).resolve().parents[2].parent / "shared" / "shangyu-plan.txt"

LEADS = [
    ("青少年科学素质提升行动", ["教体局", "团区委", "科协"]),
    ("农民科学素质提升行动", ["农业农村局"]),
    ("产业工人科学素质提升行动", ["人力社保局", "总工会"]),
    ("老年人科学素质提升行动", ["卫生健康局", "科协"]),
    ("领导干部和公务员科学素质提升行动", ["组织部"]),
    ("科技资源科普化工程", ["科技局", "科协"]),
    ("科普数字化赋能工程", ["宣传部", "融媒体中心", "科协"]),
    ("科普基础设施工程", ["科协", "科技局", "发改局"]),
    ("基层科普能力提升工程", []),
]


@pytest.fixture(scope="module")
def draft() -> PlanDraft:
    if not DOWNLOADED.exists():
        pytest.skip("the downloaded plan beside the checkout is not there")
    return parse(DOWNLOADED.read_text(encoding="utf-8"))


def warned(draft: PlanDraft, code: str) -> list[str]:
    return [draft.source[warning.start : warning.end] for warning in draft.warnings if warning.code == code]


def test_the_lost_dash_of_the_period_is_put_back(draft):
    assert draft.period == Period(2022, 2025)


def test_every_action_has_its_leads_in_the_order_of_the_plan(draft):
    assert [(action.title, [unit.name for unit in action.leads]) for action in draft.actions] == LEADS


def test_five_are_campaigns_and_four_are_projects(draft):
    assert [action.kind for action in draft.actions] == [ActionKind.CAMPAIGN] * 5 + [ActionKind.PROJECT] * 4


def test_every_action_has_three_measures_that_say_no_owner_of_their_own(draft):
    assert [len(action.measures) for action in draft.actions] == [3] * 9
    assert not [measure for action in draft.actions for measure in action.measures if measure.leads]


def test_run_in_headings_are_found_where_paragraphs_were_run_together(draft):
    titles = [measure.title for measure in draft.actions[6].measures]
    assert titles == ["鼓励加大科普创作", "构建数字科普平台", "推进全媒体科学传播"]


def test_there_are_two_targets_and_no_invented_one(draft):
    found = [(target.comparator, target.value, target.unit, target.deadline) for target in draft.targets]
    assert found == [
        (Comparator.AT_LEAST, 18.5, "%", "2025"),
        (Comparator.AT_LEAST, 30000.0, "人次", "2025"),
    ]
    assert "公民" in draft.targets[0].population
    assert "老年人" in draft.targets[1].population
    assert [target.measure for target in draft.targets] == [None, (3, 0)]


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("number_misread", "(A)"),
        ("likely_typo", "银铃"),
        ("likely_typo", "科普大蓬车"),
        ("period_garbled", "20222025"),
    ],
)
def test_what_was_read_against_the_letter_is_said(draft, code, written):
    assert written in warned(draft, code)


def test_the_broken_end_and_the_missing_owners_of_the_last_action_are_said(draft):
    assert [text[-3:] for text in warned(draft, "truncated")] == ["城市创"]
    assert [text[:3] for text in warned(draft, "owners_missing")] == ["(九)"]


def test_the_words_of_the_site_are_kept_apart_from_the_plan(draft):
    left_out = [
        draft.source[part.start : part.end] for part in draft.parts if part.kind is PartKind.BOILERPLATE
    ]
    assert len(left_out) == 2
    assert "在线阅读" in left_out[0]
    assert "copyright" in left_out[1]
    assert not [action for action in draft.actions if "copyright" in action.measures[-1].text]


def test_a_page_mark_in_mid_sentence_is_no_part_of_the_text(draft):
    marks = [draft.source[part.start : part.end] for part in draft.parts if part.kind is PartKind.PAGE_MARK]
    assert marks == [f"{number}、" for number in range(1, 17)]
    assert "科技教育、培训、展示等多功能" in draft.actions[7].measures[1].text
