"""The task ledger as an Excel workbook. Numbers are numbers, days are days, and text is never a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter

from kepu.plans.queries.boards import REASONS
from kepu.reports.composing.phrases import DEMO_BANNER, QUARTERS
from kepu.reports.paper import chinese_date
from kepu.reports.queries.ledger import Ledger

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD_ROW = 2
Value = str | int | Decimal | date | None
# Text stays text: a cell that begins with = + - or @ must not run when the file is opened.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A head, a width in characters, and what stands in it."""

    head: str
    width: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the workbook."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Ledger], Iterator[tuple[Value, ...]]]


def write_workbook(ledger: Ledger, *, at: datetime) -> bytes:
    """Four sheets: tasks, targets, who reported when, numbers."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties(
        {
            "title": f"{ledger.plan.title} 任务台账",
            "author": ledger.plan.office.name,
            "created": at.astimezone(UTC).replace(tzinfo=None),
        }
    )
    formats = _formats(book)
    for sheet in SHEETS:
        _write_sheet(book.add_worksheet(sheet.name), sheet=sheet, ledger=ledger, formats=formats)
    book.close()
    return file.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    cell = {"font_name": "宋体", "font_size": 11, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
    return {
        "title": book.add_format({"font_name": "黑体", "font_size": 16, "valign": "vcenter"}),
        "note": book.add_format({"font_name": "宋体", "font_size": 10, "font_color": "#595959"}),
        "head": book.add_format(
            {**cell, "font_name": "黑体", "bg_color": "#E7EFEE", "text_wrap": True, "valign": "vcenter"}
        ),
        "text": book.add_format({**cell, "text_wrap": True}),
        "number": book.add_format({**cell, "num_format": "#,##0.####"}),
        "count": book.add_format({**cell, "num_format": "0"}),
        "day": book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "left"}),
    }


def _write_sheet(page: Any, *, sheet: Sheet, ledger: Ledger, formats: dict[str, Any]) -> None:
    last = len(sheet.columns) - 1
    _set_up_print(page, sheet=sheet, last=last)
    page.write_string(0, 0, f"{ledger.plan.title}　{sheet.name}", formats["title"])
    page.write_string(1, 0, note_of(ledger), formats["note"])
    page.set_row(0, 26)
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
        page.write_string(HEAD_ROW, number, column.head, formats["head"])
    count = 0
    for count, row in enumerate(sheet.rows(ledger), start=1):
        for number, value in enumerate(row):
            _write(page, HEAD_ROW + count, number, value=value, formats=formats)
    page.autofilter(HEAD_ROW, 0, HEAD_ROW + max(count, 1), last)


def _set_up_print(page: Any, *, sheet: Sheet, last: int) -> None:
    page.set_paper(9)  # A4
    page.set_landscape()
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEAD_ROW)
    page.freeze_panes(HEAD_ROW + 1, 0)
    page.set_footer(f"&L{sheet.name}&R第 &P 页，共 &N 页")


def note_of(ledger: Ledger) -> str:
    """What a reader must know: which version, whose part, of which day, and whether it is invented."""
    scope = f"范围：{ledger.unit.name}" if ledger.unit else "范围：全部单位"
    parts = [f"方案第{ledger.plan.version}版", scope, f"截至{chinese_date(ledger.on)}"]
    return "　".join([*parts, DEMO_BANNER] if ledger.plan.is_demo else parts)


def _write(page: Any, row: int, number: int, *, value: Value, formats: dict[str, Any]) -> None:
    if value is None or value == "":
        page.write_blank(row, number, None, formats["text"])
    elif isinstance(value, date):
        page.write_datetime(row, number, datetime(value.year, value.month, value.day), formats["day"])  # noqa: DTZ001 - a day in Excel has no zone
    elif isinstance(value, Decimal):
        page.write_number(row, number, float(value), formats["number"])
    elif isinstance(value, int):
        page.write_number(row, number, value, formats["count"])
    else:
        page.write_string(row, number, value, formats["text"])


def _task_rows(ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    for task in ledger.tasks:
        measure, report = task.found.measure, task.last_report
        yield (
            measure.action.title,
            measure.code,
            measure.title,
            _names(task.leads),
            _names(task.partners),
            measure.due_on or measure.action.plan.last_day,
            str(task.found.standing.label),
            str(REASONS[task.found.reason]),
            f"{report.period.year}年{QUARTERS[report.period.quarter]}" if report else "",
            str(report.get_state_display()) if report else "",
            task.evidence_count,
        )


def _target_rows(ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    for goal in ledger.goals:
        target, value = goal.target, goal.value
        yield (
            target.name,
            str(target.get_kind_display()),
            str(target.get_comparator_display()),
            target.value,
            target.unit,
            target.population,
            target.due_on,
            "是" if target.is_from_plan else "否",
            value.value if value else None,
            value.low if value else None,
            value.high if value else None,
            value.sample_size if value else None,
            value.unverified if value else None,
            value.as_of if value else None,
            value.source if value else "",
            str(goal.verdict.label),
        )


def _reporting_rows(ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    for unit, cell in ledger.cells:
        yield (
            unit.name,
            cell.period.year,
            QUARTERS[cell.period.quarter],
            cell.period.due_on,
            cell.owed,
            cell.on_time,
            cell.late,
            cell.missing,
            cell.word,
        )


def _figure_rows(ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    for figure in ledger.figures:
        report = figure.report
        yield (
            report.measure.code,
            report.measure.title,
            report.organisation.name,
            report.period.year,
            QUARTERS[report.period.quarter],
            figure.name,
            figure.numerator,
            figure.denominator,
            figure.unit,
            figure.target.name if figure.target else "",
            _names(figure.credited.all()),
            str(report.get_state_display()),
        )


def _names(units: Iterable[Any]) -> str:
    return "、".join(str(unit) for unit in units)


SHEETS = (
    Sheet(
        "任务台账",
        (
            Column("重点任务", 24),
            Column("编号", 8),
            Column("举措", 32),
            Column("牵头单位", 20),
            Column("配合单位", 20),
            Column("期限", 12),
            Column("进展", 10),
            Column("判断依据", 22),
            Column("最近填报", 16),
            Column("核实", 10),
            Column("佐证件数", 8),
        ),
        _task_rows,
    ),
    Sheet(
        "指标",
        (
            Column("指标", 30),
            Column("数字性质", 8),
            Column("比较", 8),
            Column("目标值", 12),
            Column("计量单位", 10),
            Column("对象", 16),
            Column("期限", 12),
            Column("方案载明", 8),
            Column("数值", 12),
            Column("区间下限", 10),
            Column("区间上限", 10),
            Column("样本量", 9),
            Column("未核实", 10),
            Column("截至", 12),
            Column("来源", 26),
            Column("结论", 12),
        ),
        _target_rows,
    ),
    Sheet(
        "填报情况",
        (
            Column("单位", 30),
            Column("年度", 8),
            Column("季度", 10),
            Column("截止日期", 12),
            Column("应报", 8),
            Column("按时", 8),
            Column("迟报", 8),
            Column("未报", 8),
            Column("情况", 10),
        ),
        _reporting_rows,
    ),
    Sheet(
        "数字",
        (
            Column("编号", 8),
            Column("举措", 30),
            Column("填报单位", 24),
            Column("年度", 8),
            Column("季度", 10),
            Column("名称", 24),
            Column("数值", 12),
            Column("分母", 12),
            Column("计量单位", 10),
            Column("对应指标", 20),
            Column("记入单位", 24),
            Column("核实", 10),
        ),
        _figure_rows,
    ),
)
