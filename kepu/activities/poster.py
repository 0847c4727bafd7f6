"""The poster of an activity: one A4 page in large type with a QR code to its public page, set by typst.

All content goes in as JSON data; nothing is spliced into the source.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import segno
import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kepu.core.errors import Refused

TEMPLATE = Path(__file__).with_name("poster.typ")
MEDIA_TYPE = "application/pdf"
FAMILIES = (
    "Source Han Sans SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "STHeiti",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Noto Serif CJK SC",
    "SimSun",
    "AR PL UMing CN",
)
"""The first that is installed is used: a poster is read from three steps away, so faces without serifs come first."""


class NoPosterFont(Refused):
    code = "no_poster_font"
    message = _(
        "服务器上没有中文字体，不能生成海报。请管理员安装一种（Debian：apt install fonts-noto-cjk），"
        "或把有授权的字体文件放进数据目录的 fonts 文件夹。"
    )


@dataclass(frozen=True, slots=True)
class Poster:
    """What stands on it."""

    title: str
    label: str
    dates: tuple[str, ...]
    more_dates: str
    place: str
    for_whom: str
    cost: str
    how: str
    organisers: str
    contact: str
    remark: str
    address: str
    """Where the code leads."""


def write_poster(poster: Poster, *, at: datetime) -> bytes:
    """The page as PDF, with the fonts of this machine."""
    folder = Path(settings.VAR_DIR) / "fonts"
    fonts = typst.Fonts(include_embedded_fonts=False, font_paths=[folder] if folder.is_dir() else [])
    content = asdict(poster) | {"font": family_among(fonts.families()), "code": qr_code(poster.address)}
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=fonts,
        sys_inputs={"poster": json.dumps(content, ensure_ascii=False)},
        timestamp=int(at.astimezone(UTC).timestamp()),
    )


def family_among(families: Collection[str]) -> str:
    """The family to use; refuses where nothing can show Chinese."""
    known = {family.casefold(): family for family in families}
    found = next((known[name.casefold()] for name in FAMILIES if name.casefold() in known), "")
    if not found:
        raise NoPosterFont
    return found


def qr_code(address: str) -> str:
    """As SVG. A quarter of it may be covered by rain or a sticker and it is still read."""
    out = io.BytesIO()
    segno.make(address, error="q", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
