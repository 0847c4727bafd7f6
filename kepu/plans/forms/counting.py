"""The form with which the office says which facts count for a target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.core.vocabulary import Audience
from kepu.ledger.happenings import EvidenceClass
from kepu.ledger.names import FACT_KINDS
from kepu.ledger.question import MOST_AGE, Question
from kepu.plans.forms.fields import DayField

Choices = Sequence[tuple[str, str]]


class Choose(forms.MultipleChoiceField):
    """Any number of boxes; none ticked means any."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "choices-many"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)


class CountingForm(forms.Form):
    """What a rule asks for. Lists left empty ask for anything."""

    title = forms.CharField(label=_("规则名称"), max_length=120)
    kinds = Choose(label=_("数什么"), choices=list(FACT_KINDS.items()))
    activity_kinds = Choose(label=_("活动类型"), help_text=_("不选就是全部"))
    audiences = Choose(label=_("对象"), choices=Audience.choices)
    min_age = forms.IntegerField(label=_("当日满多少岁"), required=False, min_value=0, max_value=MOST_AGE)
    max_age = forms.IntegerField(label=_("当日不超过多少岁"), required=False, min_value=0, max_value=MOST_AGE)
    evidence = Choose(
        label=_("认可的证据"),
        choices=EvidenceClass.choices,
        help_text=_("没有勾选的证据不计数；导入、点人数和自报的数在办公室核实以前单列"),
    )
    once_per_session = forms.BooleanField(label=_("同一人同一场只计一次"), required=False)
    since = DayField(label=_("从哪天起"), required=False)
    until = DayField(label=_("到哪天止"), required=False)
    regions = Choose(label=_("地区"), help_text=_("不选就是方案所在的全部地区"))
    organisations = Choose(label=_("单位"), help_text=_("牵头或参加的单位；不选就是全部"))
    themes = Choose(label=_("主题"), help_text=_("不选就是全部"))
    measures = Choose(label=_("举措"), help_text=_("不选就不看活动挂在哪条举措上"))
    reason = forms.CharField(label=_("为什么这样数"), max_length=300, required=False)

    def __init__(
        self, *args: Any, choices: Mapping[str, Choices], whole: str, plan: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._whole, self._plan = whole, plan
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def definition(self) -> dict[str, Any]:
        """As the ledger reads it."""
        lists = ("kinds", "activity_kinds", "audiences", "evidence", "themes", "measures")
        asked: dict[str, Any] = {name: self.cleaned_data[name] for name in lists}
        asked |= {name: self.cleaned_data[name] for name in ("min_age", "max_age", "once_per_session")}
        asked |= {name: self.cleaned_data[name] for name in ("since", "until")}
        asked["regions"] = self.cleaned_data["regions"] or [self._whole]
        asked["organisations"] = [int(pk) for pk in self.cleaned_data["organisations"]]
        if asked["measures"]:
            asked["plan"] = self._plan
        return asked

    @staticmethod
    def initial_of(question: Question, *, whole: str) -> dict[str, Any]:
        """What stands in the form when a rule is changed."""
        found = {
            name: getattr(question, name) for name in CountingForm.base_fields if hasattr(question, name)
        }
        found["regions"] = [code for code in question.regions if code != whole]
        found["organisations"] = [str(pk) for pk in question.organisations]
        return found
