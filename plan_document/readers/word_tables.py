"""A table as lines that read like the text of a plan: headings, measures, owners in brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from plan_document.readers.word_numbering import chinese_counting

Cell = tuple[str, int, bool]

# In this order: the first that fits names the column.
_ROLES = (
    ("number", re.compile(r"^(序号|编号|序|号)$")),
    ("person", re.compile(r"责任人|领导|联系人|联络员")),
    ("lead", re.compile(r"牵头|主办|主要责任|主体责任|第一责任")),
    ("partner", re.compile(r"配合|参与|参加|协办|协同|协助")),
    ("owner", re.compile(r"责任|承办|负责|落实单位|实施单位|实施主体|分工单位")),
    ("deadline", re.compile(r"时限|时间|期限|进度|年限")),
    ("measure", re.compile(r"举措|措施|内容|要求|做法|事项|子任务|具体任务|工作任务|任务分解")),
    ("goal", re.compile(r"目标值|指标|工作目标|预期目标|目标$")),
    ("action", re.compile(r"任务|行动|工程|项目|类别|分类|领域|板块|方面")),
    ("remark", re.compile(r"备注|说明")),
)
_OWNER_ROLES = frozenset({"lead", "partner", "owner"})
_LABELS = {
    "lead": "牵头单位",
    "owner": "责任单位",
    "partner": "配合单位",
    "person": "责任人",
    "deadline": "完成时限",
    "goal": "目标",
    "remark": "备注",
}
_BETWEEN_UNITS = re.compile(r"[\s,，;；、/]+")
_NUMBERED = re.compile(
    r"^\s*(第[一二三四五六七八九十百]+|[（(]?[一二三四五六七八九十百]+[）)、.．]|[（(]?\d+[）)、.．]|[①-⑳])"
)
_HEADER_ROWS = 3
_LONGEST_HEADER = 16


def table_lines(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The table as lines; one with columns for tasks and owners becomes headings and measures."""
    grid = _grid(rows)
    header, roles = _header(grid)
    if header is None:
        return [line for row in grid for line in _plain_row(row)]
    above = [line for row in grid[:header] for line in _plain_row(row)]
    return [*above, *_duties(grid[header + 1 :], roles)]


def _grid(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Every row with as many cells as it covers columns; a merged cell's words stand in each row."""
    grid: list[list[str]] = []
    for row in rows:
        line: list[str] = []
        for words, span, is_continued in row:
            column = len(line)
            above = grid[-1][column] if is_continued and grid and column < len(grid[-1]) else words
            # A wide cell says its words once; the other columns it covers stay empty.
            line += [above, *[""] * (span - 1)]
        grid.append(line)
    return grid


def _header(grid: list[list[str]]) -> tuple[int | None, list[str]]:
    for index, row in enumerate(grid[:_HEADER_ROWS]):
        roles = [_role(cell) for cell in row]
        if _OWNER_ROLES & set(roles) and {"action", "measure"} & set(roles):
            return index, roles
    return None, []


def _role(cell: str) -> str:
    words = re.sub(r"\s+", "", cell)
    if not words or len(words) > _LONGEST_HEADER:
        return ""
    return next((role for role, pattern in _ROLES if pattern.search(words)), "")


def _plain_row(row: list[str]) -> list[str]:
    filled = [cell for cell in row if cell]
    if len(filled) == 1:
        return filled[0].splitlines()
    if len(filled) == 2 and _role(filled[0]) in _OWNER_ROLES:
        return [f"{_flat(filled[0])}：{_units(filled[1])}"]
    return ["\t".join(_flat(cell) for cell in filled)] if filled else []


def _duties(rows: list[list[str]], roles: list[str]) -> Iterator[str]:
    has_actions = "action" in roles and "measure" in roles
    heading = ""
    actions = measures = 0
    for row in rows:
        cells = _by_role(row, roles)
        if not _says_a_duty(cells):
            measures = 0
            yield from _plain_row(row)
            continue
        if has_actions and cells.get("action", heading) != heading:
            heading = cells["action"]
            actions, measures = actions + 1, 0
            yield _numbered(_flat(heading), number=f"（{chinese_counting(actions)}）")
        for duty in _each_duty(cells, heading=heading):
            measures += 1
            yield f"{_numbered(_sentence(duty), number=f'{measures}.')}{_owners(cells)}"


def _each_duty(cells: dict[str, str], *, heading: str) -> list[str]:
    """The duties in one row: a cell may hold a numbered list of them."""
    words = cells.get("measure") or cells.get("action") or heading
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    if len(lines) > 1 and all(_NUMBERED.match(line) for line in lines):
        return lines
    return [_flat(words)]


def _by_role(row: list[str], roles: list[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for role, words in zip(roles, row, strict=False):
        if not words:
            continue
        is_list = role in _OWNER_ROLES
        said = _units(words) if is_list else words
        cells[role] = f"{cells[role]}{'、' if is_list else ''}{said}" if role in cells else said
    return cells


def _says_a_duty(cells: dict[str, str]) -> bool:
    return bool(cells.keys() & {"action", "measure"}) and len(cells.keys() - {""}) > 1


def _owners(cells: dict[str, str]) -> str:
    said = [f"{label}：{_flat(cells[role])}" for role, label in _LABELS.items() if cells.get(role)]
    return (f"（{'；'.join(said)}）" if said else "") + _flat(cells.get("", ""))


def _units(cell: str) -> str:
    return "、".join(piece for piece in _BETWEEN_UNITS.split(cell.strip()) if piece)


def _numbered(words: str, *, number: str) -> str:
    return words if _NUMBERED.match(words) else f"{number}{words}"


def _sentence(words: str) -> str:
    return words if words.endswith(("。", "；", "！", "!", "）")) else f"{words}。"


def _flat(cell: str) -> str:
    return re.sub(r"\s*\n\s*", "", cell).replace("\t", " ").strip()
