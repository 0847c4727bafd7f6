"""What a paper says: every figure from the facts, the unverified marked, the numbering of official papers."""

from datetime import date
from decimal import Decimal

import pytest

from kepu.plans.models import AssessmentState, Plan, ReportState, RubricState
from kepu.plans.queries.final import final_assessment
from kepu.plans.services import rubrics
from kepu.reports.composing.final import compose_final
from kepu.reports.composing.phrases import DEMO_BANNER, number
from kepu.reports.composing.quarterly import compose_quarterly
from kepu.reports.composing.yearly import compose_yearly
from kepu.reports.paper import Heading, PaperContent, Paragraph, Table, annex_lines, chinese_number, numbered
from kepu.reports.queries.facts import facts_of_quarter, facts_of_year
from kepu.reports.services import published_results
from kepu.reports.tests.district import AT
from tests.factories.plans import make_measure, make_period, make_report

ON = date(2025, 10, 20)


def quarterly(district, **changed):
    return compose_quarterly(facts_of_quarter(district.period, on=changed.pop("on", ON)), **changed)


def sentences(paper):
    return [block.text for block in paper.blocks if isinstance(block, Paragraph)]


def headings(paper, *, level):
    return [block.text for block in paper.blocks if isinstance(block, Heading) and block.level == level]


def test_headings_are_numbered_as_official_papers_number_them():
    levels = [1, 2, 3, 4, 4, 3, 2, 1, 2]
    texts = [block.text for block in numbered([Heading(level, "题") for level in levels])]
    assert texts == [
        "一、题",
        "（一）题",
        "1.题",
        "（1）题",
        "（2）题",
        "2.题",
        "（二）题",
        "二、题",
        "（一）题",
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_numbers_of_headings_are_chinese(value, text):
    assert chinese_number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [("30000.0000", "30000"), ("18.5000", "18.5"), ("0", "0"), ("1E+2", "100")]
)
def test_figures_stand_without_needless_zeros(value, text):
    assert number(Decimal(value)) == text


def test_one_attachment_has_no_number():
    paper = PaperContent(title="题", blocks=(), signatory="甲", dated=ON)
    assert annex_lines(paper) == []


def test_the_overview_counts_what_the_database_holds(district):
    overview, reporting = sentences(quarterly(district))[1:3]
    assert overview == "方案共有重点任务2项、举措4项。按牵头单位填报和期限判断，按期2项、逾期1项、未填报1项。"
    assert reporting == (
        "牵头单位应填报4份，按时2份，迟报1份，未报1份。"
        "本文采用各单位填报3份，其中已核实2份、未核实1份，附佐证材料2件。"
    )


def test_each_target_has_its_kind_its_day_its_source_and_no_more_than_it_proves(district):
    counted, estimated = sentences(quarterly(district))[3:5]
    assert counted == (
        "方案目标：不低于30000人次，期限2025年12月31日。"
        "目前为31200人次（计数），截至2025年9月30日，来源：区卫生健康局填报。结论：已达到。"
    )
    assert "18.1%（估计），区间16.9%至19.3%，样本量1500" in estimated
    assert estimated.endswith("结论：暂不能判断。")


def test_unverified_reports_say_so_and_drafts_are_not_there(district):
    text = "".join(sentences(quarterly(district)))
    assert "上虞区教育体育局：开展讲座十二场。（佐证材料1件）" in text
    assert "（未核实）上虞区教育体育局：组织实践三次。" in text
    assert "（未核实）上虞区教育体育局：开展讲座" not in text
    assert "草稿里的话" not in text


def test_a_verified_report_is_printed_while_its_correction_waits(district):
    make_report(
        district.verified,
        organisation=district.lead,
        period=district.period,
        version=2,
        state=ReportState.SUBMITTED,
        text="改成十五场",
        submitted_at=AT,
    )
    text = "".join(sentences(quarterly(district)))
    assert "开展讲座十二场" in text
    assert "改成十五场" not in text


def test_unverified_numbers_have_a_column_of_their_own(district):
    (table,) = [block for block in quarterly(district).blocks if isinstance(block, Table)]
    assert table.rows == (
        ("1.1", "参加学生", "1200人次", "—"),
        ("1.1", "学校覆盖", "18/24所，75%", "—"),
        ("1.2", "参加家庭", "—", "300人次"),
    )


