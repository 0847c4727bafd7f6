"""Whether phones are checked where no text can be sent: the office decides, with a reason, and can take it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kepu.accounts.models import Organisation, User
from kepu.activities import rules
from kepu.activities.models import PhoneCheckWaiver
from kepu.activities.services.changing import ReasonMissing
from kepu.audit.services import record
from kepu.core.errors import WrongState, require


@transaction.atomic
def waive_phone_check(office: Organisation, *, reason: str, by: User, at: datetime) -> PhoneCheckWaiver:
    """From now on phones are taken as written in this office's district, as long as no texts can be sent."""
    require(rules.can_waive_phone_check(by, office))
    if not reason.strip():
        raise ReasonMissing(_("请写明原因。"), field="reason")
    decided = {"reason": reason.strip()[:200], "decided_by": by, "decided_at": at}
    waiver, _made = PhoneCheckWaiver.objects.update_or_create(office=office, defaults=decided)
    record("waive_phone_check", of=office, by=by, at=at, reason=reason.strip())
    return waiver


@transaction.atomic
def check_phones_again(office: Organisation, *, by: User, at: datetime) -> None:
    require(rules.can_waive_phone_check(by, office))
    deleted, _of = PhoneCheckWaiver.objects.filter(office=office).delete()
    if not deleted:
        raise WrongState(_("现在本来就要验证手机号。"))
    record("check_phones_again", of=office, by=by, at=at)
