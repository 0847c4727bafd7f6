"""What a citizen asks for: where, for whom, what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.activities.kinds import name_of
from kepu.activities.queries.choices import kinds_in_use
from kepu.activities.queries.offered import Sought
from kepu.core.vocabulary import Audience
from kepu.regions.models import Region

LARGEST = 2**31 - 1


class BrowseForm(forms.Form):
    """Every part may stay empty; what makes no sense is left out."""

    town = forms.ChoiceField(label=gettext_lazy("乡镇街道"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("适合谁"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), required=False)
    measure = forms.IntegerField(required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, towns: QuerySet[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["town"].choices = [("", _("全区")), *((one.code, one.name) for one in towns)]  # type: ignore[attr-defined]
        self.fields["audience"].choices = [("", _("所有人")), *Audience.choices]  # type: ignore[attr-defined]
        kinds = [(kind.code, name_of(kind)) for kind in kinds_in_use()]
        self.fields["kind"].choices = [("", _("全部类别")), *kinds]  # type: ignore[attr-defined]

    def sought(self) -> Sought:
        self.is_valid()
        data = self.cleaned_data
        return Sought(
            town=data.get("town", ""),
            audience=data.get("audience", ""),
            kind=data.get("kind", ""),
            measure=data.get("measure"),
        )
