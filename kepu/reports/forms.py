"""What to export: which plan, which quarter, whose part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation
from kepu.plans.models import Plan, ReportingPeriod


class ScopeForm(forms.Form):
    """Choices in the address, so that a scope can be kept as a bookmark. Unknown values fall back to the first."""

    plan = forms.ChoiceField(label=_("方案"), required=False)
    period = forms.ChoiceField(label=_("季度"), required=False)
    unit = forms.ChoiceField(label=_("台账范围"), required=False)

    def __init__(
        self,
        *,
        plans: Sequence[Plan],
        periods: Sequence[ReportingPeriod],
        units: Sequence[Organisation],
        may_take_all: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        everything = [("", _("全部单位"))] if may_take_all else []
        self._offer("plan", choices=[(plan.slug, plan.title) for plan in plans])
        self._offer("period", choices=[(str(period.pk), str(period)) for period in periods])
        self._offer("unit", choices=[*everything, *((str(unit.pk), unit.name) for unit in units)])

    def _offer(self, name: str, *, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so above
        field.choices = choices


class PaperForm(forms.Form):
    """What a person may put on a paper."""

    number = forms.CharField(
        label=_("发文字号"),
        required=False,
        max_length=40,
        help_text=_("例如“虞科纲办〔2025〕7号”，没有就空着。"),
    )
