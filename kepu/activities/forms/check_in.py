"""Forms of check-in. Keys come with the page, so that a form sent twice is one deed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Sex
from kepu.activities.models import Activity
from kepu.activities.rotating import Position
from kepu.activities.services.participants import Who
from kepu.core.vocabulary import Audience


class KeyedForm(forms.Form):
    key = forms.RegexField(r"^[A-Za-z0-9][A-Za-z0-9:._-]{7,79}$", widget=forms.HiddenInput)


class CodeForm(KeyedForm):
    code = forms.CharField(
        label=_("签到码"),
        max_length=64,
        help_text=_("二维码下面的 16 位字母和数字，不分大小写。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class PersonForm(KeyedForm):
    person = forms.IntegerField(min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)


class FindForm(forms.Form):
    q = forms.CharField(
        label=_("按姓名查找"),
        max_length=40,
        required=False,
        help_text=_("汉字、拼音或拼音首字母，例如 王秀、wangxiu、wxy。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )


class WalkInForm(KeyedForm):
    """Only the name is needed; the rest helps to know the same person again and whom the activity reached."""

    name = forms.CharField(
        label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    phone = forms.CharField(
        label=_("手机号"),
        max_length=30,
        required=False,
        help_text=_("没有手机就留空。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    birth_year = forms.IntegerField(label=_("出生年"), required=False, min_value=1900, max_value=2100)
    sex = forms.ChoiceField(
        label=_("性别"),
        required=False,
        choices=[("", _("不填")), (Sex.FEMALE, Sex.FEMALE.label), (Sex.MALE, Sex.MALE.label)],
    )
    audience = forms.ChoiceField(label=_("人群"), choices=Audience.choices)
    guardian_name = forms.CharField(
        label=_("监护人"), max_length=60, required=False, help_text=_("14 岁以下的孩子要填。")
    )

    def who(self) -> Who:
        """What was written down, for the service."""
        cleaned = self.cleaned_data
        return Who(
            name=cleaned["name"],
            audience=cleaned["audience"],
            phone=cleaned["phone"],
            sex=cleaned["sex"] or Sex.UNKNOWN,
            birth_year=cleaned["birth_year"],
            guardian_name=cleaned["guardian_name"],
        )


class SheetForm(KeyedForm):
    """A sheet typed, or as a spreadsheet; with a photo of the paper where there is one."""

    text = forms.CharField(
        label=_("逐行录入"),
        required=False,
        max_length=40_000,
        help_text=_("一行一人：姓名，后面可以写手机号、出生年、性别，用空格隔开。"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
    )
    spreadsheet = forms.FileField(
        label=_("或者上传表格"),
        required=False,
        help_text=_("用下载的模板填写，xlsx 格式，不超过 5 MB。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    photo = forms.FileField(
        label=_("签到表照片"),
        required=False,
        help_text=_(
            "JPG、PNG 或 PDF。有照片的算纸质签到表，没有照片的要等区科协核实。拍摄地点等信息会自动去掉。"
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("text", "").strip()) == bool(cleaned.get("spreadsheet")):
            raise forms.ValidationError(_("请逐行录入，或者上传一个表格，二选一。"))
        return cleaned


class HeadCountForm(KeyedForm):
    number = forms.IntegerField(label=_("到场人数"), min_value=1, max_value=100_000)
    photo = forms.FileField(
        label=_("现场照片"),
        required=False,
        help_text=_("可以不传。JPG、PNG 或 PDF；拍远一点，不要认得出人。"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )


class AdmitForm(KeyedForm, ReasonForm):
    field_order = ("reason", "key")


class MyselfForm(KeyedForm):
    """Who checks themselves in: code of the sign-up, or name and phone. The position is optional and is not kept."""

    shown = forms.CharField(
        label=_("屏幕上的 6 位数字"),
        max_length=64,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("报名时留的手机号"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    code = forms.CharField(
        label=_("签到码"),
        max_length=64,
        required=False,
        help_text=_("报名成功页上的 16 位码。填了它就不用填姓名和手机号。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("code") and not (cleaned.get("name") and cleaned.get("phone")):
            raise forms.ValidationError(_("请填写姓名和手机号，或者填写签到码。"))
        return cleaned

    def position(self) -> Position | None:
        latitude, longitude = self.cleaned_data.get("latitude"), self.cleaned_data.get("longitude")
        return None if latitude is None or longitude is None else Position(latitude, longitude)


def walk_in_form(activity: Activity, *, key: str) -> WalkInForm:
    return WalkInForm(initial={"key": key, "audience": activity.audience})
