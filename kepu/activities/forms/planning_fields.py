"""Form fields of planning: one that finds a thing by typing, several of them, and days, times and moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Thing = TypeVar("Thing")
NAMED_IN_REFUSAL = 4
SPARE_ROWS = 2


class DayField(forms.DateField):
    """A day, with the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ClockField(forms.TimeField):
    """A time of day, with the browser's own clock."""

    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MomentField(forms.DateTimeField):
    """A day and a time in the district."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class Offer(Generic[Thing]):
    """Things by what they are called: the whole name, another name, or a piece that only one of them has."""

    def __init__(
        self,
        things: Iterable[Thing],
        *,
        name: Callable[[Thing], str],
        others: Callable[[Thing], Iterable[str]] = lambda _thing: (),
    ) -> None:
        self.by_name = {name(thing): thing for thing in things}
        self.by_other = {other: thing for thing in self.by_name.values() for other in others(thing)}

    @property
    def names(self) -> list[str]:
        return list(self.by_name)

    def find(self, written: str) -> Thing:
        if written in self.by_name:
            return self.by_name[written]
        if written in self.by_other:
            return self.by_other[written]
        found = [name for name in self.by_name if written in name]
        if len(found) == 1:
            return self.by_name[found[0]]
        raise ValidationError(self._refusal(written, found=found))

    def _refusal(self, written: str, *, found: Sequence[str]) -> str:
        if not found:
            return _("没有找到“%(text)s”，请换个词，或从提示里选。") % {"text": written}
        named = "、".join(found[:NAMED_IN_REFUSAL])
        return _("“%(text)s”不止一个：%(names)s……请写全。") % {"text": written, "names": named}


class FindField(forms.Field, Generic[Thing]):
    """A text input whose browser proposes what is offered. The page prints the list once: `{{ form.lists }}`."""

    def __init__(self, *, offer: Offer[Thing], list_id: str, **kwargs: Any) -> None:
        attributes = {"list": list_id, "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attributes), **kwargs)
        self.offer = offer

    def to_python(self, value: Any) -> Thing | None:
        written = str(value or "").strip()
        return self.offer.find(written) if written else None


class SeveralInput(forms.Widget):
    """As many text inputs of one name as there are things, and a few to add."""

    use_fieldset = True

    def format_value(self, value: Any) -> list[str]:
        return [str(one) for one in value or []]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [one.strip() for one in data.getlist(name) if one.strip()] if hasattr(data, "getlist") else []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        rows = [*self.format_value(value), *([""] * SPARE_ROWS)]
        basis = {**self.attrs, **(attrs or {}), "type": "text", "name": name}
        basis.pop("required", None)
        identifier = basis.pop("id", name)
        inputs = (
            (flatatt({**basis, "id": f"{identifier}_{number}", "value": row, "aria-label": str(number + 1)}),)
            for number, row in enumerate(rows)
        )
        return format_html('<div class="several">{}</div>', format_html_join("", "<input{}>", inputs))

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0"


class FindSeveralField(forms.Field, Generic[Thing]):
    """Several things, one an input."""

    def __init__(self, *, offer: Offer[Thing], list_id: str, **kwargs: Any) -> None:
        super().__init__(
            widget=SeveralInput(attrs={"list": list_id, "autocomplete": "off"}), required=False, **kwargs
        )
        self.offer = offer

    def to_python(self, value: Any) -> list[Thing]:
        return [self.offer.find(written) for written in value or []]


def datalist(list_id: str, *, names: Iterable[str]) -> SafeString:
    """What the browser proposes in the inputs that name this list."""
    options = format_html_join("", '<option value="{}"></option>', ((name,) for name in names))
    return format_html('<datalist id="{}">{}</datalist>', list_id, options)


def checks(choices: Sequence[tuple[str, str | Promise]], **kwargs: Any) -> forms.MultipleChoiceField:
    """Several of a few."""
    return forms.MultipleChoiceField(
        choices=choices, widget=forms.CheckboxSelectMultiple(), required=False, **kwargs
    )


def many_lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})
