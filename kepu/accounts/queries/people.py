"""Reads of people, accounts, roles, consents and the auditor's lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from kepu.accounts import rules
from kepu.accounts.models import (
    CalendarToken,
    Consent,
    Invitation,
    Membership,
    Organisation,
    Person,
    PersonalDataAccess,
    User,
)
from kepu.audit.models import Entry
from kepu.audit.queries import Search, entries
from kepu.core.clock import today
from kepu.core.secrets import blind_index


def person_by_phone(phone: str) -> Person | None:
    """The person with this phone number (already in the form +86…)."""
    return Person.objects.filter(phone_index=blind_index(phone, purpose="phone")).first()


def user_by_phone(phone: str) -> User | None:
    """The account of the person with this phone number (already in the form +86…)."""
    return User.objects.filter(person__phone_index=blind_index(phone, purpose="phone")).first()


def person_by_id_number(id_number: str) -> Person | None:
    return Person.objects.filter(id_number_index=blind_index(id_number, purpose="id_number")).first()


def last_consent(person: Person, *, purpose: str) -> Consent | None:
    """The latest answer to one question; older rows are history."""
    return Consent.objects.filter(person=person, purpose=purpose).first()


def has_consented(person: Person, *, purpose: str) -> bool:
    last = last_consent(person, purpose=purpose)
    return last is not None and last.answer == Consent.Answer.GIVEN


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Who has which role in a unit today."""
    return Membership.on(today()).filter(organisation=organisation).select_related("user")


def open_invitations_of(organisation: Organisation, *, at: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.select_related("invited_by").filter(
        organisation=organisation, state=Invitation.State.OPEN, expires_at__gt=at
    )


def memberships_ever(account: User, *, seen_by: User) -> QuerySet[Membership]:
    """Somebody's roles now and before, in the units that the reader may see; running ones first."""
    return (
        Membership.objects.filter(user=account, organisation__in=rules.visible_organisations(seen_by))
        .select_related("organisation")
        .order_by("ended_on", "-started_on", "pk")
    )


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def calendar_token(user: User) -> str:
    """The secret part of the calendar address, empty while there is none."""
    return CalendarToken.objects.filter(user=user).values_list("token", flat=True).first() or ""


@dataclass(frozen=True)
class Answers:
    """One person's answers to the questions of consent: the one in force per purpose, and all before."""

    person: Person
    latest: list[Consent]
    history: list[Consent]


def consents_of(user: User) -> list[Answers]:
    """My own answers and those I gave for my wards."""
    people = list(_own_person_and_wards(user))
    given = list(Consent.objects.filter(person__in=people).select_related("given_by"))
    return [_answers(person, given) for person in people]


def own_person_or_ward(user: User, *, pk: int) -> Person:
    """One of the people somebody may answer for; others are not found."""
    return get_object_or_404(_own_person_and_wards(user), pk=pk)


def audited_entries(auditor: User, *, search: Search) -> QuerySet[Entry]:
    """The trail of the auditor's districts: deeds of everybody who has or had a role there, and of the system."""
    return entries(search, actor_ids=_audited_ids(auditor))


def audited_looks(auditor: User) -> QuerySet[PersonalDataAccess]:
    return PersonalDataAccess.objects.filter(viewer_id__in=_audited_ids(auditor))


def with_names(looks: Iterable[PersonalDataAccess]) -> list[tuple[PersonalDataAccess, str]]:
    """Each look with the name of the person who was looked at, in one query."""
    looks = list(looks)
    names = dict(Person.objects.filter(pk__in={look.person_id for look in looks}).values_list("pk", "name"))
    return [(look, names.get(look.person_id, "")) for look in looks]


def _audited_ids(auditor: User) -> QuerySet[User, int]:
    return rules.audited_accounts(auditor).values_list("pk", flat=True)


def _own_person_and_wards(user: User) -> QuerySet[Person]:
    own_or_ward = Q(user=user) | Q(guardians__guardian__user=user, guardians__ended_on__isnull=True)
    return Person.objects.filter(own_or_ward).distinct()


def _answers(person: Person, given: list[Consent]) -> Answers:
    own = [consent for consent in given if consent.person_id == person.pk]
    latest: dict[str, Consent] = {}
    for consent in own:
        latest.setdefault(consent.purpose, consent)  # newest first, so the first one is in force
    return Answers(person=person, latest=list(latest.values()), history=own)
