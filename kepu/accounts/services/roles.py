"""Give and end roles."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kepu.accounts import rules
from kepu.accounts.models import Membership, Organisation, Role, User
from kepu.accounts.rules import Someone
from kepu.audit.services import record
from kepu.core.errors import WrongState, require


class AlreadyHasRole(WrongState):
    code = "already_has_role"
    message = _("此人在该单位已有这个角色。")


class RolesConflict(WrongState):
    code = "roles_conflict"
    message = _("审计员不能兼任其他工作角色，请为审计工作另设账号。")


class LastOffice(WrongState):
    code = "last_office"
    message = _("这是本区最后一位纲要办人员，请先任命接替者。")


@transaction.atomic
def appoint(user: User, *, role: str, organisation: Organisation, by: Someone, at: datetime) -> Membership:
    """Give an account a role in an organisation from today on."""
    require(rules.can_give_role(by, organisation, role=role))
    return add_membership(user, role=role, organisation=organisation, by=by, at=at)


def add_membership(
    user: User, *, role: str, organisation: Organisation, by: Someone, at: datetime
) -> Membership:
    """The write behind `appoint` and an accepted invitation; both have checked the right to it."""
    User.objects.select_for_update().get(pk=user.pk)
    today = timezone.localdate(at)
    held = rules.memberships_of(user, at=today)
    if any(m.role == role and m.organisation_id == organisation.pk for m in held):
        raise AlreadyHasRole
    if _conflicts(role, {m.role for m in held}):
        raise RolesConflict
    membership = Membership.objects.create(user=user, organisation=organisation, role=role, started_on=today)
    forget_memberships(user)
    record("appoint", of=membership, by=by, at=at, organisation=organisation.name)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: Someone, at: datetime, reason: str) -> Membership:
    """End a role; the rights that came with it end at once."""
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    organisation = membership.organisation
    require(rules.can_give_role(by, organisation, role=membership.role))
    if membership.ended_on is not None:
        raise WrongState
    if membership.role == Role.DISTRICT_OFFICE and not _others_in_office(membership):
        raise LastOffice
    membership.ended_on = timezone.localdate(at)
    membership.save(update_fields=["ended_on"])
    forget_memberships(membership.user)
    record("end_membership", of=membership, by=by, at=at, organisation=organisation.name, reason=reason)
    return membership


def forget_memberships(user: User) -> None:
    """Drop what the account object remembers of its roles, so that the next question reads them again."""
    user.__dict__.pop("active_memberships", None)


def _conflicts(role: str, held: set[str]) -> bool:
    """Who checks the deeds of others does none: the auditor has no working role, nor the other way round."""
    working = rules.STAFF_ROLES
    return (role == Role.AUDITOR and bool(held & working)) or (role in working and Role.AUDITOR in held)


def _others_in_office(membership: Membership) -> bool:
    """Another active account with the office's role in the district; rows are locked so that two cannot leave at once."""
    same_district = Membership.objects.select_for_update(of=("self",)).filter(
        role=Role.DISTRICT_OFFICE,
        ended_on=None,
        user__is_active=True,
        organisation__is_active=True,
        organisation__region=membership.organisation.region_id,
    )
    return any(other.user_id != membership.user_id for other in same_district)
