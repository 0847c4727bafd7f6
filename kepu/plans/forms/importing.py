"""Forms that begin and end an import: the document, its units, the amended plan, the confirmation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, OrganisationKind
from kepu.accounts.rules import governed_area
from kepu.accounts.services import OrganisationDetails
from kepu.plans.models import Plan, PlanImport

MOST_BYTES = 20 * 1024 * 1024


class DocumentForm(forms.Form):
    """A file or a pasted text. An office is asked for only of somebody who works for several."""

    file = forms.FileField(
        label=_("方案文件"),
        required=False,
        help_text=_(
            "可以传 Word（.docx）、文字版 PDF、.txt 和 .md，不超过 20 MB；按内容识别，与文件名无关。"
        ),
        error_messages={"empty": _("这个文件是空的。请换一个有内容的文件，或者把方案全文粘贴到下面。")},
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pdf,.txt,.md,.markdown"}),
    )
    text = forms.CharField(
        label=_("或者粘贴全文"),
        required=False,
        strip=False,
        help_text=_("从网页、公文系统里复制过来也可以，网站的说明文字会自动排除。"),
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    office = forms.ModelChoiceField(label=_("主管办公室"), queryset=Organisation.objects.none())

    def __init__(self, *args: Any, offices: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offices = offices
        if len(offices) == 1:
            del self.fields["office"]
        else:
            field = self.fields["office"]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
            field.queryset = Organisation.objects.filter(pk__in=[office.pk for office in offices])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file = cleaned.get("file")
        if file is not None and file.size > MOST_BYTES:
            self.add_error("file", _("文件超过 20 MB，请删去图片和附件，或只保留方案正文后再上传。"))
        elif file is None and "file" not in self.errors and not cleaned.get("text", "").strip():
            self.add_error("file", _("请选择一个文件，或者把方案全文粘贴到下面。"))
        return cleaned

    @property
    def document(self) -> bytes | str:
        """What was handed in: the file if there is one, else the text."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file is not None else str(self.cleaned_data["text"])

    @property
    def file_name(self) -> str:
        file = self.cleaned_data["file"]
        return str(file.name) if file is not None else ""

    @property
    def chosen_office(self) -> Organisation:
        office: Organisation = self.cleaned_data.get("office") or self._offices[0]
        return office


class UnitChoiceForm(forms.Form):
    """One unit of the roster for a written name."""

    organisation = forms.ModelChoiceField(
        label=_("名册中的单位"), queryset=Organisation.objects.none(), empty_label=_("请选择")
    )

    def __init__(self, *args: Any, plan_import: PlanImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = Organisation.objects.filter(
            region__code__startswith=governed_area(plan_import.region_id), is_active=True
        )


class NewUnitForm(forms.Form):
    """A unit that the roster does not have yet."""

    name = forms.CharField(label=_("全称"), max_length=120, help_text=_("写全称，和公章一致。"))
    short_name = forms.CharField(label=_("简称"), max_length=60)
    kind = forms.ChoiceField(
        label=_("类别"), choices=OrganisationKind.choices, initial=OrganisationKind.DEPARTMENT
    )

    @property
    def details(self) -> OrganisationDetails:
        return OrganisationDetails(**self.cleaned_data)


class AmendedPlanForm(forms.Form):
    """Which plan this document is a later version of, if any."""

    plan = forms.ModelChoiceField(
        label=_("这份文件是"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=_("一个新的方案"),
    )

    def __init__(self, *args: Any, plan_import: PlanImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["plan"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = Plan.objects.filter(office=plan_import.office)
        field.label_from_instance = lambda plan: _("对《%(plan)s》的修订") % {"plan": plan}  # type: ignore[method-assign,assignment]


class ConfirmForm(forms.Form):
    """The last step. An amendment says why."""

    reason = forms.CharField(
        label=_("修订说明"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("会和变化清单一起记入方案的版本历史，并发给涉及的单位。"),
    )

    def __init__(self, *args: Any, is_amendment: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_amendment:
            del self.fields["reason"]
