"""Corrections of a measure, and of who answers for an action or a measure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.plans.forms.corrections.base import CorrectionForm
from kepu.plans.forms.items import Item
from plan_document.draft import Measure

_BETWEEN_NAMES = re.compile(r"[、，,;；\s]+")
_SENTENCE = re.compile(r"[^。；;！!\n]*[。；;！!\n]+|[^。；;！!\n]+$")


class MeasureTitleForm(CorrectionForm):
    op = "rename_measure"
    heading = gettext_lazy("名称")
    is_open = True
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, item=item, initial={"title": item.owned.title}, **kwargs)


class OwnersForm(CorrectionForm):
    op = "set_owners"
    heading = gettext_lazy("责任单位")
    is_open = True
    leads = forms.CharField(
        label=gettext_lazy("牵头单位"),
        required=False,
        help_text=gettext_lazy("多个单位用顿号隔开，按方案里的写法。"),
    )
    partners = forms.CharField(label=gettext_lazy("配合单位"), required=False)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        owned = item.owned
        initial = {
            "leads": "、".join(unit.name for unit in owned.leads),
            "partners": "、".join(unit.name for unit in owned.partners),
        }
        super().__init__(*args, item=item, initial=initial, **kwargs)
        if isinstance(owned, Measure):
            self.fields["leads"].help_text = _("多个单位用顿号隔开；都不填就由所属任务的单位负责。")

    def edit(self) -> dict[str, Any]:
        names = {field: _names(self.cleaned_data[field]) for field in ("leads", "partners")}
        return {"op": self.op, **self.item.place, **names}


class SplitMeasureForm(CorrectionForm):
    op = "split_measure"
    heading = gettext_lazy("拆成两条")
    button = gettext_lazy("拆分")
    at = forms.TypedChoiceField(
        label=gettext_lazy("第二条从哪一句开始"), coerce=int, widget=forms.RadioSelect
    )
    title = forms.CharField(label=gettext_lazy("第二条的名称"), max_length=200, required=False)

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, item=item, **kwargs)
        self.fields["at"].choices = list(_sentences(item))  # type: ignore[attr-defined]
        self.fields["title"].help_text = _("不填就取那一句的开头。")

    @classmethod
    def fits(cls, item: Item) -> bool:
        return any(_sentences(item))

    def edit(self) -> dict[str, Any]:
        title = self.cleaned_data["title"].strip()
        return {
            "op": self.op,
            **self.item.place,
            "at": self.cleaned_data["at"],
            **({"title": title} if title else {}),
        }


class MergeMeasuresForm(CorrectionForm):
    op = "merge_with_next_measure"
    heading = gettext_lazy("与下一条合并")
    button = gettext_lazy("合并")

    @classmethod
    def fits(cls, item: Item) -> bool:
        return item.measure + 1 < len(item.draft.actions[item.action].measures)


class MoveMeasureForm(CorrectionForm):
    op = "move_measure"
    heading = gettext_lazy("移到别处")
    button = gettext_lazy("移动")
    to = forms.ChoiceField(label=gettext_lazy("放到"))

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        super().__init__(*args, item=item, **kwargs)
        self.fields["to"].choices = list(_places_to_go(item))  # type: ignore[attr-defined]

    @classmethod
    def fits(cls, item: Item) -> bool:
        return any(_places_to_go(item))

    def edit(self) -> dict[str, Any]:
        action, measure = (int(number) for number in self.cleaned_data["to"].split("-"))
        return {"op": self.op, **self.item.place, "to_action": action, "to_measure": measure}

    @property
    def lands_on(self) -> str:
        return f"m-{self.cleaned_data['to']}"


class RemoveMeasureForm(CorrectionForm):
    op = "remove_measure"
    heading = gettext_lazy("移除这一条")
    button = gettext_lazy("移除")
    is_danger = True

    @property
    def lands_on(self) -> str:
        return f"a-{self.item.action}"


def _names(text: str) -> list[str]:
    return [name for name in _BETWEEN_NAMES.split(text) if name]


def _sentences(item: Item) -> Iterator[tuple[int, str]]:
    """Where a measure can be cut: at the beginning of each sentence but the first."""
    owned = item.owned
    written = item.draft.source[owned.start : owned.end]
    for sentence in _SENTENCE.finditer(written):
        if sentence.start() and sentence.group().strip():
            yield owned.start + sentence.start(), sentence.group().strip()[:50]


def _places_to_go(item: Item) -> Iterator[tuple[str, str]]:
    """Every position for a measure, counted as if it had been taken out; where it stands is none."""
    for at, action in enumerate(item.draft.actions):
        others = [
            one for place, one in enumerate(action.measures) if (at, place) != (item.action, item.measure)
        ]
        for place in range(len(others) + 1):
            if (at, place) == (item.action, item.measure):
                continue
            names = {"action": action.title[:24], "before": others[place - 1].title[:24] if place else ""}
            label = _("%(action)s：在“%(before)s”之后") if place else _("%(action)s：放在最前")
            yield f"{at}-{place}", label % names
