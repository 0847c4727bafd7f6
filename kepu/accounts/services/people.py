"""People and their personal fields. Whoever reads such a field leaves a trace in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kepu.accounts import rules
from kepu.accounts.identity import checked_id_number, normalised_phone
from kepu.accounts.models import PERSONAL_FIELDS, Person, PersonalDataAccess, User
from kepu.accounts.rules import Someone
from kepu.audit.services import record
from kepu.core.errors import BadInput, require
from kepu.core.secrets import blind_index
from kepu.regions.models import Region


class PhoneTaken(BadInput):
    code = "phone_taken"
    message = _("这个手机号不能使用，请换一个；如果它是您的，请联系区科协办公室核对。")


class IdNumberTaken(BadInput):
    code = "id_number_taken"
    message = _("已有此身份证号的人员，请在人员中查找。")


class PurposeMissing(BadInput):
    code = "purpose_missing"
    message = _("请写明查看个人信息的用途。")


@transaction.atomic
def add_person(
    name: str,
    *,
    by: Someone,
    at: datetime,
    region: Region | None = None,
    phone: str = "",
    id_number: str = "",
) -> Person:
    """Register a person; sex and birth year come from the id number when there is one."""
    require(rules.can_add_person(by, region=region))
    person = make_person(name, phone=phone, id_number=id_number, region=region)
    record("add_person", of=person, by=by, at=at)
    return person


def make_person(name: str, *, region: Region | None, phone: str = "", id_number: str = "") -> Person:
    """The row of a person with checked numbers and blind indexes."""
    if not name.strip():
        raise BadInput(field="name")
    person = Person(name=name.strip(), region=region)
    _set_phone(person, phone)
    _set_id_number(person, id_number)
    person.save()
    return person


@transaction.atomic
def change_personal_fields(
    person: Person, *, by: Someone, at: datetime, phone: str | None = None, id_number: str | None = None
) -> Person:
    """Correct a number; None leaves it, an empty text takes it out. The trail names the fields, never the values."""
    require(rules.can_edit_person(by, person))
    changed = []
    if phone is not None:
        _set_phone(person, phone)
        changed += ["phone", "phone_index"]
    if id_number is not None:
        _set_id_number(person, id_number)
        changed += ["id_number", "id_number_index", "birth_year", "sex"]
    person.save(update_fields=changed)
    names = sorted(PERSONAL_FIELDS.intersection(changed))
    record("change_personal_fields", of=person, by=by, at=at, changes={"fields": names})
    return person


@transaction.atomic
def change_person_name(person: Person, *, name: str, by: Someone, at: datetime) -> Person:
    """Correct a person's name, and the name of their account with it."""
    require(rules.can_edit_person(by, person))
    if not name.strip():
        raise BadInput(field="name")
    before, person.name = person.name, name.strip()
    person.save(update_fields=["name"])
    User.objects.filter(person=person).update(name=person.name)
    record("change_name", of=person, by=by, at=at, changes={"name": [before, person.name]})
    return person


@transaction.atomic
def reveal_personal_fields(
    person: Person, *, fields: Iterable[str], by: User, purpose: str, at: datetime
) -> dict[str, str]:
    """The named personal fields of a person; who looked, at what and why is written first."""
    wanted = sorted(set(fields))
    require(rules.can_reveal(by, person))
    if not purpose.strip():
        raise PurposeMissing(field="purpose")
    if not wanted or not PERSONAL_FIELDS.issuperset(wanted):
        raise BadInput(field="fields")
    PersonalDataAccess.objects.create(
        at=at,
        viewer=str(by),
        viewer_id=by.pk,
        person_id=person.pk,
        fields=wanted,
        purpose=purpose.strip()[:200],
    )
    # A plain query set: the manager of Person would leave these columns out.
    return dict(QuerySet(Person).filter(pk=person.pk).values(*wanted).get())


def _set_phone(person: Person, written: str) -> None:
    if not written.strip():
        person.phone, person.phone_index = "", None
        return
    phone = normalised_phone(written)
    index = blind_index(phone, purpose="phone")
    if Person.objects.filter(phone_index=index).exclude(pk=person.pk).exists():
        raise PhoneTaken(field="phone")
    person.phone, person.phone_index = phone, index


def _set_id_number(person: Person, written: str) -> None:
    if not written.strip():
        person.id_number, person.id_number_index = "", None
        return
    known = checked_id_number(written)
    index = blind_index(known.number, purpose="id_number")
    if Person.objects.filter(id_number_index=index).exclude(pk=person.pk).exists():
        raise IdNumberTaken(field="id_number")
    person.id_number, person.id_number_index = known.number, index
    person.birth_year, person.sex = known.born_on.year, known.sex
