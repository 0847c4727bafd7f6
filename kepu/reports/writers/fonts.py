"""Which fonts the PDF uses on this machine, and which had to stand in. Fonts are named, never shipped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kepu.core.errors import Refused
from kepu.reports.layout import FACES, Face


class NoChineseFont(Refused):
    code = "no_chinese_font"
    message = _(
        "服务器上没有中文字体，不能生成 PDF。请管理员安装一种（Debian：apt install fonts-noto-cjk），"
        "或把有授权的字体文件放进数据目录的 fonts 文件夹；也可以先导出 Word。"
    )


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The family for each part of a paper, and what was missing: (wanted, used)."""

    families: dict[str, str]
    stand_ins: tuple[tuple[str, str], ...]

    def stands_in(self, part: str) -> bool:
        """Whether this part is not in the face that the standard asks for."""
        return (FACES[part].name, self.families[part]) in self.stand_ins

    @property
    def sentences(self) -> list[str]:
        """What stands in for what, one sentence for each missing face."""
        return [f"缺少{wanted}，已用{used}代替。" for wanted, used in self.stand_ins]


def installed_fonts() -> typst.Fonts:
    """The fonts that typst finds: the system's, and those in the data directory."""
    return typst.Fonts(include_embedded_fonts=False, font_paths=font_folders())


def font_folders() -> list[Path]:
    """Where a district puts fonts that it holds a licence for."""
    folder = Path(settings.VAR_DIR) / "fonts"
    return [folder] if folder.is_dir() else []


def typefaces(families: Collection[str]) -> Typefaces:
    """Choose for every part of a paper; refuse when nothing can show Chinese."""
    known = {family.casefold(): family for family in families}
    chosen: dict[str, str] = {}
    stand_ins: list[tuple[str, str]] = []
    for part, face in FACES.items():
        proper = _first((face.name, *face.also), known=known)
        chosen[part] = proper or _stand_in(face, known=known)
        if not proper:
            stand_ins.append((face.name, chosen[part]))
    return Typefaces(chosen, tuple(stand_ins))


def _stand_in(face: Face, *, known: dict[str, str]) -> str:
    family = _first(face.stand_ins, known=known)
    if not family:
        raise NoChineseFont
    return family


def _first(names: tuple[str, ...], *, known: dict[str, str]) -> str:
    return next((known[name.casefold()] for name in names if name.casefold() in known), "")
