"""What stands before the first heading: the title and the documents that the plan follows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from plan_document.characters import canonical, readable
from plan_document.draft import ParentDocument, Period
from plan_document.lexicon import PLAN_TITLE_NOUN
from plan_document.period import periods_in
from plan_document.view import View

_TITLE_AT_LINE_START = re.compile(
    rf"[# *]*(?P<title>[^\n。,;:!?]{{2,90}}?{PLAN_TITLE_NOUN})(?P<tail>\([^()\n]{{1,30}}\))?》?(?:(?P<notice>的通知)|[ *]*(?=\n|$|为|根据|按照|一、|第一|。))"
)
_LEADING_ORGAN = re.compile(r"^.{0,60}?(?:关于印发|关于转发|关于)《?")
_BOOK_TITLE = re.compile(r"《(?P<title>[^《》\n]{3,80})》(?P<number> ?\([^()\n]{3,40}\))?")
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,10}[〔\[(【]\d{4}[〕\])】] ?第?\d{1,4} ?号")
_BASIS = re.compile(
    r"(?:根据|依据|按照|遵照|贯彻落实|贯彻|落实|对照)(?P<list>[^。\n]{6,400}?)(?:精神|要求|规定|[。\n]|,结合|,制定|,特制定)"
)
_DOCUMENT_NOUN = re.compile(
    r"(?:纲要|规划|方案|计划|意见|办法|条例|通知|决定|科普法|普及法)(?:\([^()]{2,20}\))?(?:的通知)?$"
)
_ISSUER = re.compile(
    r"(?:^|[,、。;和及\n与]|印发|落实|贯彻|根据|按照|依据)((?:中共|党中央|国务院|国家|中央|省|市|区|县|州|[\u4e00-\u9fff]{2,12}?(?:省|市|区|县|委|府|厅|局|办|协会|部|州))[\u4e00-\u9fff、]{0,20}?)(?:关于|印发|的|发布的|制定的|出台的)?$"
)
_ISSUER_WINDOW = 40
LONGEST_FRONT = 20_000


_TAIL = re.compile(r"\([^()]{1,30}\)$")


@dataclass(frozen=True, slots=True)
class Front:
    """The title with its place in the view (start equals end when there is none) and where the front ends."""

    title: str
    start: int
    end: int
    front_end: int
    period: Period | None = None


def read_front(view: View, *, first_heading: int) -> Front:
    """Find the plan's title before its first heading: the last line of those that read like one."""
    found = None
    for start, end in _lines(view.text, first_heading):
        match = _TITLE_AT_LINE_START.match(view.text, start, end)
        if match is None:
            continue
        joined = _continued_from_above(view.text, start)
        span = (joined if joined is not None else match.start("title"), match.end("title"))
        if found is None or not match["notice"]:
            found = span
    if found is None:
        return Front("", 0, 0, min(first_heading, LONGEST_FRONT))
    return _front(view, *found, first_heading=first_heading)


def with_site_title(front: Front, *, line: str) -> Front:
    """The title that stands only among the site's own lines, above the counter and the buttons."""
    if front.title or not line:
        return front
    written = canonical(readable(line))
    tail = _TAIL.search(written)
    years = periods_in(written, 0, len(written))
    return replace(
        front,
        title=readable(line)[: tail.start() if tail else len(line)].strip(),
        period=years[0].period if years else None,
    )


def _front(view: View, start: int, end: int, *, first_heading: int) -> Front:
    written = view.text[start:end]
    printed = _LEADING_ORGAN.match(written)
    if printed and len(written) - printed.end() >= 6 and "关于印发" in written:
        start += printed.end()
    title = view.clean[start:end].replace("\n", "").strip(" #*《》")
    return Front(title, start, end, min(first_heading, LONGEST_FRONT))


def _lines(text: str, end: int) -> list[tuple[int, int]]:
    lines = []
    start = 0
    for line in text[: min(end, LONGEST_FRONT)].split("\n"):
        if line:
            lines.append((start, start + len(line)))
        start += len(line) + 1
    return lines


def _continued_from_above(text: str, start: int) -> int | None:
    """A title in two lines: the line above is a place's or an organ's name without any sign."""
    if start == 0:
        return None
    above_start = text.rfind("\n", 0, start - 1) + 1
    above = text[above_start : start - 1]
    is_part = re.fullmatch(r"[\u4e00-\u9fff“”]{2,30}", above) and not re.search(
        rf"{PLAN_TITLE_NOUN}$|公报$|文件$|目录$|(?:人民政府|委员会|办公室|协会|局|厅|委|科协)$", above
    )
    return above_start if is_part else None


def parent_documents(view: View, *, start: int, end: int) -> tuple[ParentDocument, ...]:
    """The documents that the preamble says the plan follows, with issuer and number where given."""
    spans = _books(view.text, start, end) or _named_without_marks(view.text, start, end)
    found: dict[str, ParentDocument] = {}
    for first, last, issuer in spans:
        title = view.clean[first:last].strip(" 《》")
        place = view.place_of(first, last)
        found.setdefault(title, ParentDocument(title, issuer, place.start, place.end))
    return tuple(found.values())


def _books(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    found = []
    for match in _BOOK_TITLE.finditer(text, start, end):
        before = text[max(start, match.start("title") - 1 - _ISSUER_WINDOW) : match.start("title") - 1]
        issuer = _ISSUER.search(before)
        number = (match["number"] or "").strip(" ()")
        is_number = _DOCUMENT_NUMBER.search(number) is not None
        name = issuer[1].removesuffix("印发").removesuffix("关于") if issuer else ""
        found.append(
            (match.start("title"), match.end("title"), f"{name} {number}".strip() if is_number else name)
        )
    return found


def _named_without_marks(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """根据关于印发…纲要的通知、…及…方案精神: documents whose book-title marks were lost."""
    basis = _BASIS.search(text, start, end)
    if basis is None:
        return []
    found = []
    position = basis.start("list")
    for piece in re.split(r"([、,]|以及|及|和)", basis["list"]):
        if _DOCUMENT_NOUN.search(piece) and len(piece) >= 8 and not piece.startswith(("提出", "制定", "特")):
            found.append((position, position + len(piece), ""))
        position += len(piece)
    return found
