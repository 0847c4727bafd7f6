"""What the phone at the door asks and sends, as JSON. Bounds on everything; the CSRF token comes in a header."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kepu.accounts.session import account_of
from kepu.activities.models import Session
from kepu.activities.queries.attendance import (
    ROSTER_PAGE,
    find_people,
    present_among,
    present_at,
    received_from,
)
from kepu.activities.queries.attendance import roster as roster_page
from kepu.activities.queries.door import doorway_of, entry_of
from kepu.activities.services import check_in as services
from kepu.activities.services.check_in import MOST_SCANS, Receipt, Scan
from kepu.activities.views.check_in.frame import find_session
from kepu.core.clock import now
from kepu.core.errors import BadInput, NotAllowed, Refused

MOST_BYTES = 128 * 1024
_DEVICE = re.compile(r"[0-9a-f]{16}")
_EARLIEST, _LATEST = 1_500_000_000, 4_000_000_000
_MOST_PK = 2**63 - 1


class Unreadable(BadInput):
    code = "unreadable"


@never_cache
@require_GET
def roster(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The session and a page of its list, for a phone that may lose its network. `after` is the last id it has."""
    session = find_session(request, pk=pk)
    after = _whole(request.GET.get("after", "0"))
    if after is None:
        return _refused(Unreadable(), status=400)
    people = roster_page(session, after=after)
    is_last = len(people) < ROSTER_PAGE
    return JsonResponse(
        {"session": _session(session), "people": people, "next": None if is_last else people[-1]["id"]}
    )


@never_cache
@require_GET
def find(request: HttpRequest, pk: int) -> HttpResponseBase:
    """People by characters, pinyin or initials of their name."""
    session = find_session(request, pk=pk)
    people = find_people(session, text=request.GET.get("q", ""))
    present = present_among(people, session=session)
    return JsonResponse({"people": [_person(one, session=session, present=present) for one in people]})


@require_POST
def batch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take in scans. The same scan sent again gives the same receipt, so a phone may send until it hears an answer."""
    user = account_of(request)
    try:
        device, scans = _scans(request)
        receipts = services.scan_at(pk, scans=scans, by=user, at=now())
    except NotAllowed as refused:
        return _refused(refused, status=404)
    except Refused as refused:
        return _refused(refused, status=400)
    return JsonResponse(
        {
            "receipts": [_receipt(one) for one in receipts],
            "received": received_from(pk, device=device),
            "present": present_at(pk),
        }
    )


def _scans(request: HttpRequest) -> tuple[str, list[Scan]]:
    """What the phone sent, or a refusal that says it cannot be read."""
    if len(request.body) > MOST_BYTES:
        raise services.TooManyScans
    try:
        sent = json.loads(request.body)
        device, scans = sent["device"], [_scan(one) for one in sent["scans"]]
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(device, str) or not _DEVICE.fullmatch(device):
        raise Unreadable
    if len(scans) > MOST_SCANS:
        raise services.TooManyScans
    if any(not one.key.startswith(f"{device}.") for one in scans):
        raise services.WrongKey
    return device, scans


def _scan(one: dict[str, Any]) -> Scan:
    seconds, person = one["at"], one.get("person")
    if type(seconds) not in (int, float) or not _EARLIEST <= seconds <= _LATEST:
        raise ValueError("at")
    if person is not None and (type(person) is not int or not 0 < person <= _MOST_PK):
        raise ValueError("person")
    key, code = one["key"], one.get("code", "")
    if not isinstance(key, str) or not isinstance(code, str):
        raise TypeError("key, code")
    return Scan(key=key, code=code[:200], participant=person, came_at=datetime.fromtimestamp(seconds, UTC))


def _whole(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 19 else None


def _session(session: Session) -> dict[str, Any]:
    doorway = doorway_of(session)
    return {
        "id": session.pk,
        "opens_at": doorway.opens_at.timestamp(),
        "closes_at": doorway.closes_at.timestamp(),
        "is_cancelled": doorway.is_cancelled,
        "is_closed": doorway.is_closed,
    }


def _person(participant: Any, *, session: Session, present: dict[int, Any]) -> dict[str, Any]:
    entry = entry_of(participant, session=session, is_in=participant.pk in present)
    return {
        "id": participant.pk,
        "name": participant.name,
        "born": participant.birth_year,
        "is_in": participant.pk in present,
        "is_cancelled": bool(entry and entry.is_cancelled),
        "is_seated": bool(entry and entry.is_seated),
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    attendance = receipt.attendance
    return {
        "key": receipt.key,
        "answer": receipt.answer.value,
        "words": str(receipt.answer.label),
        "name": receipt.name,
        "person": receipt.participant,
        "time": localtime(attendance.checked_in_at).strftime("%H:%M") if attendance else "",
    }


def _refused(refused: Refused, *, status: int) -> JsonResponse:
    return JsonResponse({"code": refused.code, "words": str(refused)}, status=status)
