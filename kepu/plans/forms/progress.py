"""The forms of reporting: one page with text, figures and files; and what the office fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation
from kepu.plans.forms.fields import AmountField, DayField, many_lines
from kepu.plans.models import Figure, ProgressReport, ReportState, Standing, Target
from kepu.plans.services.progress import FigureInput, ReportContent
from kepu.plans.services.progress.content import REPORTABLE

EMPTY_ROWS = 1
MAX_ROWS = 30
StrOrPromise = str | Promise
TYPED = ("name", "target", "numerator", "denominator", "unit")


class ReportForm(forms.Form):
    """The words of a report."""

    text = forms.CharField(
        label=_("本季度做了什么"),
        required=False,
        max_length=20_000,
        widget=many_lines(6),
        help_text=_("写事实：做了什么、在哪里、多少人参加。没写完也可以先存草稿。"),
    )
    standing = forms.ChoiceField(
        label=_("进展"),
        choices=[(one.value, one.label) for one in REPORTABLE],
        initial=Standing.ON_TRACK,
        widget=forms.RadioSelect,
    )
    next_steps = forms.CharField(label=_("下一步"), required=False, max_length=20_000, widget=many_lines(3))


class FigureForm(forms.Form):
    """One row of figures. An empty row is skipped, a half-typed one is kept as it is."""

    name = forms.CharField(label=_("名称"), required=False, max_length=80)
    target = forms.TypedChoiceField(label=_("计入指标"), required=False, empty_value=None)
    numerator = AmountField(label=_("数值"), required=False)
    denominator = AmountField(label=_("分母（是比例才填）"), required=False)
    unit = forms.CharField(label=_("计量单位"), required=False, max_length=20)
    credited = forms.TypedMultipleChoiceField(
        label=_("同时记给"), required=False, widget=forms.CheckboxSelectMultiple, empty_value=[]
    )

    def __init__(
        self, *args: Any, targets: Sequence[Target], partners: Sequence[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["target"], rows=targets, empty=_("不计入指标"))
        _offer(self.fields["credited"], rows=partners)
        if not targets:
            del self.fields["target"]
        if not partners:
            del self.fields["credited"]

    @property
    def typed(self) -> dict[str, str]:
        """The row as it was typed."""
        values = {name: str(self.data.get(self.add_prefix(name), "")).strip() for name in TYPED}
        return {name: value for name, value in values.items() if value}

    @property
    def is_complete(self) -> bool:
        if not self.is_valid():
            return False
        cleaned = self.cleaned_data
        return bool(cleaned["name"] and cleaned["unit"] and cleaned["numerator"] is not None)

    def figure(self) -> FigureInput:
        cleaned = self.cleaned_data
        return FigureInput(
            name=cleaned["name"],
            numerator=cleaned["numerator"],
            unit=cleaned["unit"],
            denominator=cleaned["denominator"],
            target=cleaned.get("target"),
            credited=list(cleaned.get("credited") or []),
        )

    def explain_what_is_missing(self) -> None:
        """For a half-typed row: say it at the field."""
        for name in ("name", "numerator", "unit"):
            if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
                self.add_error(name, _("还没有填"))


class FigureRows:
    """The rows of figures of one form: what is there, and an empty one, so that rows need no script."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        report: ProgressReport | None,
        targets: Sequence[Target],
        partners: Sequence[Organisation],
        more: int = 0,
    ) -> None:
        self._options: dict[str, Any] = {"targets": targets, "partners": partners}
        self.rows = self._from_report(report) if data is None else self._from_data(data, more=more)

    @property
    def count(self) -> int:
        return len(self.rows)

    def figures(self) -> list[FigureInput]:
        return [row.figure() for row in self.rows if row.typed and row.is_complete]

    def unfinished(self) -> list[dict[str, str]]:
        return [row.typed for row in self.rows if row.typed and not row.is_complete]

    def explain_what_is_missing(self) -> None:
        for row in self.rows:
            if row.typed and not row.is_complete:
                row.explain_what_is_missing()

    def _from_data(self, data: Mapping[str, Any], *, more: int) -> list[FigureForm]:
        count = min(_row_count(data), MAX_ROWS)
        rows = [FigureForm(data, prefix=f"figure-{number}", **self._options) for number in range(count)]
        return rows + self._empty(range(count, min(count + more, MAX_ROWS)))

    def _from_report(self, report: ProgressReport | None) -> list[FigureForm]:
        rows = [] if report is None else [*map(_initial, _figures(report)), *report.unfinished_figures]
        filled = [
            FigureForm(prefix=f"figure-{number}", initial=row, **self._options)
            for number, row in enumerate(rows)
        ]
        return filled + self._empty(range(len(filled), len(filled) + EMPTY_ROWS))

    def _empty(self, numbers: range) -> list[FigureForm]:
        return [FigureForm(prefix=f"figure-{number}", **self._options) for number in numbers]


def content_of(form: ReportForm, *, rows: FigureRows) -> ReportContent:
    """What was typed, ready to be kept; the form must be valid."""
    return ReportContent(
        text=form.cleaned_data["text"],
        next_steps=form.cleaned_data["next_steps"],
        standing=form.cleaned_data["standing"],
        figures=rows.figures(),
        unfinished_figures=rows.unfinished(),
    )


def files_of(files: MultiValueDict[str, Any]) -> list[Any]:
    return [file for file in files.getlist("files") if file]


class OpenPeriodForm(forms.Form):
    """A new quarter."""

    year = forms.IntegerField(label=_("年度"), min_value=1990, max_value=2100)
    quarter = forms.TypedChoiceField(
        label=_("季度"),
        coerce=int,
        choices=[(1, _("第一季度")), (2, _("第二季度")), (3, _("第三季度")), (4, _("第四季度"))],
    )
    due_on = DayField(label=_("截止日期"), help_text=_("到期前 7 天和当天会提醒，过期后每周提醒一次。"))


class DueDayForm(forms.Form):
    """Another last day, and why."""

    due_on = DayField(label=_("新的截止日期"))
    reason = forms.CharField(label=_("理由"), required=False, max_length=200)


class ReportFilterForm(forms.Form):
    """Which reports the list shows."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *ReportState.choices]
    )
    unit = forms.ModelChoiceField(
        label=_("单位"), queryset=Organisation.objects.none(), required=False, empty_label=_("全部单位")
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


def _row_count(data: Mapping[str, Any]) -> int:
    try:
        return max(int(data.get("figure-count", EMPTY_ROWS)), 0)
    except ValueError:
        return EMPTY_ROWS


def _offer(field: forms.Field, *, rows: Sequence[Any], empty: StrOrPromise = "") -> None:
    """Choices from rows that are read already, so that thirty rows of figures cost no further query."""
    by_key = {str(row.pk): row for row in rows}
    choices: list[tuple[str, StrOrPromise]] = [("", empty)] if empty else []
    field.choices = choices + [(key, str(row)) for key, row in by_key.items()]  # type: ignore[attr-defined]
    field.coerce = by_key.__getitem__  # type: ignore[attr-defined]


def _figures(report: ProgressReport) -> Iterable[Figure]:
    return report.figures.prefetch_related("credited")


def _initial(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "target": figure.target_id,
        "numerator": _plain(figure.numerator),
        "denominator": _plain(figure.denominator),
        "unit": figure.unit,
        "credited": [unit.pk for unit in figure.credited.all()],
    }


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
