"""Sign a whole list up: a village's names one by one, a school class together. Good rows are kept, bad ones come back with their reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from kepu.accounts.models import Organisation, User
from kepu.activities import rules
from kepu.activities.models import ConsentOf, PartyKind, RegistrationState, SeatPool
from kepu.activities.services.check_in.rows import BadRow, GoodRow, Rows
from kepu.activities.services.participants import Who
from kepu.activities.services.registering import LARGEST_PARTY, Agreed, Asked, SignedUp, sign_up
from kepu.audit.services import record
from kepu.core.errors import BadInput, Refused, require
from kepu.regions.models import Region

CHANNEL = "list"


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A list as it was handed in, and who answers for it."""

    pool: SeatPool
    rows: Rows
    party: str
    party_name: str
    contact_name: str
    key: str
    contact_phone: str = ""
    region: Region | None = None
    organisation: Organisation | None = None
    guardians_agreed: bool = False
    """The slips of the children's guardians have been collected."""


@dataclass(frozen=True, slots=True)
class ListDone:
    seated: int = 0
    waiting: int = 0
    repeated: int = 0
    bad: list[BadRow] = field(default_factory=list)


def sign_up_list(asked: ListAsked, *, by: User, at: datetime) -> ListDone:
    """Sign up everybody on the list who can be; the rest is listed with line and reason."""
    require(rules.can_sign_up_others(by, asked.pool.activity))
    if not asked.rows.good and not asked.rows.bad:
        raise BadInput(_("名单是空的，请粘贴姓名或选择表格。"), field="text")
    together = asked.party == PartyKind.SCHOOL_CLASS
    done = _together(asked, by=by, at=at) if together else _one_by_one(asked, by=by, at=at)
    changes = {"seated": done.seated, "waiting": done.waiting, "left_out": len(done.bad)}
    record("import_sign_ups", of=asked.pool.activity, by=by, at=at, changes=changes)
    return done


def _together(asked: ListAsked, *, by: User, at: datetime) -> ListDone:
    """A class goes together or waits together, under the phone of its teacher."""
    good = asked.rows.good
    if not good:
        return ListDone(bad=asked.rows.bad)
    if len(good) > LARGEST_PARTY:
        raise BadInput(_("一个班最多 %(most)d 人，请分开报。") % {"most": LARGEST_PARTY}, field="text")
    whole = _asked(
        asked, rows=good, contact_name=asked.contact_name, contact_phone=asked.contact_phone, by=by
    )
    return _counted([sign_up(whole, by=by, at=at)], bad=asked.rows.bad)


def _one_by_one(asked: ListAsked, *, by: User, at: datetime) -> ListDone:
    """Each neighbour has a sign-up of their own, in the order of the list: who comes first has the seat."""
    signed_up, bad = [], list(asked.rows.bad)
    for row in asked.rows.good:
        one = _asked(asked, rows=[row], contact_name=row.who.name, contact_phone=row.who.phone, by=by)
        try:
            signed_up.append(sign_up(one, by=by, at=at))
        except Refused as refused:
            bad.append(BadRow(row.line, row.who.name, str(refused)))
    return _counted(signed_up, bad=sorted(bad, key=lambda row: row.line))


def _asked(
    asked: ListAsked, *, rows: Sequence[GoodRow], contact_name: str, contact_phone: str, by: User
) -> Asked:
    return Asked(
        pool=asked.pool,
        people=[_placed(row.who, region=asked.region) for row in rows],
        contact_name=contact_name,
        contact_phone=contact_phone,
        agreed=Agreed(
            ConsentOf.PROXY,
            name=by.name,
            relation=asked.party_name,
            channel=CHANNEL,
            as_guardian=asked.guardians_agreed,
        ),
        key=f"{asked.key}:{rows[0].line}",
        party=asked.party,
        party_name=asked.party_name,
        organisation=asked.organisation,
        answers_are_asked=False,
    )


def _placed(who: Who, *, region: Region | None) -> Who:
    return who if who.region is not None or region is None else replace(who, region=region)


def _counted(signed_up: Sequence[SignedUp], *, bad: list[BadRow]) -> ListDone:
    new = [one.registration for one in signed_up if one.is_new]
    return ListDone(
        seated=sum(one.seats for one in new if one.state == RegistrationState.SEATED),
        waiting=sum(one.seats for one in new if one.state == RegistrationState.WAITING),
        repeated=sum(one.registration.seats for one in signed_up if not one.is_new),
        bad=bad,
    )
