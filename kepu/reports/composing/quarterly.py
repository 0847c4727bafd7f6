"""The quarterly paper: how far the plan is, in the layout and order in which offices report."""

from __future__ import annotations

from kepu.reports.composing import phrases, sections
from kepu.reports.paper import Heading, PaperContent, Paragraph, chinese_date
from kepu.reports.queries.facts import Facts


def compose_quarterly(facts: Facts, *, number: str = "") -> PaperContent:
    """The facts of one quarter as a paper to all member units."""
    plan, (period,) = facts.plan, facts.periods
    quarter = f"{period.year}年{phrases.QUARTERS[period.quarter]}"
    return PaperContent(
        title=f"{plan.region.name}{quarter}\n全民科学素质工作情况通报",
        number=number,
        addressee="各成员单位：",
        blocks=(
            Paragraph(_opening(facts, quarter=quarter)),
            Heading(1, "总体情况"),
            Paragraph(_overview(facts)),
            Paragraph(sections.reporting_sentences(facts)),
            *sections.target_blocks(facts.goals),
            *sections.work_blocks(facts, sentence=phrases.report_sentence),
            *sections.figure_blocks(facts),
            *sections.problem_blocks(facts),
            *sections.next_step_blocks(facts),
        ),
        signatory=plan.office.name,
        dated=facts.on,
        annexes=(sections.measure_annex(facts), sections.unit_annex(facts)),
        banner=sections.banner(facts),
        remarks=sections.remarks(facts),
    )


def _opening(facts: Facts, *, quarter: str) -> str:
    return (
        f"根据《{facts.plan.title}》和季度填报安排，现将{quarter}工作情况通报如下。"
        f"数据截至{chinese_date(facts.on)}；办公室尚未核实的内容标有“未核实”字样。"
    )


def _overview(facts: Facts) -> str:
    return (
        f"方案共有重点任务{len(facts.actions)}项、举措{len(facts.measures)}项。"
        f"按牵头单位填报和期限判断，{phrases.standing_counts(facts) or '还没有举措'}。"
    )
