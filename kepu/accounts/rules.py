"""Who may see and do what with people, accounts and organisations.

A right comes from a membership and follows the tree of organisations: who has a role in a unit has it in
the units below. The district office has its rights in the whole district. SYSTEM, the actor of jobs and
commands, stands for the district office and for nothing else. `is_superuser` and `is_staff` give nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from kepu.accounts.models import Guardianship, Membership, Organisation, Person, Role, User
from kepu.audit.services import SYSTEM, System
from kepu.core.clock import today
from kepu.regions.models import Region

Someone = User | AnonymousUser | System

STAFF_ROLES = frozenset(
    {
        Role.DISTRICT_OFFICE,
        Role.LEAD_UNIT,
        Role.PARTNER_UNIT,
        Role.TOWNSHIP,
        Role.VENUE_KEEPER,
        Role.VOLUNTEER_ORGANISER,
    }
)
"""The roles that work in a unit; auditors only read, experts are asked, residents and guardians are citizens."""

MAY_GIVE: Mapping[str, frozenset[str]] = {
    Role.DISTRICT_OFFICE: frozenset(Role.values) - {Role.AUDITOR},
    Role.LEAD_UNIT: frozenset(
        {Role.LEAD_UNIT, Role.PARTNER_UNIT, Role.VENUE_KEEPER, Role.EXPERT, Role.VOLUNTEER_ORGANISER}
    ),
    Role.PARTNER_UNIT: frozenset(
        {Role.PARTNER_UNIT, Role.VENUE_KEEPER, Role.EXPERT, Role.VOLUNTEER_ORGANISER}
    ),
    Role.TOWNSHIP: frozenset({Role.TOWNSHIP, Role.VENUE_KEEPER, Role.VOLUNTEER_ORGANISER}),
    Role.VENUE_KEEPER: frozenset({Role.VENUE_KEEPER}),
    Role.VOLUNTEER_ORGANISER: frozenset({Role.VOLUNTEER_ORGANISER}),
    Role.AUDITOR: frozenset({Role.AUDITOR}),
}
"""Who gives which role, in the own unit and below. The office cannot make its own auditor."""


def memberships_of(user: User, *, at: date) -> list[Membership]:
    """What an account was on a day; for today `user.active_memberships` costs one query per request."""
    return list(Membership.on(at).filter(user=user))


def active_memberships(user: Someone) -> Sequence[Membership]:
    """Today's memberships of whoever asks; nobody in particular has none."""
    if isinstance(user, User) and user.is_active:
        return user.active_memberships
    return ()


def roles(user: Someone) -> set[str]:
    return {membership.role for membership in active_memberships(user)}


def organisations_of(user: Someone, *, role: str = "") -> list[Organisation]:
    """The organisations in which somebody has a role (any, or the named one), each once."""
    found = {m.organisation_id: m.organisation for m in active_memberships(user) if role in ("", m.role)}
    return list(found.values())


def has_role(user: Someone, role: str, *, organisation: Organisation | None = None) -> bool:
    """Whether somebody has the role at all, or in this organisation or one above it."""
    return any(
        organisation is None or organisation.is_within(own) for own in organisations_of(user, role=role)
    )


def works_for(user: Someone, organisation: Organisation) -> bool:
    """Whether somebody works, in whatever staff role, in this organisation or one above it."""
    return any(has_role(user, role, organisation=organisation) for role in STAFF_ROLES)


def is_staff_member(user: Someone) -> bool:
    return bool(roles(user) & STAFF_ROLES)


def is_auditor(user: Someone) -> bool:
    return has_role(user, Role.AUDITOR)


def is_district_office(user: Someone, *, region: Region | str | None = None) -> bool:
    """Whether somebody acts for the office of this region's district (or of any, when none is named)."""
    if user is SYSTEM:
        return True
    offices = organisations_of(user, role=Role.DISTRICT_OFFICE)
    if region is None:
        return bool(offices)
    code = region if isinstance(region, str) else region.pk
    return any(code.startswith(governed_area(own.region_id)) for own in offices)


