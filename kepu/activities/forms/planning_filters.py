"""What the lists, the calendar and the map are narrowed by."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone
from kepu.activities.kinds import name_of
from kepu.activities.models import ActivityState
from kepu.activities.queries import choices
from kepu.activities.queries.planned import Wanted
from kepu.regions.models import Region

LARGEST = 2**31 - 1


class MonthField(forms.CharField):
    """A month, with the browser's own choice where it has one."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2026-10"})

    def to_python(self, value: Any) -> date | None:  # type: ignore[override]
        written = super().to_python(value)
        if not written:
            return None
        try:
            return date.fromisoformat(f"{written.strip()}-01")
        except ValueError:
            raise ValidationError(_("月份请写成 2026-10 的样子。")) from None


class FilterForm(forms.Form):
    """Every part may stay empty; what makes no sense is left out."""

    text = forms.CharField(label=gettext_lazy("名称"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("全部状态")), *ActivityState.choices],
    )
    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("单位"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("全部单位"),
    )
    town = forms.ModelChoiceField(
        label=gettext_lazy("乡镇街道"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=gettext_lazy("全区"),
    )
    month = MonthField(label=gettext_lazy("月份"), required=False)
    measure = forms.IntegerField(required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Someone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = choices.districts_of(user)
        kinds = [(kind.code, name_of(kind)) for kind in choices.kinds_in_use()]
        self.fields["kind"].choices = [("", _("全部类别")), *kinds]  # type: ignore[attr-defined]
        self.fields["unit"].queryset = choices.units_in(districts)  # type: ignore[attr-defined]
        self.fields["town"].queryset = choices.towns(districts)  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        self.is_valid()
        data = self.cleaned_data
        unit, town = data.get("unit"), data.get("town")
        return Wanted(
            state=data.get("state", ""),
            kind=data.get("kind", ""),
            unit=unit.pk if unit else None,
            town=town.code if town else "",
            month=data.get("month"),
            text=data.get("text", "").strip(),
            measure=data.get("measure"),
        )
