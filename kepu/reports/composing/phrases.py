"""How papers say a number, a target, a report. One place, so that every paper says it alike."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from kepu.plans.models import ProgressReport, Standing, Target, TargetValue
from kepu.plans.queries.figures import FigureTotal
from kepu.plans.queries.goals import GoalProgress
from kepu.reports.paper import chinese_date
from kepu.reports.queries.facts import Facts, MeasureFacts, UnitFacts, evidence_of, is_verified

UNVERIFIED = "（未核实）"
QUARTERS = {1: "第一季度", 2: "第二季度", 3: "第三季度", 4: "第四季度"}
COUNTED_STANDINGS = (
    Standing.DONE,
    Standing.ON_TRACK,
    Standing.AT_RISK,
    Standing.LATE,
    Standing.SILENT,
    Standing.UNASSIGNED,
    Standing.NOT_DUE,
)
DEMO_BANNER = "演示数据：单位、人员和数字均为演示而编写，不得作为真实情况引用"


def number(value: Decimal | int) -> str:
    """Figures without separators and without needless zeros: 30000, 18.5."""
    plain = Decimal(value).normalize()
    return f"{plain:f}"


def amount(value: Decimal | int, *, unit: str) -> str:
    return f"{number(value)}{unit}"


def enumeration(names: Iterable[object]) -> str:
    return "、".join(str(name) for name in names)


def goal_text(target: Target) -> str:
    """What the target asks for: 不低于18.5%，2025年12月31日前."""
    wanted = f"{target.get_comparator_display()}{amount(target.value, unit=target.unit)}"
    if target.per:
        wanted = f"每{target.per.removeprefix('每')}{wanted}"
    population = f"（{target.population}）" if target.population else ""
    due = f"，期限{chinese_date(target.due_on)}" if target.due_on else ""
    return f"{wanted}{population}{due}"


def value_text(value: TargetValue, *, unit: str) -> str:
    """What was reached, of which kind, by when, from where."""
    parts = [f"{amount(value.value, unit=unit)}（{value.get_kind_display()}）"]
    if value.low is not None and value.high is not None:
        parts.append(f"区间{amount(value.low, unit=unit)}至{amount(value.high, unit=unit)}")
    if value.sample_size:
        parts.append(f"样本量{value.sample_size}")
    parts.append(f"截至{chinese_date(value.as_of)}")
    if value.source:
        parts.append(f"来源：{value.source}")
    if value.unverified:
        parts.append(f"另有{amount(value.unverified, unit=unit)}未核实，不计入")
    return "，".join(parts)


def goal_sentences(goal: GoalProgress) -> str:
    """A target and how far it is, in two or three sentences."""
    origin = "方案目标" if goal.target.is_from_plan else "办公室自定目标"
    wanted = f"{origin}：{goal_text(goal.target)}。"
    if goal.value is None:
        return f"{wanted}还没有数字，暂不能判断。"
    reached = f"目前为{value_text(goal.value, unit=goal.target.unit)}。"
    return f"{wanted}{reached}结论：{goal.verdict.label}。"


def standing_counts(facts: Facts) -> str:
    """已完成3项、按期20项: only what there is."""
    counts = facts.counts
    return enumeration(f"{one.label}{counts[one]}项" for one in COUNTED_STANDINGS if counts[one])


def report_sentence(report: ProgressReport) -> str:
    """What a unit reports, with its files; what is not verified says so first."""
    text = _full_stop(report.text.strip() or "没有填写文字说明")
    files = evidence_of(report)
    return f"{_mark(report)}{report.organisation}：{text}" + (f"（佐证材料{files}件）" if files else "")


def dated_report_sentence(report: ProgressReport) -> str:
    """The same with its quarter, for papers about a year or more."""
    return f"{QUARTERS[report.period.quarter]}，{report_sentence(report)}"


def next_step_sentence(report: ProgressReport) -> str:
    return f"{_mark(report)}{report.organisation}：{_full_stop(report.next_steps.strip())}"


def figure_text(total: FigureTotal) -> str:
    """A named number as verified: 3000人次, or a share with its parts."""
    if total.share is None:
        return amount(total.verified, unit=total.unit)
    share = (total.share * 100).quantize(Decimal("0.1"))
    return f"{number(total.verified)}/{number(total.verified_denominator)}{total.unit}，{number(share)}%"


def unit_gap(unit: UnitFacts) -> str:
    """教育局未报2份、迟报1份."""
    parts = [f"未报{unit.missing}份"] if unit.missing else []
    parts += [f"迟报{unit.late}份"] if unit.late else []
    return f"{unit.organisation}{'、'.join(parts)}"


def measure_name(measure: MeasureFacts) -> str:
    return f"“{measure.measure.title}”"


def _mark(report: ProgressReport) -> str:
    return "" if is_verified(report) else UNVERIFIED


def _full_stop(text: str) -> str:
    return text if text.endswith(("。", "！", "？", "；", ".", "…")) else f"{text}。"
