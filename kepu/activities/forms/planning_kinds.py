"""The form of a kind, with its questions and abilities as rows, and the forms of campaigns and series."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone
from kepu.activities import rules
from kepu.activities.forms.planning_fields import DayField, checks, many_lines
from kepu.activities.kinds import REQUIRABLE, Ability, ThemeRule, abilities_of, theme_rules
from kepu.activities.models import Campaign, Kind, Series, Shape
from kepu.activities.queries import choices
from kepu.activities.questions import Question, QuestionType
from kepu.activities.services.campaigns import CampaignWords, SeriesWords
from kepu.activities.services.kinds import KindWords
from kepu.core.vocabulary import Audience, name_of, terms, vocabularies
from kepu.ledger.happenings import EvidenceClass
from kepu.regions.models import Region

_CHOICES = re.compile(r"[、,，;；\n]+")


class KindForm(forms.Form):
    """What a kind is called, asks for and counts."""

    label = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    label_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=120, required=False)
    shape = forms.ChoiceField(
        label=gettext_lazy("形式"),
        choices=Shape.choices,
        initial=Shape.ACTIVITY,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("培训有课时、出勤要求和结业"),
    )
    brand = forms.ChoiceField(label=gettext_lazy("品牌"), required=False)
    attendance_share = forms.DecimalField(
        label=gettext_lazy("出勤要求"),
        required=False,
        min_value=0,
        max_value=1,
        max_digits=4,
        decimal_places=2,
        help_text=gettext_lazy("培训才填，0.8 就是到课八成"),
    )
    gives_certificate = forms.BooleanField(label=gettext_lazy("发证书"), required=False)
    follow_up_months = forms.CharField(
        label=gettext_lazy("回访月数"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("如 1 或 6、12"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = [
            (term.code, name_of(term)) for vocabulary in ("brands", "campaigns") for term in terms(vocabulary)
        ]
        themes = [(one.name, str(one)) for one in vocabularies().values()]
        self.fields["brand"].choices = [("", _("没有")), *brands]  # type: ignore[attr-defined]
        self.fields["audiences"] = checks(Audience.choices, label=_("对象"))
        self.fields["required_themes"] = checks(themes, label=_("必选的主题词表"))
        self.fields["optional_themes"] = checks(themes, label=_("可选的主题词表"))
        self.fields["required"] = checks(
            [(name, str(label)) for name, label in REQUIRABLE.items()], label=_("必填内容")
        )
        self.fields["evidence"] = checks(EvidenceClass.choices, label=_("认可的佐证"))
        self.order_fields(
            ["label", "label_en", "shape", "brand", "audiences", "required", "evidence", "required_themes"]
        )

    def clean_follow_up_months(self) -> list[int]:
        written = [one for one in re.split(r"[\s、,，]+", self.cleaned_data["follow_up_months"]) if one]
        if not all(one.isdecimal() and 1 <= int(one) <= 36 for one in written):
            raise ValidationError(_("请填 1 到 36 之间的月数，用顿号隔开。"))
        return [int(one) for one in written]

    @staticmethod
    def initial_of(kind: Kind) -> dict[str, Any]:
        names = ("label", "label_en", "shape", "brand", "audiences", "required", "evidence")
        rule_names = theme_rules(kind)
        return {name: getattr(kind, name) for name in names} | {
            "attendance_share": kind.attendance_share,
            "gives_certificate": kind.gives_certificate,
            "follow_up_months": "、".join(str(one) for one in kind.follow_up_months),
            "required_themes": [one.vocabulary for one in rule_names if one.is_required],
            "optional_themes": [one.vocabulary for one in rule_names if not one.is_required],
        }

    def words(self, *, questions: list[Question], abilities: list[Ability]) -> KindWords:
        data = dict(self.cleaned_data)
        wanted, offered = data.pop("required_themes"), data.pop("optional_themes")
        themes = [ThemeRule(name, is_required=True) for name in wanted]
        themes += [ThemeRule(name, is_required=False) for name in offered if name not in wanted]
        return KindWords(themes=themes, questions=questions, abilities=abilities, **data)


class QuestionForm(forms.Form):
    """One question of a sign-up; a row without text is left out."""

    name = forms.SlugField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("问题"), max_length=80, required=False)
    label_en = forms.CharField(label=gettext_lazy("英文"), max_length=120, required=False)
    type = forms.ChoiceField(label=gettext_lazy("怎么答"), choices=QuestionType.choices, required=False)
    choices = forms.CharField(
        label=gettext_lazy("选项"), max_length=400, required=False, help_text=gettext_lazy("用顿号隔开")
    )
    required = forms.BooleanField(label=gettext_lazy("必答"), required=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("label") and data.get("type") == QuestionType.CHOICE and not data.get("choices"):
            self.add_error("choices", _("请写出选项。"))
        return data


class AbilityForm(forms.Form):
    """One thing that somebody can do or cannot; a row without text is left out."""

    code = forms.SlugField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("会不会做"), max_length=80, required=False)
    label_en = forms.CharField(label=gettext_lazy("英文"), max_length=120, required=False)
    scenario = forms.SlugField(required=False, widget=forms.HiddenInput)


QuestionFormSet = forms.formset_factory(QuestionForm, extra=2, max_num=20)
AbilityFormSet = forms.formset_factory(AbilityForm, extra=2, max_num=40)


def questions_in(rows: Any) -> list[Question]:
    """What was typed. A new question gets a name that no other has; an old one keeps its own, because answers refer to it."""
    typed = [form.cleaned_data for form in rows if form.cleaned_data.get("label")]
    taken = {row["name"] for row in typed if row["name"]}
    return [
        Question(
            name=row["name"] or _free(taken, stem="question"),
            label=row["label"],
            label_en=row["label_en"],
            type=row["type"] or QuestionType.TEXT,
            choices=tuple(one.strip() for one in _CHOICES.split(row["choices"]) if one.strip()),
            required=row["required"],
        )
        for row in typed
    ]


def abilities_in(rows: Any) -> list[Ability]:
    typed = [form.cleaned_data for form in rows if form.cleaned_data.get("label")]
    taken = {row["code"] for row in typed if row["code"]}
    return [
        Ability(row["code"] or _free(taken, stem="ability"), row["label"], row["label_en"], row["scenario"])
        for row in typed
    ]


def question_rows(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions of a kind or an activity, as the rows show them."""
    return [row | {"choices": "、".join(row.get("choices", []))} for row in questions]


