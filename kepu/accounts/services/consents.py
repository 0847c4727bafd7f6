"""Consent: asked, given, refused, withdrawn; each answer is a new row, none is ever changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kepu.accounts import queries, rules
from kepu.accounts.identity import may_need_guardian
from kepu.accounts.models import Consent, Guardianship, Person, User
from kepu.accounts.rules import Someone
from kepu.audit.services import record
from kepu.core.errors import BadInput, NotAllowed, WrongState, require


class NeedsGuardian(WrongState):
    code = "needs_guardian"
    message = _("不满十四周岁的未成年人由监护人代为同意，请监护人登录后操作。")


class ConsentMissing(WrongState):
    code = "consent_missing"
    message = _("这项用途现在没有生效的同意，无须撤回。")


@transaction.atomic
def record_consent(
    person: Person, *, purpose: str, text_version: str, answer: str, channel: str, by: User, at: datetime
) -> Consent:
    """Write down the answer that somebody gave for themselves, or a guardian for the ward."""
    require(rules.can_answer_for(by, person))
    if answer not in (Consent.Answer.GIVEN, Consent.Answer.REFUSED):
        raise BadInput(field="answer")
    return _write(
        person, purpose=purpose, text_version=text_version, answer=answer, channel=channel, by=by, at=at
    )


@transaction.atomic
def withdraw_consent(person: Person, *, purpose: str, channel: str, by: User, at: datetime) -> Consent:
    """Take back what was given; what was done until now stays lawful, from now on it stops."""
    require(rules.can_answer_for(by, person))
    last = queries.last_consent(person, purpose=purpose)
    if last is None or last.answer != Consent.Answer.GIVEN:
        raise ConsentMissing
    return _write(
        person,
        purpose=purpose,
        text_version=last.text_version,
        answer=Consent.Answer.WITHDRAWN,
        channel=channel,
        by=by,
        at=at,
    )


@transaction.atomic
def record_guardianship(
    guardian: Person, *, ward: Person, relation: str, by: Someone, at: datetime
) -> Guardianship:
    """The office has seen the papers: this person may act for that minor."""
    require(rules.can_edit_person(by, ward) and rules.can_edit_person(by, guardian))
    if guardian.pk == ward.pk:
        raise BadInput(field="ward")
    day = timezone.localdate(at)
    guardianship, _created = Guardianship.objects.update_or_create(
        guardian=guardian,
        ward=ward,
        defaults={"relation": relation, "started_on": day, "ended_on": None},
    )
    record("record_guardianship", of=guardianship, by=by, at=at)
    return guardianship


@transaction.atomic
def end_guardianship(guardianship: Guardianship, *, by: Someone, at: datetime, reason: str) -> Guardianship:
    require(rules.can_edit_person(by, guardianship.ward))
    if guardianship.ended_on is not None:
        raise WrongState
    guardianship.ended_on = timezone.localdate(at)
    guardianship.save(update_fields=["ended_on"])
    record("end_guardianship", of=guardianship, by=by, at=at, reason=reason)
    return guardianship


def _write(
    person: Person, *, purpose: str, text_version: str, answer: str, channel: str, by: User, at: datetime
) -> Consent:
    if by.person is None:
        raise NotAllowed
    if by.person == person and may_need_guardian(person.birth_year, on=timezone.localdate(at)):
        raise NeedsGuardian
    consent = Consent.objects.create(
        person=person,
        given_by=by.person,
        purpose=purpose,
        text_version=text_version,
        answer=answer,
        channel=channel,
        at=at,
    )
    record("answer_consent", of=consent, by=by, at=at, changes={"purpose": purpose, "answer": answer})
    return consent
