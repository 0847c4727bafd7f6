"""How people are told apart, found by their phone, and how old they are on a day. One rule for sign-up, door and import.

Two rows are the same person for the ledger when their keys are equal (`person_key`). What that can and cannot do:

- With a phone, the key is phone and name: families share phones, so the phone alone would count a couple as one.
- Without a phone it is name and birthday, or name, year of birth and place of residence. Two people of one name, one year and
  one village are counted as one; in a village that is rare, in a town of 100,000 it happens, which is why the phone goes first.
- Somebody who gave a phone once and none the next time has two keys and is counted twice, as is a changed phone or a name
  written in another character. The number of people is therefore an upper bound where sign-ups and paper sheets mix.
- Whoever gave less cannot be recognised and gets a key of their own each time.

A key is a keyed digest: equal people can be counted, nobody can be read back from it, and it is never shown.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Protocol

from kepu.accounts.identity import YOUNGEST_WITHOUT_GUARDIAN, normalised_phone
from kepu.activities.names import plain
from kepu.core.secrets import blind_index
from kepu.regions.models import Region

PHONE_PURPOSE = "participant phone"
PERSON_PURPOSE = "person of the ledger"


class Described(Protocol):
    """What somebody wrote down of a person."""

    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def birth_year(self) -> int | None: ...
    @property
    def birth_date(self) -> date | None: ...
    @property
    def region(self) -> Region | None: ...


def phone_index(phone: str) -> str:
    """By which an encrypted phone is found again; takes a normalised one."""
    return blind_index(phone, purpose=PHONE_PURPOSE)


def person_key(who: Described) -> str:
    """By which the ledger knows the same person at another activity; the rule and its limits stand above.

    Who cannot be recognised gets a key of their own: two people counted as one would be a wrong figure that nobody sees, one
    person counted twice is only a weak one.
    """
    name = plain(who.name)
    if who.phone.strip():
        known = ["phone", normalised_phone(who.phone), name]
    elif who.birth_date:
        known = ["born", who.birth_date.isoformat(), name]
    elif who.birth_year and who.region:
        known = ["lives", str(who.birth_year), who.region.pk, name]
    else:
        known = ["once", secrets.token_hex(16)]
    return blind_index("|".join(known), purpose=PERSON_PURPOSE)


def age_on(day: date, *, birth_year: int | None, birth_date: date | None) -> int | None:
    """Whole years on a day. With the year alone it is the age that is reached in that year.

    So who is born in 1965 counts as sixty from 1 January 2025: asking elders for their id card to learn the month would
    keep more of them away than the few months are worth. Where it protects, the year is read the other way: see `is_child`.
    """
    if birth_date is not None:
        had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
        return day.year - birth_date.year - (0 if had_birthday else 1)
    return None if birth_year is None else day.year - birth_year


def is_child(day: date, *, birth_year: int | None, birth_date: date | None) -> bool:
    """Whether somebody is, or with the year alone may still be, under fourteen and so needs a guardian."""
    age = age_on(day, birth_year=birth_year, birth_date=birth_date)
    if age is None:
        return False
    return age < YOUNGEST_WITHOUT_GUARDIAN if birth_date else age <= YOUNGEST_WITHOUT_GUARDIAN
