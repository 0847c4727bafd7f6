"""Forms of organisations, invitations, people and the audit pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.translation import gettext_lazy as _

from kepu.accounts.models import Organisation, OrganisationKind, Person, Role
from kepu.accounts.services import OrganisationDetails
from kepu.audit.deeds import deed_names
from kepu.audit.queries import Search


class OrganisationSearchForm(forms.Form):
    text = forms.CharField(label=_("名称、简称或别名"), required=False)
    kind = forms.ChoiceField(
        label=_("类别"), required=False, choices=[("", _("全部类别")), *OrganisationKind.choices]
    )


class OrganisationForm(forms.Form):
    """Names and kind of a unit; one alias per line."""

    name = forms.CharField(label=_("全称"), max_length=120)
    short_name = forms.CharField(label=_("简称"), max_length=60)
    kind = forms.ChoiceField(label=_("类别"), choices=OrganisationKind.choices)
    name_en = forms.CharField(label=_("英文名称"), max_length=160, required=False)
    aliases = forms.CharField(
        label=_("别名"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一个。方案里写到任何一个别名，都会认出是这个单位。"),
    )

    def details(self) -> OrganisationDetails:
        cleaned = self.cleaned_data
        return OrganisationDetails(**{**cleaned, "aliases": cleaned["aliases"].splitlines()})

    @staticmethod
    def values_of(organisation: Organisation) -> dict[str, Any]:
        return {
            "name": organisation.name,
            "short_name": organisation.short_name,
            "kind": organisation.kind,
            "name_en": organisation.name_en,
            "aliases": "\n".join(organisation.aliases),
        }


class ParentForm(forms.Form):
    """The unit under which another one stands; empty for the top of the tree."""

    parent = forms.ModelChoiceField(label=_("上级单位"), queryset=Organisation.objects.none(), required=False)

    def __init__(self, *args: Any, choices: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        field.queryset = Organisation.objects.filter(pk__in=[one.pk for one in choices])
        field.empty_label = str(_("没有上级单位"))


class ReasonForm(forms.Form):
    """Why; it stays in the audit trail."""

    reason = forms.CharField(label=_("理由"), max_length=200)


class InvitationForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=60)
    role = forms.ChoiceField(label=_("角色"))

    def __init__(self, *args: Any, roles: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [(role, Role(role).label) for role in roles]


class AcceptInvitationForm(forms.Form):
    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        help_text=_("登录时用，可以是汉字或拼音，不能像手机号。"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    phone = forms.CharField(
        label=_("手机号"),
        required=False,
        help_text=_("填了以后也可以用手机号登录。手机号加密保存，别人查看会留下记录。"),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("再输一次密码"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") != cleaned.get("password_again"):
            self.add_error("password_again", str(_("两次输入的密码不一样。")))
        return cleaned


class NameForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=60)


class RevealForm(forms.Form):
    """Which personal fields, and what for."""

    fields_wanted = forms.MultipleChoiceField(
        label=_("要看的内容"),
        choices=[
            (name, Person._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            for name in ("phone", "id_number")
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.CharField(
        label=_("用途"),
        max_length=200,
        help_text=_("您的姓名、时间和用途会记入查看记录，由审计员检查。"),
    )


class AuditSearchForm(forms.Form):
    actor = forms.CharField(label=_("操作人"), required=False)
    deed = forms.ChoiceField(label=_("操作"), required=False)
    subject = forms.CharField(label=_("对象"), required=False)
    since = forms.DateField(
        label=_("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["deed"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = [("", _("全部操作")), *deed_names().items()]

    def search(self) -> Search:
        """What was asked; a field that cannot be understood asks for nothing, and the form says so."""
        self.is_valid()
        return Search(**self.cleaned_data)
