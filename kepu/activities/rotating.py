"""The code on the screen in the room: it changes every half minute, so that it is worth something only to who is there."""

from __future__ import annotations

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from kepu.activities.models import Session
from kepu.core.secrets import blind_index

STEP = timedelta(seconds=30)
OLD_STEPS_TAKEN = 2
"""A code stays good for a minute after it has left the screen: time to type it, or to walk out of a room without a signal."""
PERMIT = timedelta(minutes=10)
NEAR_METRES = 500
"""Positions in buildings are off by a hundred metres and more; this tells the town, not the chair."""
EARTH_RADIUS = 6_371_000


@dataclass(frozen=True, slots=True)
class ScreenCode:
    """What the screen shows at one moment."""

    digits: str
    """To be typed."""
    token: str
    """In the address that the QR code holds."""
    seconds_left: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a browser says it is, in degrees. It is asked about and forgotten."""

    latitude: float
    longitude: float


def code_at(session: Session, *, at: datetime) -> ScreenCode:
    step = _step(at)
    ends_at = (step + 1) * STEP.total_seconds()
    return ScreenCode(*_pair(session, step=step), seconds_left=math.ceil(ends_at - at.timestamp()))


def is_shown(session: Session, *, code: str, at: datetime) -> bool:
    """Whether the screen shows this code, as digits or from the QR, or showed it just now, or it is a fresh permit."""
    if "." in code:
        return is_permit(session, code=code, at=at)
    steps = range(_step(at) - OLD_STEPS_TAKEN, _step(at) + 1)
    good = [one for step in steps for one in _pair(session, step=step)]
    return any(hmac.compare_digest(code.encode(), one.encode()) for one in good)


def permit_for(session: Session, *, at: datetime) -> str:
    """For who opened the page with a good code: time to type a name while the screen goes on to the next."""
    moment = str(int(at.timestamp()))
    return f"{moment}.{_seal(session, moment=moment)}"


def is_permit(session: Session, *, code: str, at: datetime) -> bool:
    moment, _dot, seal = code.partition(".")
    if not moment.isascii() or not moment.isdigit() or len(moment) > 12:
        return False
    is_fresh = 0 <= at.timestamp() - int(moment) <= PERMIT.total_seconds()
    return is_fresh and hmac.compare_digest(seal.encode(), _seal(session, moment=moment).encode())


def _seal(session: Session, *, moment: str) -> str:
    return hmac.new(_key(session), f"permit:{moment}".encode(), hashlib.sha256).hexdigest()[:32]


def is_near(session: Session, *, position: Position) -> bool:
    """Whether a position is at the place of the activity; where its coordinates are unknown every position is."""
    activity = session.activity
    if activity.latitude is None or activity.longitude is None:
        return True
    return metres_between(position, _position(activity.latitude, activity.longitude)) <= NEAR_METRES


def metres_between(one: Position, other: Position) -> float:
    """Along the earth's surface (haversine)."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    half_height = math.sin((north - south) / 2) ** 2
    half_width = math.sin(math.radians(one.longitude - other.longitude) / 2) ** 2
    return (
        2 * EARTH_RADIUS * math.asin(math.sqrt(half_height + math.cos(north) * math.cos(south) * half_width))
    )


def _position(latitude: Decimal, longitude: Decimal) -> Position:
    return Position(float(latitude), float(longitude))


def _step(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() // STEP.total_seconds())


def _pair(session: Session, *, step: int) -> tuple[str, str]:
    """Digits and token of one half minute."""
    digest = hmac.new(_key(session), str(step).encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}", digest[8:20].hex()


def _key(session: Session) -> bytes:
    """The installation's key is in it too, so no row alone gives a code away."""
    return blind_index(f"{session.pk}:{session.check_in_secret}", purpose="self check-in").encode()
