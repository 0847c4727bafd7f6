"""The final assessment of a plan as a paper: reached, not reached, or not to be decided; each with its years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kepu.plans.queries.final import ActionOutcome, FinalAssessment, Outcome
from kepu.reports.composing import phrases, sections
from kepu.reports.paper import Annex, Block, Heading, PaperContent, Paragraph, Table, chinese_date


def compose_final(found: FinalAssessment, *, on: date, number: str = "") -> PaperContent:
    """What the plan reached by a day."""
    plan = found.plan
    return PaperContent(
        title=f"{plan.region.name}{plan.starts_in}—{plan.ends_in}年\n全民科学素质行动终期评估报告",
        number=number,
        blocks=(
            Paragraph(_opening(found, on=on)),
            Heading(1, "总体结论"),
            Paragraph(_conclusion(found)),
            *sections.target_blocks(found.targets),
            *_action_blocks(found, on=on),
            *_undecided_blocks(found),
        ),
        signatory=plan.office.name,
        dated=on,
        annexes=(_years_annex(found),),
        banner=phrases.DEMO_BANNER if plan.is_demo else "",
        remarks=(
            "举措全部由牵头单位报告完成的任务算已完成，有举措期满未完成的算未完成，"
            "没有填报或只报了进展的暂不能判断。估计值只有整个区间都在目标一侧时才下结论。",
        ),
    )


def _opening(found: FinalAssessment, *, on: date) -> str:
    state = "方案期已满。" if found.is_over else "方案期未满，本文为阶段情况，只判断已经完成的任务。"
    return f"本报告评估《{found.plan.title}》的实施结果，数据截至{chinese_date(on)}。{state}"


def _conclusion(found: FinalAssessment) -> str:
    tally = phrases.enumeration(f"{outcome.label}{found.count(outcome)}项" for outcome in Outcome)
    return f"重点任务{len(found.actions)}项：{tally}。数字指标{len(found.targets)}项，逐项结论见下。"


def _action_blocks(found: FinalAssessment, *, on: date) -> Iterator[Block]:
    yield Heading(1, "重点任务完成情况")
    for action in found.actions:
        yield Heading(2, action.action.title)
        yield Paragraph(_action_sentence(action, on=on))
        for measure in action.measures:
            if measure.latest:
                yield Paragraph(f"“{measure.measure.title}”：{phrases.report_sentence(measure.latest)}")


def _action_sentence(action: ActionOutcome, *, on: date) -> str:
    done = sum(measure.outcome == Outcome.REACHED for measure in action.measures)
    years = "，".join(
        f"{one.year}年{'末' if one.year < on.year else '目前'}{one.standing.label}" for one in action.by_year
    )
    return f"结论：{action.outcome.label}。举措{len(action.measures)}项，已完成{done}项。历年情况：{years}。"


def _undecided_blocks(found: FinalAssessment) -> Iterator[Block]:
    """What is missing before more can be said."""
    yield Heading(1, "暂不能判断的事项")
    names = [
        measure.measure.title
        for action in found.actions
        for measure in action.measures
        if measure.outcome == Outcome.UNDECIDED
    ]
    if names:
        titles = phrases.enumeration(f"“{name}”" for name in names)
        yield Paragraph(f"以下举措{len(names)}项缺少完成情况的填报，补充核实后再下结论：{titles}。")
    else:
        yield Paragraph("所有举措都有结论。")


def _years_annex(found: FinalAssessment) -> Annex:
    """Every measure with its standing at the end of each year."""
    rows = tuple(
        (
            measure.measure.code,
            measure.measure.title,
            *(str(one.standing.label) for one in measure.by_year),
            str(measure.outcome.label),
        )
        for action in found.actions
        for measure in action.measures
    )
    head = ("编号", "举措", *(str(year) for year in found.years), "结论")
    return Annex("各举措历年进展和结论", (Table(head, rows, (2, 6, *(2 for _year in found.years), 3)),))
