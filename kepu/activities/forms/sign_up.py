"""The form of a sign-up. What it asks follows from the activity; how many people it has room for is in the form itself."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.activities.consent import CHILD, OWN, PROXY, text_in_force
from kepu.activities.models import Activity, ConsentOf, PartyKind, SeatPool
from kepu.activities.queries.sign_up import asks_birth_year, choices_of
from kepu.activities.questions import Question, QuestionType, questions_of
from kepu.activities.services.changing import where_of
from kepu.activities.services.participants import Who
from kepu.activities.services.registering import Agreed, Asked
from kepu.regions.models import Region

MOST_PEOPLE = 6
SELF, MY_CHILD, SOMEBODY = "self", "child", "other"
YES_NO = [("", gettext_lazy("请选择")), ("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """The fields of one person, for the page."""

    number: int
    name: forms.BoundField
    birth_year: forms.BoundField | None


class QuestionsMixin(forms.Form):
    """Questions that are data, as fields."""

    def add_questions(self, questions: Sequence[Question]) -> None:
        self.questions = list(questions)
        for question in self.questions:
            self.fields[question.field] = _field_of(question)

    def answers(self) -> dict[str, Any]:
        return {question.name: self.cleaned_data.get(question.field, "") for question in self.questions}

    def question_fields(self) -> list[forms.BoundField]:
        return [self[question.field] for question in self.questions]


class PeopleForm(QuestionsMixin):
    """What the public page and the counter share: which seats, who comes, where they live, the questions."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    people = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_PEOPLE)
    town = forms.ChoiceField(label=gettext_lazy("住在哪个乡镇、街道"), required=False)

    def __init__(
        self, data: Any = None, *, activity: Activity, pools: Sequence[SeatPool], towns: Sequence[Region]
    ) -> None:
        super().__init__(data, initial={"key": secrets.token_urlsafe(24), "people": 1})
        self.activity, self.pools, self.towns = activity, list(pools), {town.pk: town for town in towns}
        self.asks_birth_year = asks_birth_year(activity)
        self._add_pool()
        for number in range(self.people_asked()):
            self._add_person(number)
        self.fields["town"].choices = [  # type: ignore[attr-defined]
            ("", _("不在本区或不方便说")),
            *((town.pk, town.name) for town in towns),
        ]
        self.add_questions(questions_of(activity))

    def people_asked(self) -> int:
        """How many people the form that came back has room for; anything else is one."""
        written = str(self.data.get("people", "1")) if self.is_bound else "1"
        return min(int(written), MOST_PEOPLE) if written.isdecimal() and written != "0" else 1

    def with_one_more(self) -> None:
        """Room for another person, everything typed kept."""
        number = self.people_asked()
        if number < MOST_PEOPLE:
            self.data = {**self.data.dict(), "people": str(number + 1)}  # type: ignore[attr-defined]
            self._add_person(number)

    def has_room(self) -> bool:
        return self.people_asked() < MOST_PEOPLE

    def person_rows(self) -> list[PersonRow]:
        return [
            PersonRow(
                number + 1,
                self[f"name_{number}"],
                self[f"birth_year_{number}"] if self.asks_birth_year else None,
            )
            for number in range(self.people_asked())
        ]

    def chosen_pool(self) -> SeatPool:
        chosen = self.cleaned_data["pool"]
        return next(pool for pool in self.pools if str(pool.pk) == chosen)

    def who(self, *, phone: str = "", guardian: str = "") -> list[Who]:
        """The people; the phone is the first one's."""
        audience = self.chosen_pool().audience or self.activity.audience
        return [
            Who(
                name=self.cleaned_data[f"name_{number}"],
                audience=audience,
                phone=phone if number == 0 else "",
                birth_year=self.cleaned_data.get(f"birth_year_{number}"),
                region=self.towns.get(self.cleaned_data["town"]),
                guardian_name=guardian,
            )
            for number in range(self.people_asked())
        ]

    def _add_pool(self) -> None:
        choices = [(str(one.pool.pk), pool_label(one)) for one in choices_of(self.pools)]
        field = forms.ChoiceField(label=_("场次和名额"), choices=choices)
        if len(choices) == 1:
            field.widget, field.initial = forms.HiddenInput(), choices[0][0]
        else:
            field.widget = forms.RadioSelect(choices=choices)
        self.fields["pool"] = field

    def _add_person(self, number: int) -> None:
        self.fields[f"name_{number}"] = forms.CharField(
            label=_("姓名"),
            max_length=60,
            widget=forms.TextInput(attrs={"autocomplete": "name" if number == 0 else "off"}),
        )
        if self.asks_birth_year:
            self.fields[f"birth_year_{number}"] = forms.IntegerField(
                label=_("出生年"),
                min_value=1900,
                max_value=2100,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
                error_messages={
                    "invalid": _("请填四位数的年份，如 1958。"),
                    "min_value": _("请填四位数的年份，如 1958。"),
                    "max_value": _("请填四位数的年份，如 1958。"),
                },
            )


