"""Tables that were pasted as text: columns parted by tabs or bars, with a row of headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plan_document import confidence
from plan_document.draft import ActionKind
from plan_document.owners import OwnerPhrase
from plan_document.owners.phrases import Form
from plan_document.owners.roles import Assigned, assignments
from plan_document.owners.vocabulary import Role
from plan_document.structure.found import FoundAction, FoundMeasure
from plan_document.table_rows import Row, groups_of_rows
from plan_document.view import Span, View

_RULE = re.compile(r"[\s|:\-—+=\t]*")
# In this order: the first that fits names the column.
_COLUMNS = (
    ("lead", re.compile(r"牵头|主办|主要责任|第一责任")),
    ("partner", re.compile(r"配合|参与|参加|协办|协同|协助")),
    ("person", re.compile(r"责任人|领导|联系")),
    ("owner", re.compile(r"责任|承办|负责|落实单位|实施单位|单位|部门")),
    ("deadline", re.compile(r"时限|时间|期限|进度")),
    ("measure", re.compile(r"措施|举措|内容|要求|做法|事项|具体|子任务|目标任务|主要工作")),
    ("action", re.compile(r"任务|行动|工程|项目|类别|领域|板块|方面|名称")),
)
_YEAR = re.compile(r"(20\d{2})(?!\d)")
_STRONG = re.compile(r"工程$")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of duties: its place in the view, the actions that its rows name, and the years of its deadlines."""

    span: Span
    actions: tuple[FoundAction, ...]
    deadlines: tuple[tuple[int, str], ...]


def find_tables(view: View) -> list[Table]:
    """Every table with a column of tasks and one of units."""
    found = [table for rows in groups_of_rows(view.text) if (table := _table(view, rows)) is not None]
    return sorted(found, key=lambda table: table.span.start)


def _table(view: View, rows: Sequence[Row]) -> Table | None:
    text = view.text
    columns = _columns(text, rows[0])
    if not {"action", "measure"} & set(columns.values()) or not {"lead", "owner"} & set(columns.values()):
        return None
    actions: list[FoundAction] = []
    for row in rows[1:]:
        if not _RULE.fullmatch(text, row.span.start, row.span.end):
            _read_row(view, row, columns, actions)
    if not actions:
        return None
    deadlines = tuple(found for row in rows[1:] if (found := _deadline(text, row, columns)))
    return Table(Span(rows[0].span.start, rows[-1].span.end), tuple(actions), deadlines)


def _deadline(text: str, row: Row, columns: dict[int, str]) -> tuple[int, str] | None:
    for index, name in columns.items():
        if name == "deadline" and index < len(row.cells):
            year = _YEAR.search(text, row.cells[index].start, row.cells[index].end)
            return (year.start(), year[1]) if year else None
    return None


def _columns(text: str, header: Row) -> dict[int, str]:
    columns: dict[int, str] = {}
    for index, cell in enumerate(header.cells):
        title = text[cell.start : cell.end]
        if len(title) <= 12:
            name = next((name for name, pattern in _COLUMNS if pattern.search(title)), None)
            if name is not None and name not in columns.values():
                columns[index] = name
    return columns


def _read_row(view: View, row: Row, columns: dict[int, str], actions: list[FoundAction]) -> None:
    """A row is a measure; it opens a new action where the column of actions names another one."""
    cells = {name: row.cells[index] for index, name in columns.items() if index < len(row.cells)}
    named = cells.get("action", Span(0, 0))
    told = cells.get("measure", Span(0, 0))
    title = view.clean[named.start : named.end]
    has_levels = {"action", "measure"} <= set(columns.values())
    if has_levels and title and (not actions or actions[-1].title != title):
        actions.append(_action(title, named, row, has_own_heading=True))
    elif not actions:
        actions.append(_action("", Span(row.span.start, row.span.start), row, has_own_heading=False))
    place = told if len(told) else named
    if len(place):
        actions[-1].measures.append(_measure(view, place, row, cells))
    actions[-1].end = row.span.end


def _action(title: str, place: Span, row: Row, *, has_own_heading: bool) -> FoundAction:
    kind = (
        ActionKind.PROJECT
        if _STRONG.search(title)
        else ActionKind.CAMPAIGN
        if title.endswith("行动")
        else ActionKind.TASK
    )
    return FoundAction(
        number="",
        title=title,
        kind=kind,
        title_start=place.start,
        title_end=place.end,
        start=row.span.start,
        end=row.span.end,
        measures=[],
        confidence=confidence.CLEAR,
        has_own_heading=has_own_heading,
    )


def _measure(view: View, place: Span, row: Row, cells: dict[str, Span]) -> FoundMeasure:
    clause = re.compile(r"[。;,\n]").search(view.text, place.start, place.end)
    title_end = clause.start() if clause else place.end
    return FoundMeasure(
        title=view.clean[place.start : title_end],
        title_start=place.start,
        title_end=title_end,
        start=place.start,
        end=row.span.end,
        confidence=confidence.CLEAR,
        owners=[_owners(view.text, cells)],
        text_end=place.end,
    )


def _owners(text: str, cells: dict[str, Span]) -> OwnerPhrase:
    leads: list[Assigned] = []
    partners: list[Assigned] = []
    for name in ("lead", "owner", "partner"):
        cell = cells.get(name)
        if cell is None or not len(cell):
            continue
        second = name == "partner" or (name == "owner" and "lead" in cells)
        for assigned in assignments(text, cell.start, cell.end):
            role = Role.PARTNER if second else assigned.role
            (leads if role is Role.LEAD else partners).append(Assigned(assigned.name, role))
    spans = [cell for name, cell in cells.items() if name in ("lead", "owner", "partner") and len(cell)]
    start = min((span.start for span in spans), default=0)
    end = max((span.end for span in spans), default=0)
    return OwnerPhrase(start, end, Form.FIELD, tuple(leads), tuple(partners))


def with_tables(found: list[FoundAction], tables: Sequence[Table], *, title: str) -> list[FoundAction]:
    """The actions of the outline and those of the tables.

    A row that names an action or measure of the outline adds its owners to it; a chapter that only holds a
    table gives way to the table.
    """
    if not tables:
        return found
    kept = []
    for action in found:
        held = [table for table in tables if action.start <= table.span.start < action.end]
        if not held or action.kind is ActionKind.SAFEGUARD:
            kept.append(action)
        for table in held:
            _take_title(table, action.title)
    known: dict[str, FoundAction | FoundMeasure] = {action.title: action for action in kept}
    known.update({measure.title: measure for action in kept for measure in action.measures})
    for table in tables:
        _take_title(table, title)
        kept.extend(action for action in table.actions if not _adds_owners(action, known))
    return sorted(kept, key=lambda action: action.start)


def _adds_owners(action: FoundAction, known: dict[str, FoundAction | FoundMeasure]) -> bool:
    """Take the rows for things that the outline has already to those things; is nothing left?"""
    left = []
    for measure in action.measures:
        same = known.get(measure.title) or known.get(action.title)
        if same is None:
            left.append(measure)
        elif not same.owners:
            same.owners.extend(measure.owners)
    action.measures[:] = left
    return not left


def _take_title(table: Table, title: str) -> None:
    for action in table.actions:
        action.title = action.title or title