def test_what_is_late_and_who_is_silent_is_named(district):
    text = "".join(sentences(quarterly(district)))
    assert "已逾期的举措1项：“健康讲堂”。" in text
    assert "牵头单位没有填报的举措1项：“智能技术培训”。" in text
    assert "填报不及时的单位：上虞区教育体育局迟报1份；上虞区卫生健康局未报1份。" in text


def test_next_steps_stand_under_their_action(district):
    paper = quarterly(district)
    assert sentences(paper)[-1] == "上虞区教育体育局：覆盖全部中学。"
    assert headings(paper, level=1)[-1] == "下一步工作"


def test_an_old_quarter_prints_as_it_was_after_a_newer_one_is_reported(district):
    before = quarterly(district)
    later = make_period(district.plan, year=2025, quarter=4)
    make_report(
        district.silent,
        organisation=district.partner,
        period=later,
        state="accepted",
        text="补上了",
        submitted_at=AT,
    )
    assert quarterly(district) == before


def test_an_empty_quarter_says_what_is_missing(district):
    empty = make_period(district.plan, year=2025, quarter=2)
    text = "".join(sentences(compose_quarterly(facts_of_quarter(empty, on=ON))))
    assert "没有填报数据。" in text
    assert "各单位没有填报下一步安排。" in text


def test_invented_data_is_marked_on_the_paper(district):
    assert quarterly(district).banner == ""
    Plan.objects.update(is_demo=True)
    district.period.plan.refresh_from_db()
    assert quarterly(district).banner == DEMO_BANNER


def test_the_year_adds_its_quarters_up(district):
    other = make_period(district.plan, year=2025, quarter=2)
    report = make_report(
        district.verified,
        organisation=district.lead,
        period=other,
        state="accepted",
        text="春季活动",
        submitted_at=AT,
    )
    district.figure(report, "参加学生", Decimal(800))
    paper = compose_yearly(facts_of_year(district.plan, year=2025, on=ON), year=2025, results=[])
    tables = [block for block in paper.blocks if isinstance(block, Table)]
    assert [row[0] for row in tables[0].rows] == ["第二季度", "第三季度"]
    assert ("1.1", "参加学生", "2000人次", "—") in tables[1].rows
    assert "第二季度，上虞区教育体育局：春季活动。" in sentences(paper)


def test_grades_are_printed_once_they_are_published_and_in_the_order_of_the_roster(district):
    office = district.people["district_office"]
    rubric = rubrics.begin_from_default(district.plan, year=2025, by=office, at=AT)
    opened = rubrics.open_rubric(rubric, by=office, at=AT)
    assert published_results(district.plan, year=2025, at=AT) == []
    rubric.__class__.objects.update(state=RubricState.PUBLISHED)
    for one in opened:
        one.state = AssessmentState.PUBLISHED
        one.save()
    found = published_results(district.plan, year=2025, at=AT)
    paper = compose_yearly(facts_of_year(district.plan, year=2025, on=ON), year=2025, results=found)
    grades = next(
        block for block in paper.blocks if isinstance(block, Table) and block.head == ("单位", "等次")
    )
    assert [row[0] for row in grades.rows] == [district.lead.name, district.partner.name]


def test_the_final_paper_decides_only_what_can_be_decided(district):
    on = date(2026, 3, 1)
    paper = compose_final(final_assessment(district.plan, on=on), on=on)
    text = "".join(sentences(paper))
    assert "方案期已满。" in text
    assert "已完成0项、未完成1项、暂不能判断1项" in text
    assert "“智能技术培训”" in text
    assert paper.annexes[0].blocks[0].head == ("编号", "举措", "2022", "2023", "2024", "2025", "结论")


def test_the_facts_cost_the_same_for_one_and_many_reports(district, django_assert_num_queries):
    with django_assert_num_queries(15):
        compose_quarterly(facts_of_quarter(district.period, on=ON))
    action = district.verified.action
    for _number in range(30):
        measure = make_measure(action)
        report = district.report(measure, district.lead, state="accepted")
        district.figure(report, "人数", Decimal(1))
    with django_assert_num_queries(15):
        compose_quarterly(facts_of_quarter(district.period, on=ON))
