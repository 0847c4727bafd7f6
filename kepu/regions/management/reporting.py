"""How the commands of this app read their files and say what they did."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from kepu.core.errors import Refused
from kepu.regions.csv_rows import LoadResult, text_of


@contextmanager
def refusals_as_command_errors() -> Iterator[None]:
    """A refusal ends a command with its sentence and exit status 1, not with a traceback."""
    try:
        yield
    except Refused as refused:
        raise CommandError(str(refused)) from refused


def text_of_file(path: Path) -> io.StringIO:
    try:
        return text_of(path)
    except OSError as error:
        message = _("无法读取 %(file)s：%(reason)s") % {"file": path, "reason": error.strerror}
        raise CommandError(message) from error


def summary_of_load(result: LoadResult) -> str:
    return _counts(
        result,
        sentence=_("新增 %(added)d 条，修改 %(changed)d 条，未变 %(unchanged)d 条，未用 %(errors)d 行。"),
    )


def summary_of_check(result: LoadResult) -> str:
    sentence = _(
        "仅检查，没有写入。将新增 %(added)d 条，修改 %(changed)d 条，未变 %(unchanged)d 条，不能用 %(errors)d 行。"
    )
    return _counts(result, sentence=sentence)


def _counts(result: LoadResult, *, sentence: str) -> str:
    return sentence % {
        "added": result.added,
        "changed": result.changed,
        "unchanged": result.unchanged,
        "errors": len(result.errors),
    }
