"""The forms with which the office runs a plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation
from kepu.plans.forms.fields import AmountField, DayField, many_lines
from kepu.plans.models import (
    Clause,
    Comparator,
    NumberKind,
    PlanLevel,
    Standing,
    Target,
    WorkItem,
)
from kepu.plans.services.plan import (
    ClauseWords,
    DocumentWords,
    HigherTarget,
    TargetWords,
    WorkWords,
)

HIGHER_LEVELS = [(one.value, one.label) for one in PlanLevel if one != PlanLevel.DISTRICT]


class PlanFilterForm(forms.Form):
    """Which measures the overview shows."""

    unit = forms.ChoiceField(label=_("单位"), required=False)
    standing = forms.ChoiceField(
        label=_("进展"), required=False, choices=[("", _("全部进展")), *Standing.choices]
    )
    action = forms.ChoiceField(label=_("重点任务"), required=False)

    def __init__(
        self, *args: Any, units: Sequence[Organisation], actions: Sequence[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("全部单位")), *((str(one.pk), str(one)) for one in units)]  # type: ignore[attr-defined]
        self.fields["action"].choices = [("", _("全部任务")), *((str(one.pk), str(one)) for one in actions)]  # type: ignore[attr-defined]


class TargetForm(forms.Form):
    """A figure that the office sets itself."""

    name = forms.CharField(label=_("名称"), max_length=120)
    name_en = forms.CharField(label=_("英文名称"), max_length=160, required=False)
    comparator = forms.ChoiceField(label=_("要求"), choices=Comparator.choices)
    value = AmountField(label=_("目标值"))
    unit = forms.CharField(label=_("计量单位"), max_length=20, help_text=_("如 人次、场、%"))
    kind = forms.ChoiceField(label=_("数字性质"), choices=NumberKind.choices, initial=NumberKind.REPORTED)
    population = forms.CharField(label=_("对象"), max_length=120, required=False)
    baseline = AmountField(label=_("基数"), required=False)
    due_on = DayField(label=_("期限"), required=False)

    def words(self) -> TargetWords:
        return TargetWords(**self.cleaned_data)

    @classmethod
    def of(cls, target: Target, data: Any = None) -> TargetForm:
        return cls(data, initial={name: getattr(target, name) for name in cls.base_fields})


class TargetNameForm(forms.Form):
    """What a target of the plan is called, and what kind of number it is."""

    name = forms.CharField(label=_("名称"), max_length=120)
    name_en = forms.CharField(label=_("英文名称"), max_length=160, required=False)
    kind = forms.ChoiceField(
        label=_("数字性质"),
        choices=NumberKind.choices,
        help_text=_("登记过数值以后不能再改。"),
    )


class ValueForm(forms.Form):
    """A reported number: how much by which day, and where it stands written."""

    value = AmountField(label=_("数值"))
    unverified = AmountField(label=_("另有待核实"), required=False)
    as_of = DayField(label=_("截至日期"))
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("文件名称和文号，或统计表名称"))
    reason = forms.CharField(
        label=_("更正理由"), max_length=200, required=False, help_text=_("同一天已有数值时必填")
    )


class EstimateForm(forms.Form):
    """The result of a survey."""

    value = AmountField(label=_("估计值"))
    low = AmountField(label=_("区间下限"), required=False)
    high = AmountField(label=_("区间上限"), required=False)
    sample_size = forms.IntegerField(label=_("样本量"), required=False, min_value=1, max_value=2**31 - 1)
    as_of = DayField(label=_("截至日期"))
    source = forms.CharField(label=_("来源"), max_length=200, help_text=_("哪一次调查，谁公布的"))
    reason = forms.CharField(
        label=_("更正理由"), max_length=200, required=False, help_text=_("同一天已有数值时必填")
    )


class ParentTargetForm(forms.Form):
    """Which higher target this one serves."""

    parent = forms.ModelChoiceField(
        label=_("上级指标"), queryset=Target.objects.none(), required=False, empty_label=_("没有")
    )

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        field.queryset = candidates  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.plan} · {one} {one.value.normalize():f}{one.unit}"  # type: ignore[attr-defined]


class WorkForm(forms.Form):
    """One piece of work of one unit in one year."""

    organisation = forms.ModelChoiceField(label=_("单位"), queryset=Organisation.objects.none())
    year = forms.IntegerField(label=_("年度"), min_value=1990, max_value=2100)
    text = forms.CharField(label=_("工作内容"), max_length=300, widget=many_lines(2))
    quantity = AmountField(label=_("数量"), required=False)
    unit = forms.CharField(label=_("计量单位"), max_length=20, required=False, help_text=_("如 人次、场、%"))
    due_on = DayField(label=_("期限"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = units  # type: ignore[attr-defined]

    def words(self) -> WorkWords:
        return WorkWords(**self.cleaned_data)

    @staticmethod
    def initial_of(item: WorkItem) -> dict[str, Any]:
        names = ("organisation", "year", "text", "quantity", "unit", "due_on")
        return {name: getattr(item, name) for name in names}


class DoneForm(forms.Form):
    """The day on which work was done."""

    done_on = DayField(label=_("完成日期"))


class DeadlineForm(forms.Form):
    """Until when a measure is to be done."""

    due_on = DayField(label=_("期限"), required=False)


class EnglishTitleForm(forms.Form):
    """The English title beside the document's own."""

    title_en = forms.CharField(label=_("英文名称"), max_length=240, required=False)


class CiteForm(forms.Form):
    """A clause that a measure serves."""

    clause = forms.ModelChoiceField(
        label=_("条款"), queryset=Clause.objects.none(), empty_label=_("请选择条款")
    )

    def __init__(self, *args: Any, clauses: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = clauses  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    """A higher document."""

    title = forms.CharField(label=_("文件名称"), max_length=200)
    level = forms.ChoiceField(label=_("层级"), choices=PlanLevel.choices)
    issuer = forms.CharField(label=_("发文机关"), max_length=120, required=False)
    number = forms.CharField(label=_("文号"), max_length=60, required=False)
    issued_on = DayField(label=_("发文日期"), required=False)

    def words(self) -> DocumentWords:
        return DocumentWords(**self.cleaned_data)


class ClauseForm(forms.Form):
    """A clause, in short words of one's own."""

    number = forms.CharField(label=_("条款号"), max_length=40, help_text=_("如 三（二）"))
    summary = forms.CharField(label=_("要点"), max_length=300, widget=many_lines(2))

    def words(self) -> ClauseWords:
        return ClauseWords(**self.cleaned_data)


class HigherPlanForm(forms.Form):
    """A plan of a higher level, and the target of it that the district's own plan breaks down."""

    title = forms.CharField(label=_("方案名称"), max_length=200)
    level = forms.ChoiceField(label=_("层级"), choices=HIGHER_LEVELS)
    starts_in = forms.IntegerField(label=_("起始年"), min_value=1990, max_value=2100)
    ends_in = forms.IntegerField(label=_("结束年"), min_value=1990, max_value=2100)
    name = forms.CharField(label=_("指标名称"), max_length=120)
    comparator = forms.ChoiceField(label=_("要求"), choices=Comparator.choices)
    value = AmountField(label=_("目标值"))
    unit = forms.CharField(label=_("计量单位"), max_length=20)
    kind = forms.ChoiceField(label=_("数字性质"), choices=NumberKind.choices, initial=NumberKind.ESTIMATED)
    due_on = DayField(label=_("期限"))

    def target(self) -> HigherTarget:
        names = ("name", "comparator", "value", "unit", "kind", "due_on")
        return HigherTarget(**{name: self.cleaned_data[name] for name in names})
