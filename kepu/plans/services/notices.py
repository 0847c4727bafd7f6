"""Messages that plans send to the people of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kepu.accounts.models import Organisation
from kepu.messages import services as messages
from kepu.plans.queries.people import people_of


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said. The key is that of the occasion: the same occasion is told to a person once."""

    key: str
    kind: str
    subject: str
    body: str
    link: str


def tell_unit(organisation: Organisation, *, notice: Notice, at: datetime) -> int:
    """Tell everybody who reports for the unit; how many people that are."""
    people = people_of(organisation, on=timezone.localdate(at))
    for person in people:
        messages.send(
            notice.subject,
            to=person,
            kind=notice.kind,
            key=notice.key,
            body=notice.body,
            link=notice.link,
            at=at,
        )
    return len(people)
