"""The forms of the yearly assessment. What was typed is never lost: a refusal comes back beside the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext_lazy as _

from kepu.plans.models import Plan, PointsSource, ProgressReport, Rubric, RubricItem, Score
from kepu.plans.queries.assessments import Line, Result
from kepu.plans.services.assessment import ReviewEntry, SelfEntry
from kepu.plans.services.rubrics import ItemDraft

FROM_DEFAULT = "default"


class StartRubricForm(forms.Form):
    """Which plan, which year, and from what to begin."""

    plan = forms.ModelChoiceField(label=_("方案"), queryset=Plan.objects.none())
    year = forms.IntegerField(label=_("年度"), min_value=1990, max_value=2100)
    source = forms.ChoiceField(
        label=_("从哪里开始"), help_text=_("建好以后可以逐项修改，开放自评前不通知单位。")
    )

    def __init__(self, *args: Any, plans: Any, rubrics: Sequence[Rubric], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        self._rubrics = {str(rubric.pk): rubric for rubric in rubrics}
        earlier = [
            (key, _("复制 %(year)d 年：%(title)s") % {"year": rubric.year, "title": rubric.title})
            for key, rubric in self._rubrics.items()
        ]
        self.fields["source"].choices = [*earlier, (FROM_DEFAULT, _("内置评分表"))]  # type: ignore[attr-defined]

    @property
    def source_rubric(self) -> Rubric | None:
        """The rubric to copy; None for the shipped one."""
        return self._rubrics.get(self.cleaned_data["source"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        source = self._rubrics.get(cleaned.get("source", ""))
        if source and cleaned.get("plan") and source.plan_id != cleaned["plan"].pk:
            self.add_error("source", _("这份评分表属于另一个方案，请选同一方案的，或用内置评分表。"))
        return cleaned


class RubricForm(forms.Form):
    """The head of a rubric. Grades are one per line: a name and the percentage from which it holds."""

    title = forms.CharField(label=_("名称"), max_length=120)
    due_on = forms.DateField(
        label=_("自评截止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    grades = forms.CharField(
        label=_("等次"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("每行一个：名称、空格、起始百分比，例如“优秀 90”。"),
    )

    def clean_grades(self) -> list[dict[str, Any]]:
        lines = [line.split() for line in self.cleaned_data["grades"].splitlines() if line.strip()]
        try:
            grades = [{"name": name, "from": float(Decimal(start.rstrip("%")))} for name, start in lines]
        except (ValueError, ArithmeticError):
            raise forms.ValidationError(_("每行写一个名称和一个数字，中间用空格隔开。")) from None
        if any(not 0 <= grade["from"] <= 100 for grade in grades):
            raise forms.ValidationError(_("起始百分比在 0 和 100 之间。"))
        return grades


class RubricItemForm(forms.Form):
    """One line of a rubric."""

    title = forms.CharField(label=_("内容"), max_length=160)
    # The browser sends the first choice of an untouched line too: as the initial value it counts as no change.
    source = forms.ChoiceField(label=_("得分依据"), choices=PointsSource.choices, initial=PointsSource.JUDGED)
    points = forms.DecimalField(
        label=_("分值"), max_digits=6, decimal_places=1, min_value=Decimal("0.1"), localize=False
    )
    guidance = forms.CharField(label=_("评分说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def draft(self) -> ItemDraft:
        data = self.cleaned_data
        return ItemDraft(data["title"], data["source"], data["points"], data["guidance"])


class BaseRubricItemFormSet(forms.BaseFormSet):  # type: ignore[type-arg]  # generic only for the checker
    """Lines that can be moved and taken out, in our own words."""

    def add_fields(self, form: RubricItemForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("顺序")
        form.fields["DELETE"].label = _("删除这一项")


RubricItemFormSet = formset_factory(
    RubricItemForm,
    formset=BaseRubricItemFormSet,
    extra=1,
    can_delete=True,
    can_order=True,
    max_num=60,
)


def item_drafts(formset: Any) -> list[ItemDraft]:
    """The lines in their typed order, without those marked for removal."""
    return [form.draft() for form in formset.ordered_forms]


@dataclass(frozen=True)
class FormLine:
    """One item with the fields that belong to it, for the template."""

    line: Line
    points: Any = None
    text: Any = None
    reports: Any = None


class _PointsForm(forms.Form):
    """Fields for every judged item: points, a text and the reports on which the points rest."""

    text_part = ""
    text_attribute = ""
    text_label: Any = ""
    text_help: Any = ""
    points_label: Any = ""

    def __init__(self, data: Any = None, *, result: Result, reports: Sequence[ProgressReport]) -> None:
        self.result = result
        self._reports = {str(report.pk): report for report in reports}
        super().__init__(data, initial=self._initial())
        for line in self._judged():
            self._add_fields(line.item)

    def form_lines(self) -> list[FormLine]:
        return [self._form_line(line) for line in self.result.lines]

    def _judged(self) -> list[Line]:
        return [line for line in self.result.lines if line.is_judged]

    def _add_fields(self, item: RubricItem) -> None:
        self.fields[f"points_{item.pk}"] = forms.DecimalField(
            label=self.points_label,
            required=False,
            max_digits=6,
            decimal_places=1,
            min_value=Decimal(0),
            max_value=item.points,
        )
        self.fields[f"{self.text_part}_{item.pk}"] = forms.CharField(
            label=self.text_label,
            help_text=self.text_help,
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        if self._reports:
            self.fields[f"reports_{item.pk}"] = forms.MultipleChoiceField(
                label=_("关联已核实的填报"),
                required=False,
                choices=[(key, _report_label(report)) for key, report in self._reports.items()],
                widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-many"}),
            )

    def _form_line(self, line: Line) -> FormLine:
        if not line.is_judged:
            return FormLine(line)
        key = line.item.pk
        reports = self[f"reports_{key}"] if self._reports else None
        return FormLine(line, self[f"points_{key}"], self[f"{self.text_part}_{key}"], reports)

    def _initial(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for line in self._judged():
            if line.score:
                values |= self._initial_of(line.score)
        return values

    def _initial_of(self, score: Score) -> dict[str, Any]:
        return {
            f"points_{score.item_id}": self._points_of(score),
            f"{self.text_part}_{score.item_id}": getattr(score, self.text_attribute),
            f"reports_{score.item_id}": [str(report.pk) for report in score.reports.all()],
        }

    def _points_of(self, score: Score) -> Decimal | None:
        return score.self_points

    def _chosen(self, item: RubricItem) -> list[ProgressReport]:
        return [self._reports[key] for key in self.cleaned_data.get(f"reports_{item.pk}", [])]


class SelfReviewForm(_PointsForm):
    """What the unit says about itself."""

    text_part = "basis"
    text_attribute = "basis"
    text_label = _("依据")
    text_help = _("做了什么、有什么材料可查；已经写在季度填报里的，勾选下面的填报就够了。")
    points_label = _("自评分")

    def entries(self) -> dict[RubricItem, SelfEntry]:
        data = self.cleaned_data
        return {
            line.item: SelfEntry(
                points=data.get(f"points_{line.item.pk}"),
                basis=data.get(f"basis_{line.item.pk}", ""),
                reports=self._chosen(line.item),
            )
            for line in self._judged()
        }


class ReviewForm(_PointsForm):
    """What the office gives; it begins with what the unit claims."""

    text_part = "note"
    text_attribute = "review_note"
    text_label = _("复核说明")
    text_help = _("和自评分不同时必须写明理由。")
    points_label = _("复核分")

    def entries(self) -> dict[RubricItem, ReviewEntry]:
        data = self.cleaned_data
        return {
            line.item: ReviewEntry(
                points=data.get(f"points_{line.item.pk}"),
                note=data.get(f"note_{line.item.pk}", ""),
                reports=self._chosen(line.item),
            )
            for line in self._judged()
        }

    def _points_of(self, score: Score) -> Decimal | None:
        return score.points if score.points is not None else score.self_points


class ReasonForm(forms.Form):
    """One sentence that the other side will read."""

    reason = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AppealForm(forms.Form):
    """Why a score is wrong."""

    text = forms.CharField(
        label=_("申诉理由"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("说明哪里不对、有什么材料可以证明；一项只能申诉一次。"),
    )


class AnswerForm(forms.Form):
    """Upheld with new points, or not; in both cases with words."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"

    decision = forms.ChoiceField(
        label=_("决定"),
        choices=[(UPHELD, _("申诉成立，调整得分")), (DISMISSED, _("得分不变"))],
        widget=forms.RadioSelect,
    )
    points = forms.DecimalField(
        label=_("调整后的得分"), required=False, max_digits=6, decimal_places=1, min_value=Decimal(0)
    )
    answer = forms.CharField(label=_("答复"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, full: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].help_text = _("0 到 %(full)s 分；申诉成立时填写。") % {"full": full}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == self.UPHELD and cleaned.get("points") is None:
            self.add_error("points", _("申诉成立时请填写调整后的得分。"))
        return cleaned


def grades_as_text(rubric: Rubric) -> str:
    return "\n".join(f"{grade['name']} {grade['from']:g}" for grade in rubric.grades)


def _report_label(report: ProgressReport) -> str:
    return f"{report.period} · {report.measure.code} {report.measure.title}"
