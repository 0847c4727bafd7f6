"""Organisations are created, edited, moved and closed by the district office, and each deed is on record."""

import pytest

from kepu.accounts import rules, services
from kepu.accounts.models import Organisation, Role
from kepu.accounts.services import OrganisationDetails
from kepu.audit.models import Entry
from kepu.audit.services import SYSTEM
from kepu.core.clock import now
from kepu.core.errors import BadInput, NotAllowed, WrongState
from tests.factories.accounts import make_organisation, make_region, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def region():
    return make_region()


@pytest.fixture
def office(region):
    return make_user(Role.DISTRICT_OFFICE, make_organisation("上虞区科协", region=region))


def create(name, *, region, by, **more):
    details = OrganisationDetails(name=name, short_name=name, **more.pop("details", {}))
    return services.create_organisation(details, region=region, by=by, at=now(), **more)


def test_a_new_unit_stands_below_its_parent_in_the_path(region, office):
    parent = create("教育体育局", region=region, by=office)
    child = create("实验小学", region=region, by=office, parent=parent)
    assert child.path == f"{parent.pk:08d}/{child.pk:08d}/"
    assert child.is_within(parent)


def test_creating_a_unit_is_on_record_with_who_and_what(region, office):
    unit = create("气象局", region=region, by=office)
    entry = Entry.objects.get(deed="create_organisation")
    assert (entry.actor_id, entry.object_id, entry.object_label) == (office.pk, str(unit.pk), "气象局")


def test_two_units_of_one_region_cannot_have_one_name(region, office):
    create("气象局", region=region, by=office)
    with pytest.raises(services.NameTaken) as refusal:
        create(" 气象局 ", region=region, by=office)
    assert refusal.value.field == "name"


def test_a_unit_needs_a_name(region, office):
    with pytest.raises(BadInput):
        create("  ", region=region, by=office)


def test_the_office_of_another_district_may_not_create_units_here(region):
    elsewhere = make_region("330602000000", name="越城区")
    stranger = make_user(Role.DISTRICT_OFFICE, make_organisation(region=elsewhere))
    with pytest.raises(NotAllowed):
        create("气象局", region=region, by=stranger)
    assert not Organisation.objects.filter(name="气象局").exists()


def test_editing_changes_aliases_and_records_before_and_after(region, office):
    unit = create("教育体育局", region=region, by=office)
    services.edit_organisation(
        unit,
        details=OrganisationDetails(
            name="教育体育局", short_name="教体局", aliases=["教育局", " 教育局 ", ""]
        ),
        by=office,
        at=now(),
    )
    unit.refresh_from_db()
    assert (unit.short_name, unit.aliases) == ("教体局", ["教育局"])
    changes = Entry.objects.get(deed="edit_organisation").changes
    assert changes == {"short_name": ["教育体育局", "教体局"], "aliases": [[], ["教育局"]]}


def test_an_alias_taught_twice_is_kept_and_recorded_once(region, office):
    unit = create("教育体育局", region=region, by=office)
    for _time in range(2):
        services.add_alias(unit, alias="教育局", by=office, at=now())
    unit.refresh_from_db()
    assert unit.aliases == ["教育局"]
    assert Entry.objects.filter(deed="add_organisation_alias").count() == 1


def test_moving_a_unit_moves_everything_below_it_and_the_rights_follow(region, office):
    old, new = create("教育局", region=region, by=office), create("教体局", region=region, by=office)
    school = create("实验小学", region=region, by=office, parent=old)
    class_room = create("科学教室", region=region, by=office, parent=school)
    lead = make_user(Role.LEAD_UNIT, new)
    assert not rules.works_for(lead, class_room)
    services.move_organisation(school, under=new, by=office, at=now())
    class_room.refresh_from_db()
    assert class_room.path == f"{new.pk:08d}/{school.pk:08d}/{class_room.pk:08d}/"
    assert rules.works_for(lead, class_room)


