"""The ledger, opened again with another library: real types, real scope, nothing that runs."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from kepu.core.errors import NotAllowed
from kepu.plans.models import Plan
from kepu.reports import services
from kepu.reports.queries.ledger import ledger
from kepu.reports.tests.district import AT
from tests.factories.plans import make_measure


def book_of(file):
    return openpyxl.load_workbook(BytesIO(file.content))


def excel_day(text):
    """Excel knows no days, only moments without a zone."""
    return datetime.fromisoformat(text)


def rows(book, name):
    return [list(row) for row in book[name].iter_rows(min_row=4, values_only=True)]


@pytest.fixture
def book(district):
    return book_of(services.export_ledger(district.plan, by=district.people["district_office"], at=AT))


def test_there_are_four_sheets_with_a_title_a_note_and_a_frozen_head(book, district):
    assert book.sheetnames == ["任务台账", "指标", "填报情况", "数字"]
    for page in book:
        assert page["A1"].value == f"{district.plan.title}　{page.title}"
        assert page["A2"].value == "方案第2版　范围：全部单位　截至2025年10月20日"
        assert page.freeze_panes == "A4"


def test_every_sheet_prints_on_a4_across_with_its_head_on_each_page(book):
    for page in book:
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
        assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
        assert page.print_title_rows == "$3:$3"


def test_a_task_has_its_units_its_deadline_as_a_day_and_its_evidence_as_a_number(book, district):
    tasks = rows(book, "任务台账")
    assert tasks[0] == [
        "青少年行动",
        "1.1",
        "专家进校园",
        district.lead.name,
        district.partner.name,
        excel_day("2025-12-31"),
        "按期",
        "牵头单位报告按期推进",
        "2025年第三季度",
        "已核实",
        1,
    ]
    assert [row[6] for row in tasks] == ["按期", "按期", "逾期", "未填报"]
    assert tasks[2][5] == excel_day("2025-06-30")
    assert tasks[3][8:] == [None, None, 0]


def test_text_that_begins_like_a_formula_is_text(book):
    cell = book["任务台账"]["C5"]
    assert (cell.value, cell.data_type) == ("=1+1 校外实践", "s")


def test_targets_keep_numbers_days_and_the_verdict(book):
    counted, estimated = rows(book, "指标")
    assert counted[:5] == ["老年人培训", "计数", "不低于", 30000, "人次"]
    assert counted[8] == 31200
    assert counted[13:] == [excel_day("2025-09-30"), "区卫生健康局填报", "已达到"]
    assert estimated[8:12] == [18.1, 16.9, 19.3, 1500]
    assert estimated[-1] == "暂不能判断"


def test_who_reported_when_is_counted_by_unit_and_quarter(book, district):
    assert rows(book, "填报情况") == [
        [district.lead.name, 2025, "第三季度", excel_day("2025-10-15"), 2, 1, 1, 0, "迟报"],
        [district.partner.name, 2025, "第三季度", excel_day("2025-10-15"), 2, 1, 0, 1, "未报"],
    ]


def test_numbers_keep_their_parts_and_whether_they_are_verified(book, district):
    figures = rows(book, "数字")
    assert [(row[5], row[6], row[7], row[11]) for row in figures] == [
        ("参加学生", 1200, None, "已核实"),
        ("学校覆盖", 18, 24, "已核实"),
        ("参加家庭", 300, None, "待核实"),
    ]
    assert {row[10] for row in figures} == {district.lead.name}


def test_a_unit_takes_only_what_it_answers_for(district):
    book = book_of(
        services.export_ledger_of(
            district.partner, plan=district.plan, by=district.people["partner_unit"], at=AT
        )
    )
    assert [row[2] for row in rows(book, "任务台账")] == [
        "专家进校园",
        "=1+1 校外实践",
        "健康讲堂",
        "智能技术培训",
    ]
    assert {row[0] for row in rows(book, "填报情况")} == {district.partner.name}
    assert rows(book, "数字") == []
    other = book_of(
        services.export_ledger_of(district.lead, plan=district.plan, by=district.people["lead_unit"], at=AT)
    )
    assert [row[2] for row in rows(other, "任务台账")] == ["专家进校园", "=1+1 校外实践"]
    assert book["任务台账"]["A2"].value.split("　")[1] == f"范围：{district.partner.name}"


def test_a_unit_does_not_see_the_numbers_of_another_in_its_last_report(district):
    book = book_of(
        services.export_ledger_of(
            district.partner, plan=district.plan, by=district.people["partner_unit"], at=AT
        )
    )
    assert rows(book, "任务台账")[0][8:] == [None, None, 0]


@pytest.mark.parametrize("role", ["lead_unit", "township", "resident", "nobody"])
def test_the_whole_ledger_is_for_the_office_and_the_auditor(district, role):
    with pytest.raises(NotAllowed):
        services.export_ledger(district.plan, by=district.people[role], at=AT)


def test_a_unit_cannot_take_another_unit_s_part(district):
    with pytest.raises(NotAllowed):
        services.export_ledger_of(
            district.lead, plan=district.plan, by=district.people["partner_unit"], at=AT
        )


def test_invented_data_is_marked(district):
    Plan.objects.update(is_demo=True)
    district.plan.refresh_from_db()
    book = book_of(services.export_ledger(district.plan, by=district.people["auditor"], at=AT))
    assert "演示数据" in book["数字"]["A2"].value


def test_the_same_ledger_twice_is_the_same_file(district):
    by = district.people["district_office"]
    first, second = (services.export_ledger(district.plan, by=by, at=AT).content for _time in range(2))
    assert first == second


def test_the_ledger_costs_the_same_for_one_and_many_measures(district, django_assert_num_queries):
    with django_assert_num_queries(16):
        ledger(district.plan, on=date(2025, 10, 20))
    for _number in range(40):
        make_measure(district.verified.action)
    with django_assert_num_queries(16):
        ledger(district.plan, on=date(2025, 10, 20))