def governed_area(code: str) -> str:
    """The code prefix of the regions that an office of this region governs.

    A district governs its towns and villages. A city or province governs only itself here: its districts
    have offices of their own, and a mistake made above must not reach down into them.
    """
    for length in (12, 9, 6):
        if code[length - (3 if length > 6 else 2) : length].strip("0"):
            return code[:length]
    return code


def can_manage_roster(user: Someone, *, region: Region | str) -> bool:
    """Create, edit, move and close organisations."""
    return is_district_office(user, region=region)


def can_give_role(user: Someone, organisation: Organisation, *, role: str) -> bool:
    """Appoint somebody to a role in an organisation, or end it."""
    if role in MAY_GIVE[Role.DISTRICT_OFFICE] and is_district_office(user, region=organisation.region_id):
        return True
    if user is SYSTEM:
        return True  # the first auditor comes from the command line
    givers = {m.role for m in active_memberships(user) if organisation.is_within(m.organisation)}
    return any(role in MAY_GIVE.get(giver, ()) for giver in givers - {Role.DISTRICT_OFFICE})


def can_invite(user: Someone, organisation: Organisation, *, role: str) -> bool:
    """Send somebody a link with which they take up a role; the same people who may appoint."""
    return organisation.is_active and can_give_role(user, organisation, role=role)


def roles_to_give(user: Someone, organisation: Organisation) -> list[str]:
    return [role for role in Role.values if can_invite(user, organisation, role=role)]


def can_see_people_of(user: Someone, organisation: Organisation) -> bool:
    """Names and roles of the people of an organisation; never their personal fields."""
    audited = [_district_of(own.region_id) for own in organisations_of(user, role=Role.AUDITOR)]
    return (
        is_district_office(user, region=organisation.region_id)
        or works_for(user, organisation)
        or any(organisation.region_id.startswith(district) for district in audited)
    )


def needs_second_factor(user: Someone) -> bool:
    """Who manages the district or reads everybody's deeds proves it with a second factor."""
    return settings.REQUIRE_TOTP and bool(roles(user) & {Role.DISTRICT_OFFICE, Role.AUDITOR})


def can_read_audit(user: Someone) -> bool:
    """The audit trail and the log of looks at personal data are the auditor's alone."""
    return is_auditor(user)


def can_reveal(user: Someone, person: Person) -> bool:
    """See somebody's phone or id number: oneself, a guardian for the ward, the office for its district."""
    return isinstance(user, User) and (
        _is_self_or_guardian(user, person) or _office_people(user).filter(pk=person.pk).exists()
    )


def can_restore_access(user: Someone, account: User) -> bool:
    """Help an account that is locked out, or close it: the office does it for its district, in every role that it has.

    Whoever resets a password could act as that person, so units do not do it for each other, nor the office
    for its auditor, nor anybody for themselves. Auditors help each other.
    """
    if user is SYSTEM:
        return True
    if user == account:
        return False
    held = Membership.on(today()).filter(user=account)
    return bool(held) and all(_looks_after(user, membership) for membership in held)


def can_add_person(user: Someone, *, region: Region | None) -> bool:
    """Register a person: the office of the district in which they live."""
    return is_district_office(user, region=region)


def can_edit_person(user: Someone, person: Person) -> bool:
    """Correct a person's name or numbers: oneself, a guardian for the ward, the office for its district."""
    return user is SYSTEM or can_reveal(user, person)


def can_answer_for(user: Someone, person: Person) -> bool:
    """Answer a question of consent: oneself, or a guardian for the ward; never the office."""
    return isinstance(user, User) and _is_self_or_guardian(user, person)


def visible_organisations(user: Someone) -> QuerySet[Organisation]:
    """Staff and auditors see the units of their districts; the office also those no longer in use."""
    everything = Organisation.objects.select_related("region")
    if user is SYSTEM:
        return everything
    seen = Q(pk__in=[own.pk for own in organisations_of(user)])
    for membership in active_memberships(user):
        seen |= _seen_through(membership)
    return everything.filter(seen)