def test_a_unit_whose_number_ends_like_anothers_is_not_moved_with_it(region, office):
    one = Organisation.objects.create(
        pk=5001, name="甲", short_name="甲", kind="other", region=region, path="5001/"
    )
    other = Organisation.objects.create(
        pk=50011, name="乙", short_name="乙", kind="other", region=region, path="15001/"
    )
    target = create("丙", region=region, by=office)
    services.move_organisation(one, under=target, by=office, at=now())
    other.refresh_from_db()
    assert other.path == "15001/"


def test_a_unit_cannot_be_moved_below_itself(region, office):
    top = create("教育局", region=region, by=office)
    below = create("实验小学", region=region, by=office, parent=top)
    with pytest.raises(services.WrongParent):
        services.move_organisation(top, under=below, by=office, at=now())


def test_a_unit_cannot_stand_below_one_of_another_district(region, office):
    foreign = make_organisation(region=make_region("330602000000", name="越城区"))
    with pytest.raises(services.WrongParent):
        create("气象局", region=region, by=office, parent=foreign)


def test_a_unit_with_units_below_is_not_closed(region, office):
    top = create("教育局", region=region, by=office)
    create("实验小学", region=region, by=office, parent=top)
    with pytest.raises(services.HasUnitsBelow):
        services.deactivate_organisation(top, by=office, at=now(), reason="机构改革")


def test_roles_rest_while_their_unit_is_closed_and_hold_again_when_it_reopens(region, office):
    unit = create("粮食局", region=region, by=office)
    member = make_user(Role.PARTNER_UNIT, unit)
    services.deactivate_organisation(unit, by=office, at=now(), reason="机构改革")
    member.__dict__.pop("active_memberships", None)
    assert not rules.has_role(member, Role.PARTNER_UNIT)
    services.reactivate_organisation(unit, by=office, at=now())
    member.__dict__.pop("active_memberships", None)
    assert rules.has_role(member, Role.PARTNER_UNIT)
    assert Entry.objects.get(deed="deactivate_organisation").reason == "机构改革"


def test_a_closed_unit_is_not_closed_again_nor_an_open_one_reopened(region, office):
    unit = create("粮食局", region=region, by=office)
    with pytest.raises(WrongState):
        services.reactivate_organisation(unit, by=office, at=now())
    services.deactivate_organisation(unit, by=office, at=now(), reason="机构改革")
    with pytest.raises(services.AlreadyClosed):
        services.deactivate_organisation(unit, by=office, at=now(), reason="机构改革")


ROSTER = """
- {key: school, name: 实验小学, short_name: 实小, kind: school, aliases: [], parent: education, region_code: "330604000000", confirmed: false}
- {key: education, name: 教育体育局, short_name: 教体局, name_en: Education Bureau, kind: department, aliases: [教育局], parent: null, region_code: "330604000000", confirmed: true}
"""


def test_a_roster_is_loaded_with_parents_first_and_says_what_is_unconfirmed(region, tmp_path):
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER, encoding="utf-8")
    loaded = services.load_roster(file, by=SYSTEM, at=now())
    school = Organisation.objects.get(name="实验小学")
    assert (loaded.created, loaded.kept, loaded.unconfirmed) == (2, 0, ["实验小学"])
    assert school.parent.aliases == ["教育局"]


def test_a_roster_loaded_again_keeps_what_people_changed(region, tmp_path):
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER, encoding="utf-8")
    services.load_roster(file, by=SYSTEM, at=now())
    Organisation.objects.filter(name="教育体育局").update(short_name="教育和体育局")
    again = services.load_roster(file, by=SYSTEM, at=now())
    assert (again.created, again.kept) == (0, 2)
    assert Organisation.objects.get(name="教育体育局").short_name == "教育和体育局"


@pytest.mark.parametrize(("was", "becomes"), [("parent: education", "parent: nobody"), ("330604", "999999")])
def test_a_roster_with_an_unknown_parent_or_region_loads_nothing(region, tmp_path, was, becomes):
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER.replace(was, becomes), encoding="utf-8")
    with pytest.raises(services.RosterIncomplete):
        services.load_roster(file, by=SYSTEM, at=now())
    assert not Organisation.objects.filter(name="教育体育局").exists()
