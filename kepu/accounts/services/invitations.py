"""Invitations: a one-time link by which a person takes up a role. Nobody signs up by themselves."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kepu.accounts import rules
from kepu.accounts.models import Invitation, Organisation, User
from kepu.accounts.rules import Someone
from kepu.accounts.services.accounts import make_account
from kepu.accounts.services.people import make_person
from kepu.accounts.services.roles import add_membership
from kepu.audit.services import record
from kepu.core.errors import BadInput, WrongState, require
from kepu.core.state import move

VALID_FOR = timedelta(days=7)

MOVES: Mapping[str, frozenset[str]] = {
    Invitation.State.OPEN: frozenset({Invitation.State.ACCEPTED, Invitation.State.WITHDRAWN}),
}


class InvitationOver(WrongState):
    """One message for unknown, used, withdrawn and expired links, so that trying links teaches nothing."""

    code = "invitation_over"
    message = _("这个邀请链接无效或已过期，请联系邀请您的单位重新发出邀请。")


@dataclass(frozen=True)
class Invited:
    """An invitation and the token of its link; the token is shown once and kept nowhere."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(name: str, *, organisation: Organisation, role: str, by: User, at: datetime) -> Invited:
    """Offer a person a role; hand them the link with the token."""
    require(rules.can_invite(by, organisation, role=role))
    if not name.strip():
        raise BadInput(field="name")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        name=name.strip(),
        organisation=organisation,
        role=role,
        token_digest=digest(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + VALID_FOR,
    )
    record("invite", of=invitation, by=by, at=at, organisation=organisation.name, changes={"role": role})
    return Invited(invitation=invitation, token=token)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Someone, at: datetime) -> Invitation:
    """The link no longer works."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require(rules.can_give_role(by, invitation.organisation, role=invitation.role))
    move(invitation, to=Invitation.State.WITHDRAWN, moves=MOVES)
    invitation.save(update_fields=["state"])
    record("withdraw_invitation", of=invitation, by=by, at=at, organisation=invitation.organisation.name)
    return invitation


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation that a link stands for; the token is the right to see it."""
    invitation = (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(token_digest=digest(token), state=Invitation.State.OPEN, expires_at__gt=at)
        .first()
    )
    if invitation is None or not invitation.organisation.is_active:
        raise InvitationOver
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, username: str, password: str, at: datetime, phone: str = "") -> User:
    """A person without an account takes up the role; the token is their permission."""
    invitation = _locked(token, at=at)
    person = make_person(invitation.name, phone=phone, region=None)
    user = make_account(invitation.name, username=username, password=password, person=person)
    _take_up(invitation, by=user, at=at)
    return user


@transaction.atomic
def take_up_invitation(token: str, *, by: User, at: datetime) -> User:
    """Somebody who has an account takes up one more role."""
    _take_up(_locked(token, at=at), by=by, at=at)
    return by


def digest(token: str) -> str:
    """The token has 256 random bits, so a plain hash keeps it secret and can be looked up."""
    return hashlib.sha256(token.encode()).hexdigest()


def _locked(token: str, *, at: datetime) -> Invitation:
    """Held until the end of the transaction, and asked again, so that two cannot use one link."""
    Invitation.objects.select_for_update().filter(token_digest=digest(token)).first()
    return open_invitation(token, at=at)


def _take_up(invitation: Invitation, *, by: User, at: datetime) -> None:
    move(invitation, to=Invitation.State.ACCEPTED, moves=MOVES)
    invitation.accepted_by = by
    invitation.save(update_fields=["state", "accepted_by"])
    add_membership(by, role=invitation.role, organisation=invitation.organisation, by=by, at=at)
    record("accept_invitation", of=invitation, by=by, at=at, organisation=invitation.organisation.name)
