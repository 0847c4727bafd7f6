"""Corrections of a target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.plans.forms.corrections.base import CorrectionForm
from kepu.plans.forms.items import Item
from kepu.plans.models import Comparator, NumberKind
from kepu.plans.queries.drafts import SET_NUMBER_KIND


class TargetForm(CorrectionForm):
    """The words of a target; which measure it belongs to is one choice, empty for the whole plan."""

    text = forms.CharField(
        label=gettext_lazy("方案原文"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    population = forms.CharField(label=gettext_lazy("指标说的是谁、什么"), max_length=120, required=False)
    comparator = forms.ChoiceField(
        label=gettext_lazy("比较"), choices=Comparator.choices, initial=Comparator.AT_LEAST
    )
    value = forms.FloatField(label=gettext_lazy("目标值"), help_text=gettext_lazy("3 万写成 30000。"))
    unit = forms.CharField(label=gettext_lazy("计量单位"), max_length=20)
    baseline = forms.FloatField(label=gettext_lazy("基数"), required=False)
    deadline = forms.RegexField(
        r"^\d{4}(-\d{1,2}(-\d{1,2})?)?$",
        label=gettext_lazy("期限"),
        required=False,
        help_text=gettext_lazy("写年份，如 2025，或日期，如 2025-06-30。"),
        error_messages={"invalid": gettext_lazy("请写成 2025 或 2025-06-30。")},
    )
    per = forms.CharField(label=gettext_lazy("按什么计"), max_length=40, required=False)
    home = forms.ChoiceField(label=gettext_lazy("属于"), required=False)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, item=item, **kwargs)
        self.fields["per"].help_text = _("例如：每年、每个乡镇。")
        self.fields["home"].choices = list(_homes(item))  # type: ignore[attr-defined]

    def _wording(self) -> dict[str, Any]:
        wording = {name: value for name, value in self.cleaned_data.items() if name != "home"}
        wording["deadline"] = wording["deadline"] or None
        home = self.cleaned_data["home"]
        action, measure = (int(number) for number in home.split("-")) if home else (None, None)
        return {**wording, "action": action, "measure": measure}


class AddTargetForm(TargetForm):
    op = "add_target"
    heading = gettext_lazy("添加一项指标")
    button = gettext_lazy("添加")

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        home = f"{item.action}-{item.measure}" if item.measure >= 0 else ""
        super().__init__(*args, item=item, initial={"home": home}, **kwargs)

    def edit(self) -> dict[str, Any]:
        return {
            "op": self.op,
            **{name: value for name, value in self._wording().items() if value is not None},
        }

    @property
    def lands_on(self) -> str:
        return f"t-{len(self.item.draft.targets)}"


class EditTargetForm(TargetForm):
    op = "edit_target"
    heading = gettext_lazy("修改这项指标")
    is_open = True

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        target = item.draft.targets[item.target]
        home = f"{target.measure[0]}-{target.measure[1]}" if target.measure else ""
        names = ("text", "population", "value", "unit", "baseline", "deadline", "per")
        initial = {name: getattr(target, name) for name in names}
        initial |= {"comparator": target.comparator.value, "home": home}
        super().__init__(*args, item=item, initial=initial, **kwargs)

    def edit(self) -> dict[str, Any]:
        return {"op": self.op, "target": self.item.target, **self._wording()}


class NumberKindForm(CorrectionForm):
    op = SET_NUMBER_KIND
    heading = gettext_lazy("数字性质")
    is_open = True
    kind = forms.ChoiceField(
        label=gettext_lazy("这个数字怎么来"), choices=NumberKind.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, item=item, initial={"kind": item.working.kind_of(item.target)}, **kwargs)


class RemoveTargetForm(CorrectionForm):
    op = "remove_target"
    heading = gettext_lazy("移除这项指标")
    button = gettext_lazy("移除")
    is_danger = True

    @property
    def lands_on(self) -> str:
        return "targets"


def _homes(item: Item) -> Iterator[tuple[str, str]]:
    yield "", _("整个方案")
    for at, action in enumerate(item.draft.actions):
        for place, measure in enumerate(action.measures):
            yield f"{at}-{place}", f"{at + 1}.{place + 1} {measure.title[:30]}"
