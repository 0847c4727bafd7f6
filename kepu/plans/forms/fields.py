"""Form fields that read what people type: amounts with commas, full-width digits or 万, and days."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


class AmountField(forms.Field):
    """A number as people write it: 1,200, １２００ and 3.2万 are all read."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    default_error_messages = {"invalid": _("请填一个数，例如 1200、1,200 或 3.2万。")}

    def to_python(self, value: Any) -> Decimal | None:
        written = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").replace(" ", "")
        if not written:
            return None
        scale = _SCALES.get(written[-1])
        try:
            number = Decimal(written[:-1] if scale else written)
        except InvalidOperation:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number * scale if scale else number

    def prepare_value(self, value: Any) -> Any:
        """Without the zeros that the database adds."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def many_lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ReasonForm(forms.Form):
    """Why. The service says whether it is enough."""

    reason = forms.CharField(label=_("理由"), required=False, max_length=1000, widget=many_lines(3))
