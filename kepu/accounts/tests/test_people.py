"""Personal fields lie encrypted, are found by blind index, and are never read without a trace."""

import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, transaction

from kepu.accounts import queries, rules, services
from kepu.accounts.models import Consent, Person, PersonalDataAccess, PersonalFieldsSealed, Role
from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM
from kepu.core.clock import now, today
from kepu.core.errors import BadInput, NotAllowed, WrongState
from tests.factories.accounts import make_organisation, make_person, make_region, make_user, personas

pytestmark = pytest.mark.django_db
PHONE, ID_NUMBER = "138 0013 8000", "11010519491231002X"


@pytest.fixture
def region():
    return make_region()


@pytest.fixture
def office(region):
    return make_user(Role.DISTRICT_OFFICE, make_organisation("上虞区科协", region=region))


@pytest.fixture
def person(region, office):
    make_person("先登记的人")  # so that people and accounts do not share their numbers by chance
    return services.add_person("陈老师", region=region, phone=PHONE, id_number=ID_NUMBER, by=office, at=now())


def stored_row(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, id_number FROM accounts_person WHERE id = %s", [person.pk])
        return cursor.fetchone()


def test_the_database_holds_no_personal_field_in_plain_text(person):
    phone, id_number = stored_row(person)
    assert "13800138000" not in phone
    assert ID_NUMBER not in id_number
    assert {phone.split(":")[0], id_number.split(":")[0]} == {"AES-256-GCM"}


def test_a_tampered_field_raises_instead_of_showing_something_else(person, office):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_person SET phone = id_number WHERE id = %s", [person.pk])
    with pytest.raises(InvalidTag):
        services.reveal_personal_fields(person, fields=["phone"], by=office, purpose="核对", at=now())


def test_a_person_is_found_by_phone_and_by_id_number(person):
    assert queries.person_by_phone("+8613800138000") == person
    assert queries.person_by_id_number(ID_NUMBER) == person
    assert queries.person_by_phone("+8613800138001") is None


def test_sex_and_birth_year_come_from_the_id_number(person):
    assert (person.sex, person.birth_year) == ("2", 1949)


def test_a_person_fetched_in_passing_shows_no_personal_field(person):
    with pytest.raises(PersonalFieldsSealed):
        Person.objects.get(pk=person.pk).phone  # noqa: B018 - reading it is the deed


def test_the_person_of_an_account_comes_sealed_too(person):
    user = make_user(person=person)
    user.refresh_from_db()
    with pytest.raises(PersonalFieldsSealed):
        user.person.id_number  # noqa: B018 - reading it is the deed


def test_saving_a_sealed_person_keeps_the_personal_fields(person, office):
    sealed = Person.objects.get(pk=person.pk)
    sealed.name = "陈教授"
    sealed.save()
    shown = services.reveal_personal_fields(person, fields=["phone"], by=office, purpose="核对", at=now())
    assert shown == {"phone": "+8613800138000"}


def test_every_look_is_written_with_who_whom_what_and_why(person, office):
    shown = services.reveal_personal_fields(
        person, fields=["phone", "id_number"], by=office, purpose="讲座联系", at=now()
    )
    assert shown == {"phone": "+8613800138000", "id_number": ID_NUMBER}
    look = PersonalDataAccess.objects.get()
    assert (look.viewer_id, look.person_id, look.fields, look.purpose) == (
        office.pk,
        person.pk,
        ["id_number", "phone"],
        "讲座联系",
    )


def test_a_look_without_a_purpose_or_at_an_unknown_field_is_refused_and_shows_nothing(person, office):
    with pytest.raises(services.PurposeMissing):
        services.reveal_personal_fields(person, fields=["phone"], by=office, purpose=" ", at=now())
    with pytest.raises(BadInput):
        services.reveal_personal_fields(person, fields=["phone_index"], by=office, purpose="核对", at=now())
    assert not PersonalDataAccess.objects.exists()


def test_a_colleague_sees_the_name_but_not_the_phone(region, person):
    unit = make_organisation(region=region)
    make_user(Role.EXPERT, unit, person=person)
    colleague = make_user(Role.LEAD_UNIT, unit)
    assert list(rules.visible_to(colleague)) == [person]
    with pytest.raises(NotAllowed):
        services.reveal_personal_fields(person, fields=["phone"], by=colleague, purpose="联系", at=now())


def test_the_log_of_looks_can_be_neither_changed_nor_deleted(person, office):
    services.reveal_personal_fields(person, fields=["phone"], by=office, purpose="核对", at=now())
    for deed in (lambda rows: rows.update(purpose="改"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed(PersonalDataAccess.objects.all())
    assert PersonalDataAccess.objects.get().purpose == "核对"


def test_the_same_phone_or_id_number_is_not_registered_twice(person, office, region):
    with pytest.raises(services.PhoneTaken):
        services.add_person("另一人", region=region, phone="+8613800138000", by=office, at=now())
    with pytest.raises(services.IdNumberTaken):
        services.add_person("另一人", region=region, id_number=ID_NUMBER.lower(), by=office, at=now())


def test_changing_a_number_moves_the_index_and_records_the_field_but_not_the_value(person, office):
    services.change_personal_fields(person, phone="13900139000", by=office, at=now())
    assert queries.person_by_phone("+8613900139000") == person
    assert queries.person_by_phone("+8613800138000") is None
    changes = Entry.objects.get(deed="change_personal_fields").changes
    assert changes == {"fields": ["phone"]}
    assert queries.person_by_id_number(ID_NUMBER) == person


def test_two_people_without_a_phone_do_not_collide(office, region):
    for name in ("甲", "乙"):
        services.add_person(name, region=region, by=office, at=now())
    assert Person.objects.filter(phone_index=None, name__in=["甲", "乙"]).count() == 2


def test_the_office_of_another_district_sees_nobody_here(person):
    stranger = make_user(
        Role.DISTRICT_OFFICE, make_organisation(region=make_region("330602000000", name="越城区"))
    )
    assert list(rules.visible_to(stranger)) == []


def test_nobody_in_particular_and_the_system_see_no_people(person):
    assert [list(rules.visible_to(one)) for one in (make_user(), SYSTEM)] == [[], []]


def test_a_name_changed_by_its_owner_changes_for_account_and_person(region):
    user = make_user(Role.RESIDENT, make_organisation(region=region), name="旧名", person=make_person("旧名"))
    services.change_own_name(user, name="新名", at=now())
    assert (user.name, Person.objects.get(pk=user.person_id).name) == ("新名", "新名")
    assert Entry.objects.get(deed="change_name").changes == {"name": ["旧名", "新名"]}


@pytest.fixture
def parent(region):
    return make_user(
        Role.GUARDIAN, make_organisation(region=region), person=make_person("家长", region=region)
    )


@pytest.fixture
def child(region):
    return Person.objects.create(name="孩子", region=region, birth_year=today().year - 9)


def answer(person, by, answer=Consent.Answer.GIVEN):
    return services.record_consent(
        person, purpose="photos", text_version="1", answer=answer, channel="web", by=by, at=now()
    )


def test_consent_is_in_force_until_it_is_withdrawn_and_every_answer_stays(parent):
    answer(parent.person, parent)
    assert queries.has_consented(parent.person, purpose="photos")
    services.withdraw_consent(parent.person, purpose="photos", channel="web", by=parent, at=now())
    assert not queries.has_consented(parent.person, purpose="photos")
    assert [row.answer for row in Consent.objects.order_by("pk")] == ["given", "withdrawn"]


def test_what_was_not_given_cannot_be_withdrawn(parent):
    answer(parent.person, parent, Consent.Answer.REFUSED)
    with pytest.raises(services.ConsentMissing):
        services.withdraw_consent(parent.person, purpose="photos", channel="web", by=parent, at=now())


def test_a_child_under_fourteen_cannot_consent_for_itself(child):
    own_account = make_user(person=child)
    with pytest.raises(services.NeedsGuardian):
        answer(child, own_account)
    assert not Consent.objects.exists()


def test_a_guardian_answers_for_the_ward_until_the_guardianship_ends(office, parent, child):
    with pytest.raises(NotAllowed):
        answer(child, parent)
    guardianship = services.record_guardianship(
        parent.person, ward=child, relation="母亲", by=office, at=now()
    )
    assert answer(child, parent).given_by_id == parent.person_id
    services.end_guardianship(guardianship, by=office, at=now(), reason="成年")
    with pytest.raises(NotAllowed):
        answer(child, parent)
    with pytest.raises(WrongState):
        services.end_guardianship(guardianship, by=office, at=now(), reason="成年")


def test_the_office_cannot_consent_for_anybody(office, child):
    with pytest.raises(NotAllowed):
        answer(child, office)


def test_the_list_of_visible_people_costs_one_query_beside_the_memberships(region, django_assert_num_queries):
    people = personas(region)
    units = [make_organisation(region=region) for _number in range(300)]
    for unit in units:
        make_user(Role.EXPERT, unit, person=make_person(region=region))
    with django_assert_num_queries(2):
        assert len(rules.visible_to(people[Role.DISTRICT_OFFICE])) == 300


def test_a_name_corrected_by_the_office_changes_for_person_and_account(person, office):
    user = make_user(Role.EXPERT, person=person)
    services.change_person_name(person, name="陈教授", by=office, at=now())
    user.refresh_from_db()
    assert (user.name, Person.objects.get(pk=person.pk).name) == ("陈教授", "陈教授")
    with pytest.raises(NotAllowed):
        services.change_person_name(person, name="改名", by=make_user(), at=now())


def test_an_id_number_is_corrected_or_taken_out_and_brings_year_and_sex(person, office):
    services.change_personal_fields(person, id_number="440524188001010014", by=office, at=now())
    corrected = Person.objects.get(pk=person.pk)
    assert (corrected.birth_year, corrected.sex) == (1880, "1")
    services.change_personal_fields(person, id_number="", phone="", by=office, at=now())
    assert queries.person_by_id_number("440524188001010014") is None
    assert queries.person_by_phone("+8613800138000") is None


def test_the_numbers_of_somebody_in_another_district_cannot_be_changed(person):
    elsewhere = make_organisation(region=make_region("330602000000", name="越城区"))
    with pytest.raises(NotAllowed):
        services.change_personal_fields(
            person, phone="", by=make_user(Role.DISTRICT_OFFICE, elsewhere), at=now()
        )
    assert queries.person_by_phone("+8613800138000") == person
