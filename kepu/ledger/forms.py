"""The one question of the public page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class NumberForm(forms.Form):
    """A number that is printed beside a published count or on a certificate."""

    number = forms.CharField(
        label=_("编号"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("公布的计数旁边或证书上印的编号，例如 KP000001"),
    )
