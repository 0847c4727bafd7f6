"""The parts that several papers share: targets, what was done, numbers, what is late, what comes next, the annexes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from kepu.plans.models import ProgressReport, Standing
from kepu.plans.queries.goals import GoalProgress
from kepu.reports.composing import phrases
from kepu.reports.paper import Annex, Block, Heading, Paragraph, Table, chinese_date
from kepu.reports.queries.facts import Facts, MeasureFacts


def reporting_sentences(facts: Facts) -> str:
    """How complete the reports are that this paper rests on."""
    owed = sum(unit.owed for unit in facts.units)
    on_time = sum(unit.on_time for unit in facts.units)
    late = sum(unit.late for unit in facts.units)
    missing = sum(unit.missing for unit in facts.units)
    return (
        f"牵头单位应填报{owed}份，按时{on_time}份，迟报{late}份，未报{missing}份。"
        f"本文采用各单位填报{len(facts.reports)}份，其中已核实{facts.verified_count}份、"
        f"未核实{facts.unverified_count}份，附佐证材料{facts.evidence_count}件。"
    )


def target_blocks(goals: Sequence[GoalProgress]) -> Iterator[Block]:
    """Each target with the kind of its number, its day and its source."""
    yield Heading(1, "主要指标")
    if not goals:
        yield Paragraph("方案没有数字指标。")
    for goal in goals:
        yield Heading(2, goal.target.name)
        yield Paragraph(phrases.goal_sentences(goal))


def work_blocks(facts: Facts, *, sentence: Callable[[ProgressReport], str]) -> Iterator[Block]:
    """By action and measure, in the units' own words."""
    yield Heading(1, "重点任务推进情况")
    if not facts.actions:
        yield Paragraph("方案中还没有任务。")
    for action, measures in facts.actions.items():
        yield Heading(2, action.title)
        for measure in measures:
            yield Heading(3, measure.measure.title)
            yield Paragraph(_standing_sentence(measure))
            for report in measure.reports:
                yield Paragraph(sentence(report))


def figure_blocks(facts: Facts) -> Iterator[Block]:
    """Numbers as verified; what is not verified stands in a column of its own."""
    yield Heading(1, "主要数据")
    if not facts.figures:
        yield Paragraph("没有填报数据。")
        return
    yield Paragraph("下表“已核实”栏为计入的数字，“未核实”栏的数字不计入。联合举措的数字只计一次。")
    codes = {measure.measure.pk: measure.measure.code for measure in facts.measures}
    rows = tuple(
        (
            codes.get(total.measure_id, "—"),
            total.name,
            phrases.figure_text(total) if total.verified else "—",
            phrases.amount(total.unverified, unit=total.unit) if total.unverified else "—",
        )
        for total in facts.figures
    )
    yield Table(("举措", "名称", "已核实", "未核实"), rows, (2, 7, 5, 4))


def problem_blocks(facts: Facts) -> Iterator[Block]:
    """Late, silent and at risk, by name; which unit did not report."""
    yield Heading(1, "存在的问题")
    sentences = [
        _problem(facts, Standing.LATE, "已逾期"),
        _problem(facts, Standing.SILENT, "牵头单位没有填报"),
        _problem(facts, Standing.AT_RISK, "有风险"),
    ]
    gaps = [phrases.unit_gap(unit) for unit in facts.units if unit.missing or unit.late]
    if gaps:
        sentences.append(f"填报不及时的单位：{'；'.join(gaps)}。")
    found = [sentence for sentence in sentences if sentence]
    yield from (Paragraph(sentence) for sentence in found or ["本期没有逾期、有风险或未填报的举措。"])


def next_step_blocks(facts: Facts) -> Iterator[Block]:
    """What the units announce, by action."""
    yield Heading(1, "下一步工作")
    announced = False
    for action, measures in facts.actions.items():
        lines = [
            phrases.next_step_sentence(report) for one in measures if (report := _last_with_next_steps(one))
        ]
        if lines:
            announced = True
            yield Heading(2, action.title)
            yield from (Paragraph(line) for line in lines)
    if not announced:
        yield Paragraph("各单位没有填报下一步安排。")


def measure_annex(facts: Facts) -> Annex:
    """Every measure in one table."""
    rows = tuple(
        (
            measure.measure.code,
            measure.measure.title,
            phrases.enumeration(measure.leads) or "—",
            str(measure.standing.label),
            str(measure.evidence_count),
        )
        for measure in facts.measures
    )
    table = Table(("编号", "举措", "牵头单位", "进展", "佐证"), rows, (2, 8, 5, 2, 2))
    return Annex("各举措进展一览表", (table,))


def unit_annex(facts: Facts) -> Annex:
    """Which unit reported when, in the order of the roster."""
    rows = tuple(
        (unit.organisation.name, *(str(n) for n in (unit.owed, unit.on_time, unit.late, unit.missing)))
        for unit in facts.units
    )
    return Annex("各单位填报情况", (Table(("单位", "应报", "按时", "迟报", "未报"), rows, (8, 2, 2, 2, 2)),))


def remarks(facts: Facts) -> tuple[str, ...]:
    """What a reader must know to judge the numbers."""
    return (
        f"数据截至{chinese_date(facts.on)}，按方案第{facts.plan.version}版整理。"
        "“计数”由填报逐条累加，“估计”由抽样调查推算，“上报”由单位填报并附材料；三类数字不相加。",
    )


def banner(facts: Facts) -> str:
    return phrases.DEMO_BANNER if facts.plan.is_demo else ""


def _standing_sentence(measure: MeasureFacts) -> str:
    leads = f"牵头单位：{phrases.enumeration(measure.leads)}。" if measure.leads else "没有牵头单位。"
    return f"{leads}进展：{measure.standing.label}（{measure.reason}）。"


def _problem(facts: Facts, standing: Standing, what: str) -> str:
    found = facts.standing_in(standing)
    if not found:
        return ""
    return f"{what}的举措{len(found)}项：{phrases.enumeration(phrases.measure_name(one) for one in found)}。"


def _last_with_next_steps(measure: MeasureFacts) -> ProgressReport | None:
    return next((report for report in reversed(measure.reports) if report.next_steps.strip()), None)
