"""A paper as PDF, set by typst. All content goes in as JSON data; nothing is spliced into the source."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from kepu.reports import layout
from kepu.reports.paper import (
    Block,
    Heading,
    PaperContent,
    Paragraph,
    annex_label,
    annex_lines,
    chinese_date,
    numbered,
)
from kepu.reports.writers.fonts import Typefaces, installed_fonts, typefaces

TEMPLATE = Path(__file__).with_name("paper.typ")
MEDIA_TYPE = "application/pdf"


def write_pdf(content: PaperContent, *, at: datetime) -> bytes:
    """Set the paper with the fonts of this machine; the last page says which fonts stood in."""
    fonts = installed_fonts()
    faces = typefaces(fonts.families())
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=fonts,
        sys_inputs={"paper": json.dumps(_data(content, faces=faces), ensure_ascii=False)},
        timestamp=int(at.astimezone(UTC).timestamp()),
    )


def _data(content: PaperContent, *, faces: Typefaces) -> dict[str, Any]:
    return {
        "title": content.title,
        "title_weight": "bold" if faces.stands_in("title") else "regular",
        "number": content.number,
        "addressee": content.addressee,
        "blocks": [_block(block) for block in numbered(content.blocks)],
        "annex_lines": annex_lines(content),
        "annexes": [
            {
                "label": annex_label(content, number=number),
                "title": annex.title,
                "blocks": [_block(block) for block in numbered(annex.blocks)],
            }
            for number, annex in enumerate(content.annexes, start=1)
        ],
        "signatory": content.signatory,
        "dated": chinese_date(content.dated),
        "banner": content.banner,
        "remarks": [*content.remarks, *faces.sentences],
        "faces": faces.families,
        "layout": _layout(),
    }


def _block(block: Block) -> dict[str, Any]:
    kind = (
        "heading" if isinstance(block, Heading) else "paragraph" if isinstance(block, Paragraph) else "table"
    )
    return {"kind": kind, **asdict(block)}


def _layout() -> dict[str, float]:
    return {
        "top": layout.TOP_MM,
        "left": layout.LEFT_MM,
        "right": layout.RIGHT_MM,
        "bottom": layout.BOTTOM_MM,
        "below": layout.PAGE_NUMBER_BELOW_MM,
        "body": layout.BODY_POINTS,
        "title": layout.TITLE_POINTS,
        "title_pitch": layout.TITLE_PITCH_POINTS,
        "page_number": layout.PAGE_NUMBER_POINTS,
        "table": layout.TABLE_POINTS,
        "small": layout.SMALL_POINTS,
        "line": layout.LINE_PITCH_POINTS,
        "character": layout.CHARACTER_PITCH_POINTS,
    }
