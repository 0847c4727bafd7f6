"""Who may do what with people, units and accounts: the table is the documentation and the test.

✓ yes, ✗ no. Columns: district office, lead unit, partner unit, township, venue keeper, expert, volunteer
organiser, resident, guardian, auditor, somebody without a role. "Own" is the unit of the one who asks;
"lead" the lead unit 区教体局; "school" a unit below it; "elsewhere" a unit of another district.
"""

import pytest
from django.contrib.auth.models import AnonymousUser

from kepu.accounts import rules
from kepu.accounts.models import Guardianship, Organisation, Role
from kepu.audit.services import SYSTEM
from tests.factories.accounts import make_organisation, make_person, make_region, make_user, personas

pytestmark = pytest.mark.django_db

COLUMNS = [
    "district_office",
    "lead_unit",
    "partner_unit",
    "township",
    "venue_keeper",
    "expert",
    "volunteer_organiser",
    "resident",
    "guardian",
    "auditor",
    "nobody",
]

#                                        office lead partner town venue expert volunt resident guard audit nobody
TABLE = """
see the units of the district            ✓      ✓    ✓       ✓    ✓     ✓      ✓      ✗        ✗     ✓     ✗
see a unit that is no longer in use      ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
see a unit elsewhere                     ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
manage the roster                        ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
manage the roster elsewhere              ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
see the people of lead                   ✓      ✓    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✓     ✗
see the people of the school             ✓      ✓    ✗       ✗    ✓     ✗      ✗      ✗        ✗     ✓     ✗
see the people of a unit elsewhere       ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
invite into the office                   ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
invite a colleague into lead             ✓      ✓    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
invite a keeper into the school          ✓      ✓    ✗       ✗    ✓     ✗      ✗      ✗        ✗     ✗     ✗
invite an auditor                        ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✓     ✗
invite into a unit elsewhere             ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
restore a keeper's access                ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
restore the office's access              ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
restore the auditor's access             ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✓     ✗
register a person                        ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
see a resident's phone                   ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✗     ✗
see a ward's phone                       ✓      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✓     ✗     ✗
answer consent for a ward                ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✓     ✗     ✗
read the audit trail                     ✗      ✗    ✗       ✗    ✗     ✗      ✗      ✗        ✗     ✓     ✗
"""


@pytest.fixture
def world():
    """The eleven, and the things that the deeds are about."""
    region = make_region()
    people = personas(region)
    guardian = people[Role.GUARDIAN]
    guardian.person = make_person("家长", region=region)
    guardian.save()
    ward = make_person("孩子", region=region)
    Guardianship.objects.create(guardian=guardian.person, ward=ward, relation="母亲", started_on="2024-01-01")
    return {
        "people": people,
        "region": region,
        "elsewhere": make_organisation(region=make_region("330602000000", name="越城区")),
        "closed": make_organisation(region=region, is_active=False),
        "neighbour": make_person("邻居", region=region),
        "ward": ward,
        **{key: _unit(people[role]) for key, role in UNITS.items()},
        **{
            f"{role}'s account": make_user(role, _unit(people[role]))
            for role in ("district_office", "venue_keeper", "auditor")
        },
    }


UNITS = {"office": Role.DISTRICT_OFFICE, "lead": Role.LEAD_UNIT, "school": Role.VENUE_KEEPER}


def _unit(user) -> Organisation:
    return user.active_memberships[0].organisation


def sees(user, unit):
    return rules.visible_organisations(user).filter(pk=unit.pk).exists()


