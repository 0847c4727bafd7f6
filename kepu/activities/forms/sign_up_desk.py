"""Forms of sign-ups at the desk."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.activities.forms.sign_up import pool_label
from kepu.activities.models import PartyKind, RegistrationState, SeatPool
from kepu.activities.queries.sign_up import choices_of
from kepu.activities.services.changing import where_of
from kepu.regions.models import Region

MOST_SEATS = 100_000


class SignUpFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("姓名、拼音、报名号或手机号"), required=False, max_length=60)
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        required=False,
        choices=[("", gettext_lazy("全部")), *RegistrationState.choices],
    )
    pool = forms.ChoiceField(label=gettext_lazy("场次和名额"), required=False)

    def __init__(self, data: Any, *, pools: Sequence[SeatPool]) -> None:
        super().__init__(data)
        choices = [("", _("全部")), *((str(pool.pk), where_of(pool)) for pool in pools)]
        self.fields["pool"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: str(self.cleaned_data.get(name, "")) for name in ("q", "state", "pool")}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("报名的人会看到，也记入审计。"),
    )


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("谁在什么时候为什么看的，会记入审计。"),
    )


class SeatsForm(forms.Form):
    capacity = forms.IntegerField(label=gettext_lazy("名额"), min_value=0, max_value=MOST_SEATS)
    waiting_capacity = forms.IntegerField(label=gettext_lazy("候补名额"), min_value=0, max_value=MOST_SEATS)

    def __init__(self, data: Any = None, *, pool: SeatPool, prefix: str | None) -> None:
        initial = {"capacity": pool.capacity, "waiting_capacity": pool.waiting_capacity}
        super().__init__(data, initial=initial, prefix=prefix, auto_id=f"id_{pool.pk}_%s")


class WaiverForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("为什么不验证"),
        max_length=200,
        help_text=gettext_lazy("如：短信通道还在申请。会记入审计。"),
    )


class ListForm(forms.Form):
    """A village's names or a school class, pasted or as a table."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    party = forms.ChoiceField(
        label=gettext_lazy("这是"),
        choices=[
            (PartyKind.VILLAGE_LIST, gettext_lazy("村社名单：每人单独一个名额")),
            (PartyKind.SCHOOL_CLASS, gettext_lazy("班级：整班一起报、一起候补")),
        ],
        widget=forms.RadioSelect,
        initial=PartyKind.VILLAGE_LIST,
    )
    party_name = forms.CharField(label=gettext_lazy("村社或班级名称"), max_length=80)
    pool = forms.ChoiceField(label=gettext_lazy("场次和名额"))
    town = forms.ChoiceField(label=gettext_lazy("乡镇、街道"), required=False)
    contact_name = forms.CharField(label=gettext_lazy("联系人"), max_length=60)
    contact_phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("整班有变化时通知这个号码。"),
    )
    text = forms.CharField(
        label=gettext_lazy("粘贴名单"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "一行一人：姓名，后面可以跟出生年、手机号、性别、监护人，如“王小明 2014 监护人:王建国”。"
        ),
    )
    spreadsheet = forms.FileField(label=gettext_lazy("或者选表格（xlsx）"), required=False)
    consent = forms.BooleanField(
        label=gettext_lazy("名单上的人都知道并同意报名"),
        error_messages={"required": gettext_lazy("没有征得同意不能代报。")},
    )
    guardians_agreed = forms.BooleanField(
        label=gettext_lazy("不满 14 岁的孩子：监护人的同意回执已收齐"), required=False
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, pools: Sequence[SeatPool], towns: Sequence[Region]
    ) -> None:
        super().__init__(data, files, initial={"key": secrets.token_urlsafe(24)})
        self.pools = {str(pool.pk): pool for pool in pools}
        self.towns = {town.pk: town for town in towns}
        self.fields["pool"].choices = [(str(one.pool.pk), pool_label(one)) for one in choices_of(pools)]  # type: ignore[attr-defined]
        self.fields["town"].choices = [("", "—"), *((town.pk, town.name) for town in towns)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("text", "").strip() and not cleaned.get("spreadsheet"):
            self.add_error("text", _("请粘贴名单，或者选一个表格。"))
        return cleaned