class SignUpForm(PeopleForm):
    """On a phone, without an account."""

    for_whom = forms.ChoiceField(
        label=gettext_lazy("替谁报名"),
        choices=[
            (SELF, gettext_lazy("我自己（和家人）")),
            (MY_CHILD, gettext_lazy("我的孩子（不满 14 岁）")),
            (SOMEBODY, gettext_lazy("帮父母或别人报")),
        ],
        widget=forms.RadioSelect,
        initial=SELF,
    )
    helper_name = forms.CharField(
        label=gettext_lazy("您的姓名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("替孩子报填监护人姓名；帮别人报填您自己的。"),
    )
    relation = forms.CharField(
        label=gettext_lazy("您是他们的什么人"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("如母亲、儿子、邻居。"),
    )
    phone = forms.CharField(
        label=gettext_lazy("您的手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}),
    )
    code = forms.CharField(
        label=gettext_lazy("短信验证码"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("我同意"), error_messages={"required": gettext_lazy("请先阅读并同意上面的说明。")}
    )
    guardian_consent = forms.BooleanField(label=gettext_lazy("我是孩子的监护人，我同意"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("for_whom") in (MY_CHILD, SOMEBODY) and not cleaned.get("helper_name", "").strip():
            self.add_error("helper_name", _("请填写您的姓名。"))
        if cleaned.get("for_whom") == MY_CHILD and not cleaned.get("guardian_consent"):
            self.add_error("guardian_consent", _("替孩子报名，请监护人先阅读并同意。"))
        return cleaned

    def shows_guardian(self) -> bool:
        """Whether the guardian's consent stands open: a family may bring a child, and who forgot it must find it."""
        return self.people_asked() > 1 or "guardian_consent" in self.errors

    def consent_texts(self) -> dict[str, str]:
        return {
            "own": str(text_in_force(OWN)),
            "child": str(text_in_force(CHILD)),
            "proxy": str(text_in_force(PROXY)),
        }

    def asked(self, *, is_phone_confirmed: bool) -> Asked:
        """The sign-up that was filled in. Only who signs themselves up has this phone as their own."""
        data = self.cleaned_data
        contact = data["helper_name"] if data["for_whom"] != SELF else data["name_0"]
        as_guardian = bool(data["guardian_consent"])
        return Asked(
            pool=self.chosen_pool(),
            people=self.who(
                phone=data["phone"] if data["for_whom"] == SELF else "",
                guardian=contact if as_guardian else "",
            ),
            contact_name=contact,
            contact_phone=data["phone"],
            is_phone_confirmed=is_phone_confirmed,
            agreed=Agreed(
                {SELF: ConsentOf.SELF, MY_CHILD: ConsentOf.GUARDIAN, SOMEBODY: ConsentOf.PROXY}[
                    data["for_whom"]
                ],
                name=contact,
                relation=data["relation"],
                as_guardian=as_guardian,
            ),
            key=data["key"],
            party=PartyKind.HOUSEHOLD if self.people_asked() > 1 else PartyKind.PERSON,
            answers=self.answers(),
        )


class CounterForm(PeopleForm):
    """At the counter: a clerk for somebody who stands there or is on the phone. A phone is welcome, not needed."""

    phone = forms.CharField(
        label=gettext_lazy("本人手机号"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("没有手机就空着，有变化会通知您（代办人）。"),
    )
    guardian_name = forms.CharField(
        label=gettext_lazy("监护人姓名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("不满 14 岁的孩子必填。"),
    )
    consent = forms.BooleanField(
        label=gettext_lazy("已当面或打电话征得本人（孩子由监护人）同意"),
        error_messages={"required": gettext_lazy("没有征得同意不能代报。")},
    )

    def consent_text(self) -> str:
        return str(text_in_force(PROXY))

    def asked(self, *, clerk: str, organisation: Any) -> Asked:
        data = self.cleaned_data
        return Asked(
            pool=self.chosen_pool(),
            people=self.who(phone=data["phone"], guardian=data["guardian_name"]),
            contact_name=data["guardian_name"] or data["name_0"],
            contact_phone=data["phone"],
            agreed=Agreed(
                ConsentOf.PROXY,
                name=clerk,
                relation=_("工作人员"),
                channel="desk",
                as_guardian=bool(data["guardian_name"].strip()),
            ),
            key=data["key"],
            party=PartyKind.HOUSEHOLD if self.people_asked() > 1 else PartyKind.PERSON,
            organisation=organisation,
            answers=self.answers(),
        )


def pool_label(choice: Any) -> str:
    where = where_of(choice.pool)
    if choice.is_waiting_only:
        return _("%(where)s：已满，可以候补") % {"where": where}
    return _("%(where)s：还有 %(free)d 个名额") % {"where": where, "free": choice.free}


def _field_of(question: Question) -> forms.Field:
    required: dict[str, Any] = {"label": str(question), "required": question.required}
    if question.type == QuestionType.CHOICE:
        choices = [("", _("请选择")), *((choice, choice) for choice in question.choices)]
        return forms.ChoiceField(choices=choices, **required)
    if question.type == QuestionType.YES_NO:
        return forms.ChoiceField(choices=YES_NO, **required)
    if question.type == QuestionType.NUMBER:
        return forms.CharField(
            max_length=12, widget=forms.TextInput(attrs={"inputmode": "numeric"}), **required
        )
    return forms.CharField(max_length=300, **required)
