"""The yearly report: the year's facts, quarter by quarter, and the published grades of the units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kepu.plans.queries.assessments import Result
from kepu.reports.composing import phrases, sections
from kepu.reports.paper import Block, Heading, PaperContent, Paragraph, Table, chinese_date
from kepu.reports.queries.facts import Facts


def compose_yearly(facts: Facts, *, year: int, results: Sequence[Result], number: str = "") -> PaperContent:
    """The facts of one year; `results` are the published assessments, or none."""
    plan = facts.plan
    return PaperContent(
        title=f"{plan.region.name}{year}年\n全民科学素质工作年度报告",
        number=number,
        blocks=(
            Paragraph(_opening(facts, year=year)),
            Heading(1, "总体情况"),
            Paragraph(_overview(facts, year=year)),
            Paragraph(sections.reporting_sentences(facts)),
            *_quarter_table(facts),
            *sections.target_blocks(facts.goals),
            *sections.work_blocks(facts, sentence=phrases.dated_report_sentence),
            *sections.figure_blocks(facts),
            *_grades(results),
            *sections.problem_blocks(facts),
            *sections.next_step_blocks(facts),
        ),
        signatory=plan.office.name,
        dated=facts.on,
        annexes=(sections.measure_annex(facts), sections.unit_annex(facts)),
        banner=sections.banner(facts),
        remarks=sections.remarks(facts),
    )


def _opening(facts: Facts, *, year: int) -> str:
    return (
        f"本报告按《{facts.plan.title}》整理{year}年各成员单位的工作，"
        f"数据截至{chinese_date(facts.on)}；办公室尚未核实的内容标有“未核实”字样。"
    )


def _overview(facts: Facts, *, year: int) -> str:
    return (
        f"方案共有重点任务{len(facts.actions)}项、举措{len(facts.measures)}项。"
        f"{year}年末，{phrases.standing_counts(facts) or '还没有举措'}。"
    )


def _quarter_table(facts: Facts) -> Iterator[Block]:
    """How complete each quarter's reports were."""
    rows = []
    for period in facts.periods:
        cells = [cell for unit in facts.units for cell in unit.cells if cell.period.pk == period.pk]
        sums = (sum(getattr(cell, part) for cell in cells) for part in ("owed", "on_time", "late", "missing"))
        rows.append((phrases.QUARTERS[period.quarter], *(str(total) for total in sums)))
    if rows:
        yield Table(("季度", "应报", "按时", "迟报", "未报"), tuple(rows), (4, 2, 2, 2, 2))


def _grades(results: Sequence[Result]) -> Iterator[Block]:
    """Grades in the order of the roster: this is no ranking."""
    if not results:
        return
    yield Heading(1, "成员单位考核")
    yield Paragraph("等次由评分表得出，按单位名册顺序排列，不按得分排名。")
    rows = tuple((one.assessment.organisation.name, one.grade or "不适用") for one in results)
    yield Table(("单位", "等次"), rows, (8, 3))
