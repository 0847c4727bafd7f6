"""From the words of an owner phrase to units and their roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plan_document.owners.names import Named, names_in
from plan_document.owners.vocabulary import (
    FIRST_LEAD_KINDS,
    FIRST_LEADS,
    LABEL,
    LEAD_KINDS,
    OTHER_FIELD,
    OTHERS,
    REMARK,
    ROLE_VERB,
    STARRED_LEAD,
    Role,
    start_of_label,
)

_STARS = frozenset("*★☆△▲")
_CLAUSE = re.compile(r"[^,;。.\n\t|]+")


@dataclass(frozen=True, slots=True)
class Assigned:
    """A unit's name, where it stands in the view, and its role."""

    name: Named
    role: Role


@dataclass(frozen=True, slots=True)
class _Field:
    """A stretch of the phrase under one label, such as everything after 配合单位."""

    start: int
    end: int
    role: Role | None


def assignments(text: str, start: int, end: int) -> list[Assigned]:
    """Every unit that the phrase names, with its role, in the order of the document."""
    found: list[Assigned] = []
    for owner_field in _fields(text, start, end):
        if owner_field.role is not None:
            found.extend(_in_field(text, owner_field, role=owner_field.role))
    starred = STARRED_LEAD.search(text, start, end)
    return _once_each(_by_star(text, found) if starred else found)


def _by_star(text: str, found: list[Assigned]) -> list[Assigned]:
    """Where a star marks the leads, the others take part."""
    return [
        Assigned(each.name, Role.LEAD if text[each.name.end : each.name.end + 1] in _STARS else Role.PARTNER)
        for each in found
    ]


def _once_each(found: list[Assigned]) -> list[Assigned]:
    seen: set[str] = set()
    kept = []
    for assigned in found:
        if assigned.name.text not in seen:
            seen.add(assigned.name.text)
            kept.append(assigned)
    return kept


def _fields(text: str, start: int, end: int) -> list[_Field]:
    remarks = [match.span() for match in FIRST_LEADS.finditer(text, start, end)]
    labels = [
        match
        for match in LABEL.finditer(text, start, end)
        if _is_a_label(text, match, start)
        and not any(first <= match.start() < last for first, last in remarks)
    ]
    others = list(OTHER_FIELD.finditer(text, start, end))
    has_first_lead = any(match["kind"] in FIRST_LEAD_KINDS for match in labels)
    borders = sorted(
        [
            (
                start_of_label(text, match.start()),
                match.end(),
                _role(match["kind"], has_first_lead=has_first_lead),
            )
            for match in labels
        ]
        + [(match.start(), match.end(), None) for match in others],
        key=lambda border: border[0],
    )
    fields = [_Field(start, borders[0][0] if borders else end, Role.LEAD)]
    for index, (_, opens, role) in enumerate(borders):
        closes = borders[index + 1][0] if index + 1 < len(borders) else end
        fields.append(_Field(opens, closes, role))
    return fields


def _is_a_label(text: str, match: re.Match[str], start: int) -> bool:
    """A label opens the phrase or a clause of it; 其他责任单位 inside a clause is a name."""
    label_start = start_of_label(text, match.start())
    before = text[label_start - 1] if label_start > start else "\n"
    return before in "\n,;。、()【】〔〕[] |\t" or text[match.end() : match.end() + 1] == ":"


def _role(kind: str, *, has_first_lead: bool) -> Role:
    if kind not in LEAD_KINDS:
        return Role.PARTNER
    return Role.LEAD if kind in FIRST_LEAD_KINDS or not has_first_lead else Role.PARTNER


def _in_field(text: str, owner_field: _Field, *, role: Role) -> Iterator[Assigned]:
    lead_was_named = False
    for clause in _CLAUSE.finditer(text, owner_field.start, owner_field.end):
        if REMARK.match(clause.group().strip()):
            continue
        for start, end, verb in _name_lists(text, clause.start(), clause.end()):
            here = _role_of_list(verb, default=role, lead_was_named=lead_was_named)
            lead_was_named = lead_was_named or (verb is not None and "牵头" in verb)
            for name in names_in(text, start, end):
                yield Assigned(name, Role.PARTNER if OTHERS.match(name.text) else here)


def _name_lists(text: str, start: int, end: int) -> Iterator[tuple[int, int, str | None]]:
    """Lists of names in a clause, each with the verb that gives it its role; "+" stands for "joined by"."""
    names_start = start
    joined = False
    for verb in ROLE_VERB.finditer(text, start, end):
        if verb.start() > names_start:
            yield names_start, verb.start(), "+" if joined else verb.group()
        joined = verb.lastgroup == "joins"
        names_start = verb.end()
    if names_start < end:
        yield names_start, end, "+" if joined else None


def _role_of_list(verb: str | None, *, default: Role, lead_was_named: bool) -> Role:
    if verb == "+":
        return Role.PARTNER
    if verb is None:
        return Role.PARTNER if lead_was_named else default
    if "牵头" in verb or verb in ("会同", "联合", "主抓", "主办", "会商"):
        return Role.LEAD
    if re.search("配合|协助|协同|协作|协办|参与|参加", verb):
        return Role.PARTNER
    return Role.PARTNER if lead_was_named else default
