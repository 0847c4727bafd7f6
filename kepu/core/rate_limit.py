"""How often somebody may do something that needs no account. Who it was is kept only as a keyed digest, and not long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches

from kepu.core.secrets import blind_index


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so many seconds, counted from the first time.

    It is counted over all workers, in the database, or by each worker for itself (`cache="limits"`): cheap enough for
    every request of a rush, and as many times looser as there are workers.
    """

    action: str
    most: int
    seconds: int
    cache: str = "default"


def takes_turn(who: str, *, limit: Limit, at: datetime) -> bool:
    """Count one more time for somebody, and say whether it is still within the limit.

    Two requests in the same instant may count as one: the limit is against floods, not exact.
    """
    key = f"limit:{limit.action}:{blind_index(who, purpose='rate limit')}"
    cache = caches[limit.cache]
    times, ends_at = cache.get(key) or (0, at + timedelta(seconds=limit.seconds))
    if ends_at <= at:
        times, ends_at = 0, at + timedelta(seconds=limit.seconds)
    if times >= limit.most:
        return False
    cache.set(key, (times + 1, ends_at), timeout=limit.seconds)
    return True
