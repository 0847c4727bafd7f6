"""What every correction form has."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from kepu.plans.forms.items import Item


class CorrectionForm(forms.Form):
    """What every correction has: its operation, a heading, a button, and where the page goes afterwards."""

    op: ClassVar[str]
    heading: ClassVar[str | Promise]
    button: ClassVar[str | Promise] = gettext_lazy("保存")
    is_open: ClassVar[bool] = False
    is_danger: ClassVar[bool] = False

    def __init__(self, *args: Any, item: Item, **kwargs: Any) -> None:
        self.item = item
        super().__init__(*args, **kwargs)
        self.auto_id = f"{item.key}-{self.op}-%s"  # several forms stand on one page

    @classmethod
    def fits(cls, item: Item) -> bool:
        """Whether this correction makes sense for the item."""
        return True

    def edit(self) -> dict[str, Any]:
        """The correction as JSON."""
        return {"op": self.op, **self.item.place, **self.cleaned_data}

    @property
    def lands_on(self) -> str:
        """The anchor to show after the correction."""
        return self.item.key
