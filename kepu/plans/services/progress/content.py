"""What a unit writes in a report, and whether it can be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation
from kepu.core.errors import BadInput
from kepu.plans import rules
from kepu.plans.models import Measure, Standing, Target

REPORTABLE = (Standing.ON_TRACK, Standing.AT_RISK, Standing.LATE, Standing.DONE)
"""What a unit can say itself; the other standings follow from what is missing."""

MAX_FIGURES = 30
MAX_AMOUNT = Decimal(10) ** 14
MAX_TEXT = 20_000


class TargetNotOfPlan(BadInput):
    code = "target_not_of_measure"
    message = gettext_lazy("这个指标不属于这条举措，请重新选择。")


class UnitNotResponsible(BadInput):
    code = "unit_not_responsible"
    message = gettext_lazy("只能记在这条举措的责任单位名下。")


class FigureRefused(BadInput):
    code = "figure_refused"


@dataclass(frozen=True, slots=True)
class FigureInput:
    """A number as typed: `numerator` is the amount, `denominator` what it is a share of, if it is one."""

    name: str
    numerator: Decimal
    unit: str
    denominator: Decimal | None = None
    target: Target | None = None
    credited: Sequence[Organisation] = ()


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A report as typed. Rows of figures that are not complete yet are kept as they are, until they are."""

    text: str = ""
    next_steps: str = ""
    standing: str = Standing.ON_TRACK
    figures: Sequence[FigureInput] = ()
    unfinished_figures: Sequence[Mapping[str, str]] = ()


def check_content(content: ReportContent, *, measure: Measure) -> None:
    """Refuse what must not be stored, whoever hands it in."""
    if content.standing not in REPORTABLE:
        raise BadInput(field="standing")
    if max(len(content.text), len(content.next_steps)) > MAX_TEXT:
        raise BadInput(_("文字太长，请写要点，把详细材料作为佐证上传。"), field="text")
    if len(content.figures) + len(content.unfinished_figures) > MAX_FIGURES:
        raise FigureRefused(_("数字太多，一份填报最多 %(most)d 个。") % {"most": MAX_FIGURES})
    names = [figure.name.strip() for figure in content.figures]
    for name in names:
        if names.count(name) > 1:
            raise FigureRefused(_("“%(name)s”填了两次，请合并成一个。") % {"name": name})
    for figure in content.figures:
        _check_figure(figure, measure=measure)


def _check_figure(figure: FigureInput, *, measure: Measure) -> None:
    _check_words(figure)
    _check_amounts(figure)
    if figure.target is not None:
        _check_target(figure, measure=measure)
    if any(not rules.is_responsible(unit, measure) for unit in figure.credited):
        raise UnitNotResponsible


def _check_words(figure: FigureInput) -> None:
    name, unit = figure.name.strip(), figure.unit.strip()
    if not name or not unit or len(name) > 80 or len(unit) > 20:
        raise FigureRefused(_("每个数字都要有名称（不超过 80 字）和计量单位（不超过 20 字）。"))


def _check_amounts(figure: FigureInput) -> None:
    words = {"name": figure.name.strip()}
    if not _is_amount(figure.numerator):
        raise FigureRefused(_("“%(name)s”的数值不对：请填不小于零的数，最多两位小数。") % words)
    if figure.denominator is not None and not (_is_amount(figure.denominator) and figure.denominator > 0):
        raise FigureRefused(_("“%(name)s”的分母须大于零。") % words)


def _is_amount(number: Decimal) -> bool:
    return number.is_finite() and 0 <= number < MAX_AMOUNT and number == number.quantize(Decimal("0.01"))


def _check_target(figure: FigureInput, *, measure: Measure) -> None:
    target = figure.target
    if target is None or target.plan_id != measure.action.plan_id or target.withdrawn_in is not None:
        raise TargetNotOfPlan
    if target.measure_id not in (None, measure.pk):
        raise TargetNotOfPlan
    is_share = target.unit == "%"
    if is_share and figure.denominator is None:
        raise FigureRefused(
            _("“%(target)s”是比例，请同时填分子和分母，不要直接填百分数。") % {"target": target}
        )
    if not is_share and figure.unit.strip() != target.unit:
        raise FigureRefused(
            _("“%(target)s”按“%(unit)s”计，请换算成同样的计量单位。")
            % {"target": target, "unit": target.unit}
        )
