"""What is asked at a sign-up beyond name and phone: data of the kind and of the activity, never code.

A question is {"name", "label", "label_en", "type": text | number | choice | yes_no, "choices": […], "required": true | false}. The kind's come
first; an activity's question with the same name takes its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kepu.activities.models import Activity
from kepu.core.errors import BadInput

LONGEST = 300


class QuestionType(models.TextChoices):
    TEXT = "text", _("文字")
    NUMBER = "number", _("数字")
    CHOICE = "choice", _("选择")
    YES_NO = "yes_no", _("是或否")


class AnswerMissing(BadInput):
    code = "answer_missing"


class WrongAnswer(BadInput):
    code = "wrong_answer"


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    label: str
    type: str = QuestionType.TEXT
    label_en: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False

    def __str__(self) -> str:
        return self.label_en if self.label_en and (get_language() or "").startswith("en") else self.label

    def as_data(self) -> dict[str, Any]:
        """As a kind or an activity keeps it."""
        return asdict(self) | {"type": str(self.type), "choices": list(self.choices)}

    @property
    def field(self) -> str:
        """Its name in a form."""
        return f"question_{self.name}"


def questions_of(activity: Activity) -> list[Question]:
    """Those of the kind and of the activity, each name once."""
    rows = {row["name"]: row for row in [*activity.kind.questions, *activity.questions]}
    return [_question(row) for row in rows.values()]


def checked_answers(answers: Mapping[str, Any], *, questions: Iterable[Question]) -> dict[str, str]:
    """The answers by name, every required one there and every choice one that is offered."""
    return {
        one.name: answer for one in questions if (answer := _checked(answers.get(one.name), question=one))
    }


def _checked(answer: Any, *, question: Question) -> str:
    written = str(answer or "").strip()[:LONGEST]
    if question.required and not written:
        raise AnswerMissing(_("请回答：%(question)s") % {"question": question}, field=question.field)
    if written and question.type == QuestionType.NUMBER and not written.isdecimal():
        raise WrongAnswer(_("请填数字：%(question)s") % {"question": question}, field=question.field)
    allowed = {QuestionType.CHOICE: question.choices, QuestionType.YES_NO: ("yes", "no")}.get(
        QuestionType(question.type)
    )
    if written and allowed is not None and written not in allowed:
        raise WrongAnswer(_("请选一项：%(question)s") % {"question": question}, field=question.field)
    return written


def _question(row: Mapping[str, Any]) -> Question:
    return Question(
        name=row["name"],
        label=row["label"],
        type=row.get("type", QuestionType.TEXT),
        label_en=row.get("label_en", ""),
        choices=tuple(row.get("choices", ())),
        required=bool(row.get("required", False)),
    )
