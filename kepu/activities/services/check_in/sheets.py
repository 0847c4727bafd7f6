"""A paper sheet enters: good rows are kept, bad ones come back with line and reason, and the photo stays with them.

Each row finds its person: by phone, else by name, else it is a walk-in. One person answers to one row, so that two people
of one name on the sheet stay two; and the same sheet entered again finds everybody in already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.core.files import File

from kepu.accounts.identity import normalised_phone
from kepu.accounts.models import User
from kepu.activities import names, rules
from kepu.activities.door import Answer
from kepu.activities.models import Participant, Session, SignInSheet
from kepu.activities.people import phone_index
from kepu.activities.queries.door import live_attendances, on_the_list, read_session
from kepu.activities.services.check_in.attending import Arrival, attend, require_key
from kepu.activities.services.check_in.photos import kept_photo
from kepu.activities.services.check_in.refusals import AlreadyIn, SheetRefused, TurnedAway
from kepu.activities.services.check_in.rows import BadRow, GoodRow, Rows
from kepu.activities.services.participants import Who, add_participant
from kepu.audit.services import record as audit
from kepu.core.errors import require
from kepu.ledger.happenings import EvidenceClass

WROTE_THEMSELVES_IN = frozenset({Answer.TOO_LATE, Answer.CANCELLED, Answer.NOT_SEATED})
"""Who signed on paper was there: the hour at which it is typed, and whether they had a seat, no longer matter."""


@dataclass(frozen=True, slots=True)
class SheetOutcome:
    """What became of a sheet."""

    sheet: SignInSheet | None
    signed_up: list[str] = field(default_factory=list)
    walk_ins: list[str] = field(default_factory=list)
    already_in: list[str] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def enter_sheet(
    session: Session, *, rows: Rows, photo: File[bytes] | None, way: str, key: str, by: User, at: datetime
) -> SheetOutcome:
    """Enter the good rows, all together. With the photo they are evidence of paper; without, an unverified list.

    `way` is SHEET for what was typed and IMPORTED for a spreadsheet.
    """
    require(rules.can_check_in(by, session))
    require_key(key)
    if not rows.good and not rows.bad:
        raise SheetRefused(field="text")
    with kept_photo(photo if rows.good else None, session=session, by=by, at=at) as keep:
        entry = _Entry(read_session(session.pk), sheet=keep(), way=way, key=key, by=by, at=at)
        for row in rows.good:
            entry.take(row)
        outcome = entry.outcome
        outcome.bad.extend(rows.bad)
        outcome.bad.sort(key=lambda one: one.line)
        audit("enter_sheet", of=entry.session, by=by, at=at, changes=_counts(outcome))
    return outcome


class _Entry:
    """One sheet while it is being entered: whom the rows have found so far."""

    def __init__(
        self, session: Session, *, sheet: SignInSheet | None, way: str, key: str, by: User, at: datetime
    ) -> None:
        self.session, self.sheet, self.way, self.key, self.by, self.at = session, sheet, way, key, by, at
        self.outcome = SheetOutcome(sheet)
        self._found: set[int] = set()
        self._by_phone, self._by_name = _index(session)
        self._in = set(live_attendances(session).values_list("participant_id", flat=True))

    def take(self, row: GoodRow) -> None:
        known = self._known(row.who)
        participant = known or add_participant(self.session.activity, who=row.who, at=self.at).participant
        self._found.add(participant.pk)
        try:
            checked_in = attend(participant, session=self.session, arrival=self._arrival(row))
        except AlreadyIn:
            self.outcome.already_in.append(row.who.name)
        except TurnedAway as refused:
            raise SheetRefused(str(refused)) from refused
        else:
            self._note(row, is_new=checked_in.is_new, is_known=known is not None)

    def _note(self, row: GoodRow, *, is_new: bool, is_known: bool) -> None:
        if not is_new:
            self.outcome.already_in.append(row.who.name)
        elif is_known:
            self.outcome.signed_up.append(row.who.name)
        else:
            self.outcome.walk_ins.append(row.who.name)

    def _known(self, who: Who) -> Participant | None:
        """By phone and name, else by name, with a year of birth that does not contradict; each person once."""
        same_name = [one for one in self._by_name.get(names.plain(who.name), []) if one.pk not in self._found]
        if who.phone:
            by_phone = self._by_phone.get(phone_index(normalised_phone(who.phone)), set())
            sure = [one for one in same_name if one.pk in by_phone]
            if sure:
                return sure[0]
            same_name = [one for one in same_name if not one.phone_index]
        fitting = [one for one in same_name if _years_agree(one, who)]
        return min(fitting, key=lambda one: (one.pk not in self._in, one.is_walk_in, one.pk), default=None)

    def _arrival(self, row: GoodRow) -> Arrival:
        """Came when the session began: a sheet says that somebody was there, not when."""
        has_photo = self.sheet is not None
        return Arrival(
            self.way,
            f"{self.key}:{row.line}",
            self.by,
            self.at,
            came_at=min(self.session.starts_at, self.at),
            evidence=EvidenceClass.PAPER_SHEET if has_photo else EvidenceClass.IMPORTED,
            sheet=self.sheet,
            overrides=WROTE_THEMSELVES_IN,
        )


def _index(session: Session) -> tuple[dict[str, set[int]], dict[str, list[Participant]]]:
    by_phone: dict[str, set[int]] = {}
    by_name: dict[str, list[Participant]] = {}
    people = on_the_list(session).select_for_update(of=("self",)).order_by("pk")
    for one in people.defer(None).defer("phone", "code"):
        by_name.setdefault(names.plain(one.name), []).append(one)
        if one.phone_index:
            by_phone.setdefault(one.phone_index, set()).add(one.pk)
    return by_phone, by_name


def _years_agree(one: Participant, who: Who) -> bool:
    return one.birth_year is None or who.birth_year is None or one.birth_year == who.birth_year


def _counts(outcome: SheetOutcome) -> dict[str, int]:
    return {
        "signed_up": len(outcome.signed_up),
        "walk_ins": len(outcome.walk_ins),
        "already_in": len(outcome.already_in),
        "bad": len(outcome.bad),
    }