DEEDS = {
    "see the units of the district": lambda u, w: sees(u, w["lead"]),
    "see a unit that is no longer in use": lambda u, w: sees(u, w["closed"]),
    "see a unit elsewhere": lambda u, w: sees(u, w["elsewhere"]),
    "manage the roster": lambda u, w: rules.can_manage_roster(u, region=w["region"]),
    "manage the roster elsewhere": lambda u, w: rules.can_manage_roster(u, region=w["elsewhere"].region),
    "see the people of lead": lambda u, w: rules.can_see_people_of(u, w["lead"]),
    "see the people of the school": lambda u, w: rules.can_see_people_of(u, w["school"]),
    "see the people of a unit elsewhere": lambda u, w: rules.can_see_people_of(u, w["elsewhere"]),
    "invite into the office": lambda u, w: rules.can_invite(u, w["office"], role=Role.DISTRICT_OFFICE),
    "invite a colleague into lead": lambda u, w: rules.can_invite(u, w["lead"], role=Role.LEAD_UNIT),
    "invite a keeper into the school": lambda u, w: rules.can_invite(u, w["school"], role=Role.VENUE_KEEPER),
    "invite an auditor": lambda u, w: rules.can_invite(u, w["office"], role=Role.AUDITOR),
    "invite into a unit elsewhere": lambda u, w: bool(rules.roles_to_give(u, w["elsewhere"])),
    "restore a keeper's access": lambda u, w: rules.can_restore_access(u, w["venue_keeper's account"]),
    "restore the office's access": lambda u, w: rules.can_restore_access(u, w["district_office's account"]),
    "restore the auditor's access": lambda u, w: rules.can_restore_access(u, w["auditor's account"]),
    "register a person": lambda u, w: rules.can_add_person(u, region=w["region"]),
    "see a resident's phone": lambda u, w: rules.can_reveal(u, w["neighbour"]),
    "see a ward's phone": lambda u, w: rules.can_reveal(u, w["ward"]),
    "answer consent for a ward": lambda u, w: rules.can_answer_for(u, w["ward"]),
    "read the audit trail": lambda u, w: rules.can_read_audit(u),
}


def rows():
    for line in TABLE.strip().splitlines():
        words = line.split()
        yield " ".join(words[: -len(COLUMNS)]), words[-len(COLUMNS) :]


@pytest.mark.parametrize(("deed", "expected"), list(rows()), ids=[deed for deed, _marks in rows()])
def test_the_table_holds(world, deed, expected):
    found = ["✓" if DEEDS[deed](world["people"][persona], world) else "✗" for persona in COLUMNS]
    assert dict(zip(COLUMNS, found, strict=True)) == dict(zip(COLUMNS, expected, strict=True))


def test_the_table_has_every_deed():
    assert {deed for deed, _marks in rows()} == set(DEEDS)


def test_a_visitor_without_an_account_may_do_nothing(world):
    assert [deed for deed, may in DEEDS.items() if may(AnonymousUser(), world)] == []


def test_a_closed_account_may_do_nothing_whatever_its_role(world):
    user = world["people"]["district_office"]
    user.is_active = False
    assert [deed for deed, may in DEEDS.items() if may(user, world)] == []


def test_the_flags_of_django_give_no_right(world):
    user = make_user()
    user.is_superuser = user.is_staff = True
    assert [deed for deed, may in DEEDS.items() if may(user, world)] == []


def test_the_system_stands_for_the_office_but_sees_no_personal_field(world):
    may_not = {
        "see a resident's phone",
        "see a ward's phone",
        "answer consent for a ward",
        "read the audit trail",
    }
    assert {deed for deed, may in DEEDS.items() if not may(SYSTEM, world)} == may_not


def test_the_office_of_a_town_or_a_city_does_not_govern_the_district(world):
    city = make_region("330600000000", name="绍兴市")
    town = make_region("330604001000", name="百官街道")
    above = make_user(Role.DISTRICT_OFFICE, make_organisation(region=city))
    below = make_user(Role.DISTRICT_OFFICE, make_organisation(region=town))
    governs = [rules.is_district_office(user, region=world["region"]) for user in (above, below)]
    assert governs == [False, False]
    assert rules.is_district_office(world["people"]["district_office"], region=town)


def test_asking_twenty_questions_about_one_account_reads_its_roles_once(world, django_assert_num_queries):
    user = make_user(Role.LEAD_UNIT, world["lead"])
    with django_assert_num_queries(1):
        for _question in range(20):
            rules.is_district_office(user, region=world["region"])
            rules.works_for(user, world["school"])
            rules.roles_to_give(user, world["lead"])
