"""Corrections of the document as a whole, and of text that belongs to nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kepu.plans.forms.corrections.base import CorrectionForm
from kepu.plans.forms.items import Item


class TitleForm(CorrectionForm):
    op = "set_title"
    heading = gettext_lazy("方案名称")
    is_open = True
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, item=item, initial={"title": item.draft.title}, **kwargs)


class PeriodForm(CorrectionForm):
    op = "set_period"
    heading = gettext_lazy("起止年份")
    is_open = True
    start = forms.IntegerField(label=gettext_lazy("起始年"), min_value=1949, max_value=2200)
    end = forms.IntegerField(label=gettext_lazy("结束年"), min_value=1949, max_value=2200)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        period = item.draft.period
        initial = {"start": period.start, "end": period.end} if period else {}
        super().__init__(*args, item=item, initial=initial, **kwargs)


class ClaimTextForm(CorrectionForm):
    """A stretch that belongs to nothing becomes a measure."""

    op = "add_measure"
    heading = gettext_lazy("设为一条举措")
    button = gettext_lazy("设为举措")
    is_open = True
    to = forms.TypedChoiceField(label=gettext_lazy("属于哪项任务"), coerce=int)
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        written = item.draft.source[item.start : item.end].strip()
        super().__init__(*args, item=item, initial={"title": written.split("。")[0][:40]}, **kwargs)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (at, action.title[:40]) for at, action in enumerate(item.draft.actions)
        ]

    @classmethod
    def fits(cls, item: Item) -> bool:
        return bool(item.draft.actions)

    @property
    def _position(self) -> int:
        """Among the measures of the action, where its text stands in the document."""
        measures = self.item.draft.actions[self.cleaned_data["to"]].measures
        return sum(measure.start < self.item.start for measure in measures)

    def edit(self) -> dict[str, Any]:
        return {
            "op": self.op,
            "action": self.cleaned_data["to"],
            "position": self._position,
            "title": self.cleaned_data["title"],
            "start": self.item.start,
            "end": self.item.end,
        }

    @property
    def lands_on(self) -> str:
        return f"m-{self.cleaned_data['to']}-{self._position}"
