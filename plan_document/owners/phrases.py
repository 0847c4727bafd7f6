"""Where a plan says who is responsible."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice

from plan_document.lexicon import VERBS
from plan_document.owners.roles import Assigned, assignments
from plan_document.owners.vocabulary import (
    COLLECTIVE,
    FIRST_LEADS,
    LABEL,
    LABEL_AT_START,
    LABEL_OF_LINE,
    LABEL_WITH_COLON,
    ROLE_VERB,
    Role,
    is_unit_name,
    start_of_label,
)

_OPEN, _CLOSE = "([【〔", ")]】〕"
_INNER = r"[^()\[\]【】〔〕\n]"
_BRACKETED = re.compile(
    rf"[(\[【〔]{_INNER}{{0,400}}(?:\({_INNER}{{0,40}}\){_INNER}{{0,400}}){{0,12}}[)\]】〕]"
)
_LABEL_AFTER_BRACKET = re.compile(r"[(\[【〔](?=" + LABEL_AT_START.pattern.replace("?P<kind>", "?:") + r")")
# Without line breaks a list of units ends where the next heading's number follows a unit's last character.
_PHRASE_END = re.compile(
    r"[\n。]|[(【〔](?=牵头|责任|配合)|(?<=[^、])\([一二三四五六七八九十]{1,3}\)|——"
    r"|(?<=[局委部会协处联校办院心团府位道镇乡村馆社站所)])"
    r"(?:\d{1,2}[.、](?!\d)|[一二三四五六七八九十]{1,2}、|第[一二三四五六七八九十\d]{1,3}(?:[章节条篇编]|部分))"
)
_DUTY = re.compile(r"负责(?!人|[^,。;\n]{0,6}解释)|牵头(?!人)|会同")
_HELPERS = re.compile(r"[,、;]?[^,。;\n()]{2,60}?(?:配合|协助|协同|参与)(?=[,。;\n]|$)")
_CLAUSE_BREAKS = re.compile(r"[,。;:\n()]")
_SHORTEST_BRACKET = 5
_LONGEST_OPEN_PHRASE = 240
_LONGEST_MERGED = 600
_LONGEST_OTHER_NAME = 8
# No plan has as many: the rest of such a text is kept, but not read as owners.
MOST = 5_000


class Form(Enum):
    """How the phrase stands in the text."""

    BRACKETED = "bracketed"
    FIELD = "field"
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class OwnerPhrase:
    """A statement of who is responsible: its place in the view, its units, and whether its bracket is closed."""

    start: int
    end: int
    form: Form
    leads: tuple[Assigned, ...]
    partners: tuple[Assigned, ...]
    is_closed: bool = True


def find_owner_phrases(text: str) -> list[OwnerPhrase]:
    """Every owner phrase, in order, none inside another; neighbours are one phrase."""
    if not re.search(r"单位|部门|牵头|负责|主体|科室|处室|股室|机构|\(|【|〔", text):
        return []
    found = (
        *islice(_bracketed(text), MOST),
        *islice(_unclosed(text), MOST),
        *islice(_fields(text), MOST),
        *islice(_lines(text), MOST),
    )
    merged = _with_first_leading(text, _merged(text, _without_overlaps(found)))
    return _without_overlaps([*merged, *islice(_sentences(text, merged), MOST)])


def _with_first_leading(text: str, phrases: list[OwnerPhrase]) -> list[OwnerPhrase]:
    """Where the plan says so once, the first unit of every list leads and the others take part."""
    remark = FIRST_LEADS.search(text)
    if remark is None:
        return phrases
    return [
        phrase
        if phrase.partners or phrase.end < remark.start()
        else replace(phrase, leads=phrase.leads[:1], partners=phrase.leads[1:])
        for phrase in phrases
    ]


def _phrase(text: str, start: int, end: int, *, form: Form, is_closed: bool = True) -> OwnerPhrase:
    inside_start = start + 1 if text[start] in _OPEN else start
    inside_end = end - 1 if form is Form.BRACKETED and is_closed and text[end - 1] in _CLOSE else end
    found = assignments(text, inside_start, inside_end)
    return OwnerPhrase(
        start=start,
        end=end,
        form=form,
        leads=tuple(assigned for assigned in found if assigned.role is Role.LEAD),
        partners=tuple(assigned for assigned in found if assigned.role is Role.PARTNER),
        is_closed=is_closed,
    )


def _without_overlaps(phrases: Iterable[OwnerPhrase]) -> list[OwnerPhrase]:
    kept: list[OwnerPhrase] = []
    for phrase in sorted(phrases, key=lambda found: (found.start, -found.end)):
        if not kept or phrase.start >= kept[-1].end:
            kept.append(phrase)
    return kept


def _bracketed(text: str) -> Iterator[OwnerPhrase]:
    for match in _BRACKETED.finditer(text):
        if match.end() - match.start() < _SHORTEST_BRACKET:
            continue
        inside = match.group()[1:-1]
        if LABEL.fullmatch(inside):
            continue  # 【责任单位】 is the label of what follows it
        if LABEL_AT_START.match(inside) or _says_who(inside) or _is_list_at_the_end(text, match):
            yield _phrase(text, match.start(), match.end(), form=Form.BRACKETED)


def _says_who(inside: str) -> bool:
    """Does a bracket without a label name units and what they do (（教体局牵头，科协配合）)?"""
    if "负责" not in inside and "牵头" not in inside:
        return False
    verb = ROLE_VERB.search(inside)
    if verb is None:
        return False
    first = re.split(r"[、,;]|和", inside[: verb.start()].removeprefix("由"))[0]
    return (
        is_unit_name(first)
        or COLLECTIVE.match(first) is not None
        or inside[verb.start() :].startswith("牵头")
    )


def _is_list_at_the_end(text: str, match: re.Match[str]) -> bool:
    """Is it a bracket with nothing but names of units, behind the last sentence of a paragraph?"""
    after = text[match.end() : match.end() + 1]
    before = text[match.start() - 1 : match.start()]
    if after not in ("", "\n") or before not in "。;!\n":
        return False
    names = re.split(r"[、,; ]", match.group()[1:-1])
    return all(is_unit_name(name) for name in names)


def _unclosed(text: str) -> Iterator[OwnerPhrase]:
    """A bracket that opens with a label and is never closed ends with its line or sentence."""
    for match in _LABEL_AFTER_BRACKET.finditer(text):
        if _BRACKETED.match(text, match.start()):
            continue
        end = _end_of_open_phrase(text, match.end())
        yield _phrase(text, match.start(), end, form=Form.BRACKETED, is_closed=False)


def _fields(text: str) -> Iterator[OwnerPhrase]:
    """责任单位：… without brackets, at the start of a line or a sentence."""
    for match in LABEL_WITH_COLON.finditer(text):
        start = start_of_label(text, match.start())
        if match.group().rstrip(":")[-1] in _CLOSE:  # 【责任单位】
            start = max(0, start - 1)
        before = text[start - 1 : start]
        if before and before not in "\n。;!)】〕 \t|*-—":
            continue
        end = _end_of_open_phrase(text, match.end())
        yield _phrase(text, start, end, form=Form.FIELD)


def _lines(text: str) -> Iterator[OwnerPhrase]:
    """责任单位 甲局、乙局 as a line, where every name is surely a unit's."""
    for match in LABEL_OF_LINE.finditer(text):
        end = text.find("\n", match.end())
        phrase = _phrase(text, match.start(), end if end >= 0 else len(text), form=Form.FIELD)
        units = [*phrase.leads, *phrase.partners]
        if units and all(is_unit_name(unit.name.text) for unit in units):
            yield phrase


