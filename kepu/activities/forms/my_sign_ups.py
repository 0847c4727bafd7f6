"""Forms on the pages of those who signed up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.activities.forms.sign_up import QuestionsMixin
from kepu.activities.models import Participant, Registration, SeatPool
from kepu.activities.queries.sign_up import choices_of
from kepu.activities.questions import questions_of
from kepu.activities.services.changing import Correction, where_of


class PhoneForm(forms.Form):
    """Prove a phone to see what was signed up with it."""

    phone = forms.CharField(
        label=gettext_lazy("报名时留的手机号"),
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"}),
    )
    code = forms.CharField(
        label=gettext_lazy("短信验证码"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    participant: Participant
    name: forms.BoundField
    birth_year: forms.BoundField
    leaves: forms.BoundField


class CorrectionForm(QuestionsMixin):
    """Names, years of birth and answers of a sign-up, and who does not come after all."""

    def __init__(
        self, data: Any = None, *, registration: Registration, people: Sequence[Participant]
    ) -> None:
        super().__init__(data)
        self.people = list(people)
        for number, person in enumerate(self.people):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("姓名"), max_length=60, initial=person.name
            )
            self.fields[f"birth_year_{number}"] = forms.IntegerField(
                label=_("出生年"),
                required=False,
                min_value=1900,
                max_value=2100,
                initial=person.birth_year,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
            )
            self.fields[f"leaves_{number}"] = forms.BooleanField(label=_("这个人不来了"), required=False)
        self.add_questions(questions_of(registration.activity))
        for question in self.questions:
            self.fields[question.field].initial = registration.answers.get(question.name, "")

    def rows(self) -> list[CorrectionRow]:
        return [
            CorrectionRow(
                person, self[f"name_{number}"], self[f"birth_year_{number}"], self[f"leaves_{number}"]
            )
            for number, person in enumerate(self.people)
        ]

    def corrections(self) -> list[Correction]:
        data = self.cleaned_data
        return [
            Correction(
                person,
                name=data[f"name_{number}"],
                birth_year=data[f"birth_year_{number}"],
                stays=not data[f"leaves_{number}"],
            )
            for number, person in enumerate(self.people)
        ]


class MoveForm(forms.Form):
    """Another date of the same activity."""

    pool = forms.ChoiceField(label=gettext_lazy("改到"))

    def __init__(self, data: Any = None, *, pools: Sequence[SeatPool]) -> None:
        super().__init__(data)
        self.pools = {str(pool.pk): pool for pool in pools}
        self.fields["pool"].choices = [  # type: ignore[attr-defined]
            (
                str(one.pool.pk),
                _("%(where)s（还有 %(free)d 个名额）") % {"where": where_of(one.pool), "free": one.free},
            )
            for one in choices_of(pools)
        ]

    def chosen(self) -> SeatPool:
        return self.pools[self.cleaned_data["pool"]]
