"""What a citizen fills in, and what the office answers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.portal.models import FeedbackKind
from kepu.portal.services import LONGEST


class FeedbackForm(forms.Form):
    kind = forms.ChoiceField(label=_("这是"), choices=FeedbackKind.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("请写清楚是什么事、在哪里、什么时候"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    contact = forms.CharField(
        label=_("怎样联系您"),
        required=False,
        max_length=120,
        help_text=_("电话或邮箱都可以，只用来问清情况，加密保存，答复后就删除。不留也能凭受理号看答复。"),
    )


class NumberForm(forms.Form):
    number = forms.CharField(label=_("受理号"), max_length=20)

    def clean_number(self) -> str:
        """As people copy it down: small letters, spaces, without the dash."""
        signs = "".join(sign for sign in self.cleaned_data["number"].upper() if sign.isalnum())
        return f"{signs[:5]}-{signs[5:]}"


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("答复"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("凭受理号的人都能看到，不要写别人的个人信息。"),
    )
