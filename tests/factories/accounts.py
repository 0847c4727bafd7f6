"""People and units for tests, made directly in the database."""

from __future__ import annotations

from datetime import date
from itertools import count

from kepu.accounts.models import Membership, Organisation, OrganisationKind, Person, Role, User
from kepu.regions.models import Level, Region

PASSWORD = "correct-horse-battery"
LONG_AGO = date(2020, 1, 1)
_number = count(1)


def make_region(
    code: str = "330604000000",
    *,
    name: str = "上虞区",
    level: int = Level.COUNTY,
    parent: Region | None = None,
) -> Region:
    """A region, by default Shangyu; the same code again gives the same row."""
    return Region.objects.get_or_create(code=code, defaults={"name": name, "level": level, "parent": parent})[
        0
    ]


def make_organisation(
    name: str = "",
    *,
    region: Region | None = None,
    parent: Organisation | None = None,
    kind: str = OrganisationKind.DEPARTMENT,
    short_name: str = "",
    aliases: list[str] | None = None,
    is_active: bool = True,
    pk: int | None = None,
) -> Organisation:
    """A unit at its place in the tree."""
    name = name or f"单位{next(_number)}"
    organisation = Organisation.objects.create(
        pk=pk,
        name=name,
        short_name=short_name or name,
        aliases=aliases or [],
        kind=kind,
        parent=parent,
        path="",
        region=region or (parent.region if parent else make_region()),
        is_active=is_active,
    )
    organisation.path = organisation.path_below(parent)
    organisation.save(update_fields=["path"])
    return organisation


def make_user(
    role: str = "",
    organisation: Organisation | None = None,
    *,
    name: str = "",
    username: str = "",
    person: Person | None = None,
    password: str = PASSWORD,
) -> User:
    """An account with PASSWORD; with a role it is a member of the organisation (made when none is given)."""
    username = username or f"user{next(_number)}"
    user = User(username=username, name=name or f"用户{username}", person=person)
    user.set_password(password)
    user.save()
    if role:
        make_membership(user, role=role, organisation=organisation or make_organisation())
    return user


def make_membership(
    user: User,
    *,
    role: str,
    organisation: Organisation,
    started_on: date = LONG_AGO,
    ended_on: date | None = None,
) -> Membership:
    user.__dict__.pop("active_memberships", None)
    return Membership.objects.create(
        user=user, organisation=organisation, role=role, started_on=started_on, ended_on=ended_on
    )


def make_person(name: str = "", *, region: Region | None = None) -> Person:
    """A person without personal fields; `accounts.services.add_person` makes one with them."""
    return Person.objects.create(name=name or f"居民{next(_number)}", region=region)


def personas(region: Region | None = None) -> dict[str, User]:
    """The eleven people of every permission table: one per role (keys are the Role values), and "nobody".

    The tree: 区科协 (district office, auditor, expert, resident, guardian); 区教体局 (lead unit) with 实验小学
    (venue keeper) below it; 区卫健局 (partner unit); 百官街道 (township) with 志愿队 (volunteer organiser) below it.
    Each user's unit is `user.active_memberships[0].organisation`.
    """
    region = region or make_region()
    place = region.name
    office = make_organisation(f"{place}科学技术协会", region=region, kind=OrganisationKind.ASSOCIATION)
    lead = make_organisation(f"{place}教育体育局", region=region)
    partner = make_organisation(f"{place}卫生健康局", region=region)
    township = make_organisation(f"{place}百官街道", region=region, kind=OrganisationKind.TOWNSHIP)
    school = make_organisation(f"{place}实验小学", parent=lead, kind=OrganisationKind.SCHOOL)
    team = make_organisation(f"{place}志愿服务队", parent=township, kind=OrganisationKind.SOCIETY)
    places = {
        Role.DISTRICT_OFFICE: office,
        Role.LEAD_UNIT: lead,
        Role.PARTNER_UNIT: partner,
        Role.TOWNSHIP: township,
        Role.VENUE_KEEPER: school,
        Role.EXPERT: office,
        Role.VOLUNTEER_ORGANISER: team,
        Role.RESIDENT: office,
        Role.GUARDIAN: office,
        Role.AUDITOR: office,
    }
    people = {str(role): make_user(role, unit, name=str(role.label)) for role, unit in places.items()}
    return people | {"nobody": make_user(name="无角色者")}
