"""What may be asked of the ledger: which facts, and whether a person counts once per session.

The same question is asked in two ways, of a row in Python when it is recorded and of the table in SQL; a test holds the two
together. A counting rule is a question that was given a code and a version.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kepu.core.errors import BadInput
from kepu.ledger.happenings import EvidenceClass
from kepu.ledger.models import Fact, PartnerCredit

MOST_VALUES = 200
MOST_AGE = 150
_REGION = re.compile(r"[0-9]{12}")


class BadQuestion(BadInput):
    code = "bad_counting_rule"
    message = gettext_lazy("计数口径写得不对，请检查后再保存。")


@dataclass(frozen=True, slots=True)
class Question:
    """Empty means any. Lists are alternatives, different fields must all hold."""

    kinds: tuple[str, ...] = ()
    activity_kinds: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    """Term codes as "vocabulary:code"."""
    regions: tuple[str, ...] = ()
    """Twelve-digit codes; a county means everything in it."""
    organisations: tuple[int, ...] = ()
    """Units that led or took part."""
    plan: str = ""
    measures: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    min_age: int | None = None
    """On the day. Who has no recorded age is not counted where an age is asked for."""
    max_age: int | None = None
    since: date | None = None
    until: date | None = None
    """Both days included."""
    once_per_session: bool = False
    """The same person at the same occasion on the same day counts once; a head count stays as it is."""

    def matches(self, fact: Fact, *, partners: Collection[int]) -> bool:
        """Whether the question asks for this row."""
        return (
            _one_of(fact.kind, among=self.kinds)
            and _one_of(fact.activity_kind, among=self.activity_kinds)
            and _one_of(fact.audience, among=self.audiences)
            and _one_of(fact.measure, among=self.measures)
            and _one_of(fact.evidence, among=self.evidence)
            and self.plan in ("", fact.plan)
            and self._is_in_time(fact.happened_on)
            and self._is_of_age(fact.age)
            and self._is_there(fact.region)
            and self._is_about(fact.themes)
            and (not self.organisations or not {fact.organisation, *partners}.isdisjoint(self.organisations))
        )

    def _is_in_time(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def _is_of_age(self, age: int | None) -> bool:
        if self.min_age is None and self.max_age is None:
            return True
        return age is not None and (self.min_age or 0) <= age <= (
            MOST_AGE if self.max_age is None else self.max_age
        )

    def _is_there(self, region: str) -> bool:
        return not self.regions or region.startswith(tuple(map(area_of, self.regions)))

    def _is_about(self, themes: str) -> bool:
        return not self.themes or any(f",{theme}," in themes for theme in self.themes)

    def condition(self) -> Q:
        """The same as `matches`, for the database."""
        found = self._plain_conditions() & self._in_time()
        if self.min_age is not None or self.max_age is not None:
            oldest = MOST_AGE if self.max_age is None else self.max_age
            found &= Q(age__gte=self.min_age or 0, age__lte=oldest)
        if self.regions:
            found &= _any_of(Q(region__startswith=area_of(code)) for code in self.regions)
        if self.themes:
            found &= _any_of(Q(themes__contains=f",{theme},") for theme in self.themes)
        if self.organisations:
            took_part = PartnerCredit.objects.filter(fact=OuterRef("pk"), organisation__in=self.organisations)
            found &= Q(organisation__in=self.organisations) | Q(Exists(took_part))
        return found

    def _plain_conditions(self) -> Q:
        lists = {
            "kind__in": self.kinds,
            "activity_kind__in": self.activity_kinds,
            "audience__in": self.audiences,
            "measure__in": self.measures,
            "evidence__in": self.evidence,
        }
        asked = {name: values for name, values in lists.items() if values}
        return Q(**asked, plan=self.plan) if self.plan else Q(**asked)

    def _in_time(self) -> Q:
        """The month beside the day, because the month has an index."""
        found = Q()
        if self.since is not None:
            found &= Q(happened_on__gte=self.since, month__gte=month_of(self.since))
        if self.until is not None:
            found &= Q(happened_on__lte=self.until, month__lte=month_of(self.until))
        return found

    def as_json(self) -> dict[str, Any]:
        """What is kept of a counting rule: only what is asked for."""
        plain = {name: _as_json(value) for name, value in asdict(self).items()}
        return {name: value for name, value in plain.items() if value not in ([], "", None, False)}


def question_from(definition: Mapping[str, Any]) -> Question:
    """Read and check a definition. Raises `BadQuestion` that names the field."""
    known = {field.name for field in fields(Question)}
    if unknown := set(definition) - known:
        raise BadQuestion(field=sorted(unknown)[0])
    question = Question(**{name: _read(name, value=value) for name, value in definition.items()})
    _check(question)
    return question


def month_of(day: date) -> int:
    return day.year * 100 + day.month


def area_of(code: str) -> str:
    """The beginning that all codes within a region share: 330604000000 is 330604, a whole province is 33."""
    for length in (12, 9, 6, 4):
        step = 3 if length > 6 else 2
        if code[length - step : length].strip("0"):
            return code[:length]
    return code[:2]


_LISTS = {"kinds", "activity_kinds", "audiences", "themes", "regions", "measures", "evidence"}


def _read(name: str, *, value: Any) -> Any:
    if name in _LISTS:
        return _words(name, value=value)
    if name == "organisations":
        return _numbers(name, value=value)
    if name in ("since", "until"):
        return _day(name, value=value)
    if name in ("min_age", "max_age"):
        return _age(name, value=value)
    if name == "once_per_session":
        return _require_type(name, value=value, kind=bool)
    return _require_type(name, value=value, kind=str)


def _require_type(name: str, *, value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise BadQuestion(field=name)
    return value


def _words(name: str, *, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_VALUES:
        raise BadQuestion(field=name)
    if not all(isinstance(one, str) and 0 < len(one) <= 80 for one in value):
        raise BadQuestion(field=name)
    return tuple(dict.fromkeys(value))


def _numbers(name: str, *, value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple) or len(value) > MOST_VALUES:
        raise BadQuestion(field=name)
    if not all(type(one) is int and 0 < one < 2**63 for one in value):
        raise BadQuestion(field=name)
    return tuple(dict.fromkeys(value))


def _day(name: str, *, value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadQuestion(field=name) from None


def _age(name: str, *, value: Any) -> int | None:
    if value is None or (type(value) is int and 0 <= value <= MOST_AGE):
        return value
    raise BadQuestion(field=name)


def _check(question: Question) -> None:
    if any(not _REGION.fullmatch(code) for code in question.regions):
        raise BadQuestion(field="regions")
    if any(one not in EvidenceClass.values for one in question.evidence):
        raise BadQuestion(field="evidence")
    if any("," in theme or ":" not in theme for theme in question.themes):
        raise BadQuestion(field="themes")
    if question.measures and not question.plan:
        raise BadQuestion(_("举措编号只在一个方案里有意义，请同时写明方案。"), field="measures")
    if question.since and question.until and question.since > question.until:
        raise BadQuestion(_("起始日期不能晚于截止日期。"), field="until")
    if None not in (question.min_age, question.max_age) and question.min_age > question.max_age:  # type: ignore[operator]
        raise BadQuestion(_("最小年龄不能大于最大年龄。"), field="max_age")


def _one_of(value: str, *, among: Collection[str]) -> bool:
    return not among or value in among


def _any_of(conditions: Any) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _as_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