def visible_accounts(user: Someone) -> QuerySet[User]:
    """The accounts of people whose unit's people somebody may see, and the own one."""
    if not isinstance(user, User):
        return User.objects.none()
    seen = Q(pk=user.pk)
    for membership in active_memberships(user):
        seen |= Q(pk__in=_members_seen_through(membership).values("user"))
    return User.objects.filter(seen)


def audited_accounts(auditor: Someone) -> QuerySet[User]:
    """Whose deeds an auditor reads: everybody who has or had a role in the district, and the auditors themselves."""
    audited = [_members_seen_through(one) for one in active_memberships(auditor) if one.role == Role.AUDITOR]
    seen = Q(pk__in=[])
    for memberships in audited:
        seen |= Q(pk__in=memberships.values("user"))
    return User.objects.filter(seen)


def visible_to(user: Someone) -> QuerySet[Person]:
    """People somebody may know of: oneself, one's wards, colleagues; the office its district. Always sealed."""
    if not isinstance(user, User):
        return Person.objects.none()
    colleagues = Q()
    for own in organisations_of(user):
        if works_for(user, own):
            colleagues |= Q(organisation__path__startswith=own.path)
    worked_with = Membership.on(today()).filter(colleagues) if colleagues else Membership.objects.none()
    own_or_ward = Q(user=user) | Q(guardians__guardian__user=user, guardians__ended_on__isnull=True)
    together = Exists(worked_with.filter(user__person=OuterRef("pk")))
    governed = Q(pk__in=_office_people(user).values("pk"))
    return Person.objects.filter(own_or_ward | Q(together) | governed).distinct()


def _seen_through(membership: Membership) -> Q:
    if membership.role not in STAFF_ROLES | {Role.AUDITOR, Role.EXPERT}:
        return Q()
    district = Q(region__code__startswith=_district_of(membership.organisation.region_id))
    if membership.role == Role.DISTRICT_OFFICE:
        return district
    return district & Q(is_active=True)


def _members_seen_through(membership: Membership) -> QuerySet[Membership]:
    """The roles, now and before, that this role lets its holder see; the same people as `can_see_people_of`."""
    own = membership.organisation
    if membership.role == Role.DISTRICT_OFFICE:
        return Membership.objects.filter(organisation__region__code__startswith=governed_area(own.region_id))
    if membership.role == Role.AUDITOR:
        return Membership.objects.filter(organisation__region__code__startswith=_district_of(own.region_id))
    if membership.role in STAFF_ROLES:
        return Membership.objects.filter(organisation__path__startswith=own.path)
    return Membership.objects.none()


def _district_of(code: str) -> str:
    """The prefix of the district in which a town or village lies, so that its staff see the district's units."""
    return governed_area(code)[:6]


def _looks_after(user: Someone, membership: Membership) -> bool:
    if membership.role == Role.AUDITOR:
        return has_role(user, Role.AUDITOR, organisation=membership.organisation)
    return is_district_office(user, region=membership.organisation.region_id)


def _is_self_or_guardian(user: User, person: Person) -> bool:
    if user.person_id is None:
        return False
    if user.person_id == person.pk:
        return True
    return Guardianship.objects.filter(
        guardian_id=user.person_id, ward=person, ended_on__isnull=True
    ).exists()


def _office_people(user: User) -> QuerySet[Person]:
    """The people who live in, or work for a unit of, a district whose office somebody is."""
    governed = Q(pk__in=[])
    worked = Q(pk__in=[])
    for office in organisations_of(user, role=Role.DISTRICT_OFFICE):
        area = governed_area(office.region_id)
        governed |= Q(region__code__startswith=area)
        worked |= Q(organisation__region__code__startswith=area)
    employed = Membership.on(today()).filter(worked).values("user__person")
    return Person.objects.filter(governed | Q(pk__in=employed))
