"""What an official paper says, apart from how it looks. Both writers take the same content, so they never differ.

Headings are numbered here, once: 一、 （一） 1. （1）.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4, without its number."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of body text."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under heads; widths are relative."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Annex:
    """An attachment: begins on a page of its own and is named at the end of the text."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PaperContent:
    """One paper. Empty texts are left out by both writers; a line break in the title is where a long one turns."""

    title: str
    blocks: tuple[Block, ...]
    signatory: str
    dated: date
    number: str = ""
    addressee: str = ""
    annexes: tuple[Annex, ...] = ()
    banner: str = ""
    remarks: tuple[str, ...] = ()


def numbered(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with the numbers of the official heading levels before their headings."""
    counts = [0, 0, 0, 0]
    for block in blocks:
        if isinstance(block, Heading):
            level = block.level - 1
            counts = [*counts[:level], counts[level] + 1, *[0] * (3 - level)]
            yield Heading(block.level, _number(block.level, count=counts[level]) + block.text)
        else:
            yield block


def annex_lines(content: PaperContent) -> list[str]:
    """The list of attachments below the text: without a number when there is only one."""
    if len(content.annexes) == 1:
        return [f"附件：{content.annexes[0].title}"]
    return [
        f"{'附件：' if number == 1 else '　　　'}{number}.{annex.title}"
        for number, annex in enumerate(content.annexes, start=1)
    ]


def annex_label(content: PaperContent, *, number: int) -> str:
    """附件 above a single attachment, 附件1 above one of several."""
    return "附件" if len(content.annexes) == 1 else f"附件{number}"


def chinese_date(day: date) -> str:
    """2025年10月16日: Arabic figures without leading zeros, as papers write dates."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_number(number: int) -> str:
    """1 to 99 as 一 … 九十九."""
    if not 1 <= number <= 99:
        raise ValueError(number)
    tens, ones = divmod(number, 10)
    return ("" if tens <= 1 else _DIGITS[tens]) + ("十" if tens else "") + (_DIGITS[ones] if ones else "")


def _number(level: int, *, count: int) -> str:
    return {
        1: f"{chinese_number(count)}、" if level == 1 else "",
        2: f"（{chinese_number(count)}）" if level == 2 else "",
        3: f"{count}.",
        4: f"（{count}）",
    }[level]
