"""The form of an activity: asked as its kind says, kept half filled, complete before publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.accounts.models import Organisation
from kepu.accounts.rules import Someone
from kepu.activities import rules
from kepu.activities.forms.planning_fields import (
    FindField,
    FindSeveralField,
    MomentField,
    Offer,
    checks,
    datalist,
    many_lines,
)
from kepu.activities.kinds import theme_rules
from kepu.activities.models import Activity, Campaign, Kind, Series, Setting, SignUp
from kepu.activities.queries import choices
from kepu.activities.services.planning import ActivityWords
from kepu.core.vocabulary import Audience, name_of, terms, vocabularies
from kepu.plans.models import Measure
from kepu.regions.models import Region

GROUPS = (
    (
        gettext_lazy("是什么活动"),
        ("title", "title_en", "text", "organiser", "partners", "campaign", "series"),
    ),
    (gettext_lazy("落实哪条举措"), ("measure",)),
    (gettext_lazy("给谁，讲什么"), ("audience", "themes_*", "languages", "accessibility")),
    (
        gettext_lazy("在哪里"),
        ("setting", "region", "place", "address", "latitude", "longitude", "online_address"),
    ),
    (
        gettext_lazy("怎么参加"),
        ("sign_up", "sign_up_opens_at", "sign_up_closes_at", "cost", "contact"),
    ),
)


@dataclass(frozen=True, slots=True)
class Offers:
    """What is offered in one form, read once."""

    measures: Offer[Measure]
    units: Offer[Organisation]


class ActivityForm(forms.Form):
    """One activity of a kind. Only what the row itself cannot do without is required here."""

    title = forms.CharField(label=gettext_lazy("活动名称"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("英文名称"), max_length=160, required=False)
    text = forms.CharField(label=gettext_lazy("介绍"), required=False, max_length=5000, widget=many_lines(5))
    organiser = forms.ModelChoiceField(label=gettext_lazy("牵头单位"), queryset=Organisation.objects.none())
    campaign = forms.ModelChoiceField(
        label=gettext_lazy("主题活动"),
        queryset=Campaign.objects.none(),
        required=False,
        empty_label=gettext_lazy("没有"),
    )
    series = forms.ModelChoiceField(
        label=gettext_lazy("系列"),
        queryset=Series.objects.none(),
        required=False,
        empty_label=gettext_lazy("没有"),
    )
    audience = forms.ChoiceField(label=gettext_lazy("对象"))
    setting = forms.ChoiceField(
        label=gettext_lazy("方式"), choices=Setting.choices, initial=Setting.ON_SITE, widget=forms.RadioSelect
    )
    region = forms.ModelChoiceField(label=gettext_lazy("乡镇街道"), queryset=Region.objects.none())
    place = forms.CharField(
        label=gettext_lazy("地点"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("如 桃园村文化礼堂"),
    )
    address = forms.CharField(label=gettext_lazy("详细地址"), max_length=200, required=False)
    latitude = forms.DecimalField(
        label=gettext_lazy("纬度"),
        required=False,
        min_value=-90,
        max_value=90,
        max_digits=9,
        decimal_places=6,
        help_text=gettext_lazy("填了经纬度，活动会出现在地图上"),
    )
    longitude = forms.DecimalField(
        label=gettext_lazy("经度"),
        required=False,
        min_value=-180,
        max_value=180,
        max_digits=9,
        decimal_places=6,
    )
    online_address = forms.URLField(
        label=gettext_lazy("线上地址"), max_length=300, required=False, assume_scheme="https"
    )
    sign_up = forms.ChoiceField(
        label=gettext_lazy("报名"), choices=SignUp.choices, initial=SignUp.OPEN, widget=forms.RadioSelect
    )
    sign_up_opens_at = MomentField(label=gettext_lazy("报名开始"), required=False)
    sign_up_closes_at = MomentField(
        label=gettext_lazy("报名截止"), required=False, help_text=gettext_lazy("不填就到开始时截止")
    )
    cost = forms.DecimalField(
        label=gettext_lazy("费用（元）"),
        initial=0,
        min_value=0,
        max_digits=8,
        decimal_places=2,
        help_text=gettext_lazy("公益活动填 0"),
    )
    contact = forms.CharField(
        label=gettext_lazy("咨询电话"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("会公开，请填单位电话"),
    )

    def __init__(self, data: Any = None, *, kind: Kind, user: Someone, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.kind = kind
        districts = choices.districts_of(user)
        self.offers = _offers(districts)
        self._offer_rows(user=user, districts=districts)
        self._offer_words()
        self._mark_what_the_kind_requires()

    def _offer_rows(self, *, user: Someone, districts: set[str]) -> None:
        for name, rows in {
            "organiser": rules.organisers_for(user).order_by("path"),
            "campaign": choices.campaigns_in(districts),
            "series": choices.series_of(user).filter(kind=self.kind),
            "region": choices.towns(districts),
        }.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields["measure"] = FindField(
            label=_("方案举措"),
            offer=self.offers.measures,
            list_id="measures",
            required=False,
            help_text=_("输入编号或几个字，从提示里选"),
        )
        self.fields["partners"] = FindSeveralField(
            label=_("合作单位"),
            offer=self.offers.units,
            list_id="units",
            help_text=_("每格一个单位，保存以后可以再加"),
        )

    def _offer_words(self) -> None:
        audiences = [one for one in Audience.choices if one[0] in self.kind.audiences]
        self.fields["audience"].choices = audiences  # type: ignore[attr-defined]
        for rule in theme_rules(self.kind):
            self.fields[f"themes_{rule.vocabulary}"] = checks(
                _named(rule.vocabulary), label=str(vocabularies()[rule.vocabulary])
            )
        self.fields["languages"] = checks(_named("activity_languages"), label=_("语言"))
        self.fields["accessibility"] = checks(_named("accessibility"), label=_("无障碍条件"))

    def _mark_what_the_kind_requires(self) -> None:
        wanted = {
            *self.kind.required,
            *(f"themes_{rule.vocabulary}" for rule in theme_rules(self.kind) if rule.is_required),
        }
        for name in wanted & self.fields.keys():
            field = self.fields[name]
            field.help_text = "；".join(filter(None, [str(field.help_text), _("发布前必填")]))

    @property
    def groups(self) -> Iterator[tuple[str, list[BoundField]]]:
        """The fields under their headings, in the order in which an organiser thinks."""
        themes = [f"themes_{rule.vocabulary}" for rule in theme_rules(self.kind)]
        for heading, names in GROUPS:
            spread = [one for name in names for one in (themes if name == "themes_*" else [name])]
            yield str(heading), [self[name] for name in spread]

    @property
    def lists(self) -> SafeString:
        """What the browser proposes."""
        lists = [
            datalist("measures", names=self.offers.measures.names),
            datalist("units", names=self.offers.units.names),
        ]
        return format_html_join("", "{}", ((one,) for one in lists))

    def words(self) -> ActivityWords:
        data = dict(self.cleaned_data)
        themes = {
            name.removeprefix("themes_"): data.pop(name) for name in list(data) if name.startswith("themes_")
        }
        return ActivityWords(kind=self.kind, themes=themes, **data)

    @staticmethod
    def initial_of(activity: Activity) -> dict[str, Any]:
        """As the form wants it: rows by what they are called."""
        words = ActivityWords.of(activity)
        initial = {one.name: getattr(words, one.name) for one in fields(words)}
        themes = initial.pop("themes")
        initial |= {f"themes_{name}": codes for name, codes in themes.items()}
        initial["measure"] = measure_name(activity.measure) if activity.measure else ""
        initial["partners"] = [str(unit) for unit in words.partners]
        initial["cost"] = _short(words.cost)
        return initial


def measure_name(measure: Measure) -> str:
    """How a measure is called where measures of several plans meet."""
    plan = measure.action.plan
    return f"{measure.code} {measure.title}（{plan.starts_in}–{plan.ends_in}）"


def _offers(districts: set[str]) -> Offers:
    return Offers(
        measures=Offer(
            choices.measures_to_serve(districts), name=measure_name, others=lambda one: [one.code, one.title]
        ),
        units=Offer(
            choices.units_in(districts),
            name=str,
            others=lambda unit: [unit.name, unit.short_name, *unit.aliases],
        ),
    )


def _named(vocabulary: str) -> list[tuple[str, str]]:
    return [(term.code, name_of(term)) for term in terms(vocabulary)]


def _short(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
