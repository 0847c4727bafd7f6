"""The form of one word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.core.models import Term


class TermForm(forms.Form):
    """Names of a word; other spellings one a line, so that they are recognised in a text."""

    label = forms.CharField(label=_("名称"), max_length=80)
    label_en = forms.CharField(label=_("英文名称"), max_length=120, required=False)
    aliases = forms.CharField(
        label=_("别名"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一个。导入方案时按名称和别名识别。"),
    )

    def clean_aliases(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]

    @staticmethod
    def initial_of(term: Term) -> dict[str, str]:
        return {"label": term.label, "label_en": term.label_en, "aliases": "\n".join(term.aliases)}


class NewTermForm(TermForm):
    """A new word; where the list hangs below another list, also under which word."""

    parent_code = forms.ChoiceField(label=_("属于"), required=False)

    def __init__(self, *args: Any, parents: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent_code"].choices = [("", "—"), *parents]  # type: ignore[attr-defined]
        if not parents:
            del self.fields["parent_code"]