def _end_of_open_phrase(text: str, start: int) -> int:
    limit = min(len(text), start + _LONGEST_OPEN_PHRASE)
    end = _PHRASE_END.search(text, start, limit)
    if end is None:
        return limit
    return end.end() if end.group() == "。" else end.start()


def _merged(text: str, phrases: list[OwnerPhrase]) -> list[OwnerPhrase]:
    """牵头单位 on one line and 配合单位 on the next are one statement."""
    merged: list[OwnerPhrase] = []
    for phrase in phrases:
        last = merged[-1] if merged else None
        if (
            last
            and last.form is phrase.form
            and phrase.end - last.start <= _LONGEST_MERGED
            and not text[last.end : phrase.start].strip(" \n;,。、")
            and _differ(text, last, phrase)
        ):
            merged[-1] = _phrase(
                text, last.start, phrase.end, form=last.form, is_closed=last.is_closed and phrase.is_closed
            )
        else:
            merged.append(phrase)
    return merged


def _differ(text: str, first: OwnerPhrase, second: OwnerPhrase) -> bool:
    """Two statements under the same label belong to two things, not to one."""
    label_of_first, label_of_second = (LABEL.search(text, each.start, each.end) for each in (first, second))
    if label_of_first is None or label_of_second is None:
        return False
    return label_of_first["kind"] != label_of_second["kind"]


def _sentences(text: str, stated: Sequence[OwnerPhrase]) -> Iterator[OwnerPhrase]:
    """由教体局牵头，科协配合 and 科协负责 in running text, where every name is surely a unit's."""
    reached = 0
    starts = [phrase.start for phrase in stated]
    for duty in _DUTY.finditer(text):
        index = bisect_right(starts, duty.start()) - 1
        if index >= 0 and duty.start() < stated[index].end:
            continue
        start = _start_of_clause(text, duty.start(), reached)
        if start is None:
            continue
        end = _end_of_sentence_phrase(text, duty)
        if end is None:
            continue
        phrase = _phrase(text, start, end, form=Form.SENTENCE)
        if phrase.leads and _are_units(text, phrase):
            reached = end
            yield phrase


def _are_units(text: str, phrase: OwnerPhrase) -> bool:
    """Is every name surely a unit's? After 由 and a unit, others may be of any kind (由村委会、大学生村官负责)."""
    names = [unit.name.text for unit in (*phrase.leads, *phrase.partners)]
    if text[phrase.start] == "由" and is_unit_name(names[0]):
        names = [name for name in names if len(name) > _LONGEST_OTHER_NAME]
    return all(is_unit_name(name) for name in names)


def _start_of_clause(text: str, position: int, reached: int) -> int | None:
    window_start = max(reached, position - 60)
    window = text[window_start:position]
    by = window.rfind("由")
    breaks = [match.end() for match in _CLAUSE_BREAKS.finditer(window)]
    start = max([by, *breaks]) if breaks or by >= 0 else (0 if window_start == 0 else None)
    if start is None or start >= len(window):
        return None
    return window_start + start


def _end_of_sentence_phrase(text: str, duty: re.Match[str]) -> int | None:
    """Take in a second clause only if it says who helps: ，科协、团区委配合."""
    if duty.group() == "会同":
        return _end_of_joined_units(text, duty.end())
    helpers = _HELPERS.match(text, duty.end())
    return helpers.end() if helpers else duty.end()


def _end_of_joined_units(text: str, start: int) -> int | None:
    """县教育局会同县科协开发课程: the joined units end where a unit's last character meets a verb."""
    for end in range(start + 2, min(len(text), start + 60)):
        if text[end - 1] in ",。;:\n":
            return None
        is_met = text[end : end + 2] in VERBS or text.startswith(("负责", "牵头"), end)
        if is_met and is_unit_name(text[start:end].rsplit("、", 1)[-1]):
            return end
    return None