def ability_rows(kind: Kind) -> list[dict[str, str]]:
    return [one.as_data() for one in abilities_of(kind)]


def _free(taken: set[str], *, stem: str) -> str:
    number = next(number for number in range(1, 1000) if f"{stem}-{number}" not in taken)
    taken.add(f"{stem}-{number}")
    return f"{stem}-{number}"


class CampaignForm(forms.Form):
    """A themed day, week or month."""

    title = forms.CharField(
        label=gettext_lazy("名称"), max_length=120, help_text=gettext_lazy("如 2026 年全国科普月")
    )
    brand = forms.ChoiceField(label=gettext_lazy("品牌"), required=False)
    organiser = forms.ModelChoiceField(label=gettext_lazy("发起单位"), queryset=Organisation.objects.none())
    region = forms.ModelChoiceField(label=gettext_lazy("地区"), queryset=Region.objects.none())
    starts_on = DayField(label=gettext_lazy("开始"))
    ends_on = DayField(label=gettext_lazy("结束"))
    report_due_on = DayField(label=gettext_lazy("总结截止"), required=False)
    text = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=5000, widget=many_lines(4))

    def __init__(self, *args: Any, user: Someone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        brands = [(term.code, name_of(term)) for name in ("brands", "campaigns") for term in terms(name)]
        self.fields["brand"].choices = [("", _("没有")), *brands]  # type: ignore[attr-defined]
        self.fields["organiser"].queryset = rules.organisers_for(user).order_by("path")  # type: ignore[attr-defined]
        self.fields["region"].queryset = choices.towns(choices.districts_of(user))  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, campaign: Campaign) -> dict[str, Any]:
        return {name: getattr(campaign, name) for name in cls.base_fields}

    def words(self) -> CampaignWords:
        return CampaignWords(**self.cleaned_data)


class SeriesForm(forms.Form):
    """A series of activities of one name."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    kind = forms.ModelChoiceField(label=gettext_lazy("类别"), queryset=Kind.objects.none())
    organiser = forms.ModelChoiceField(label=gettext_lazy("主办单位"), queryset=Organisation.objects.none())
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("主题活动"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=gettext_lazy("没有"),
    )
    text = forms.CharField(label=gettext_lazy("说明"), required=False, max_length=5000, widget=many_lines(4))

    def __init__(self, *args: Any, user: Someone, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = choices.districts_of(user)
        self.fields["kind"].queryset = choices.kinds_in_use()  # type: ignore[attr-defined]
        self.fields["organiser"].queryset = rules.organisers_for(user).order_by("path")  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = choices.campaigns_in(districts)  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, series: Series) -> dict[str, Any]:
        return {name: getattr(series, name) for name in cls.base_fields}

    def words(self) -> SeriesWords:
        return SeriesWords(**self.cleaned_data)
