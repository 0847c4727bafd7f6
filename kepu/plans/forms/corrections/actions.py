"""Corrections of an action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kepu.plans.forms.corrections.base import CorrectionForm
from kepu.plans.forms.items import Item
from kepu.plans.models import ActionKind


class ActionTitleForm(CorrectionForm):
    op = "rename_action"
    heading = gettext_lazy("名称和类别")
    is_open = True
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=ActionKind.choices)
    number = forms.CharField(label=gettext_lazy("编号"), max_length=20, required=False)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        action = item.draft.actions[item.action]
        initial = {"title": action.title, "kind": action.kind.value, "number": action.number}
        super().__init__(*args, item=item, initial=initial, **kwargs)


class AddMeasureForm(CorrectionForm):
    op = "add_measure"
    heading = gettext_lazy("在这项任务里添加一条举措")
    button = gettext_lazy("添加")
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    text = forms.CharField(
        label=gettext_lazy("内容"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def edit(self) -> dict[str, Any]:
        end = len(self.item.draft.actions[self.item.action].measures)
        return {"op": self.op, "action": self.item.action, "position": end, **self.cleaned_data}

    @property
    def lands_on(self) -> str:
        return f"m-{self.item.action}-{len(self.item.draft.actions[self.item.action].measures)}"


class AddActionForm(CorrectionForm):
    op = "add_action"
    heading = gettext_lazy("在后面添加一项任务")
    button = gettext_lazy("添加")
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=ActionKind.choices, initial=ActionKind.TASK)

    @property
    def position(self) -> int:
        """Behind the action it stands at; at the end when it stands at none."""
        return self.item.action + 1 if self.item.action >= 0 else len(self.item.draft.actions)

    def edit(self) -> dict[str, Any]:
        return {"op": self.op, "position": self.position, **self.cleaned_data}

    @property
    def lands_on(self) -> str:
        return f"a-{self.position}"


class SplitActionForm(CorrectionForm):
    op = "split_action"
    heading = gettext_lazy("拆成两项任务")
    button = gettext_lazy("拆分")
    measure = forms.TypedChoiceField(label=gettext_lazy("第二项从哪一条开始"), coerce=int)
    title = forms.CharField(label=gettext_lazy("第二项的名称"), max_length=200)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, item=item, **kwargs)
        measures = item.draft.actions[item.action].measures
        self.fields["measure"].choices = [  # type: ignore[attr-defined]
            (at, measure.title[:40]) for at, measure in enumerate(measures) if at
        ]

    @classmethod
    def fits(cls, item: Item) -> bool:
        return len(item.draft.actions[item.action].measures) > 1


class MergeActionsForm(CorrectionForm):
    op = "merge_actions"
    heading = gettext_lazy("与下一项任务合并")
    button = gettext_lazy("合并")

    @classmethod
    def fits(cls, item: Item) -> bool:
        return item.action + 1 < len(item.draft.actions)


class RemoveActionForm(CorrectionForm):
    op = "remove_action"
    heading = gettext_lazy("移除这项任务")
    button = gettext_lazy("移除")
    is_danger = True

    @classmethod
    def fits(cls, item: Item) -> bool:
        return not item.draft.actions[item.action].measures

    @property
    def lands_on(self) -> str:
        return "structure"
