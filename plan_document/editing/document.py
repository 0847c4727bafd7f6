"""Edits of what concerns the whole document: its title, its period, its warnings."""

from __future__ import annotations

from dataclasses import replace

from plan_document.draft import Period, PlanDraft, Warning
from plan_document.editing.places import person_text
from plan_document.editing.refusal import EditRefused

_FIRST_YEAR, _LAST_YEAR = 1949, 2200


def set_title(draft: PlanDraft, *, title: str) -> PlanDraft:
    """The document under another title."""
    return replace(draft, title=person_text(title))


def set_period(draft: PlanDraft, *, start: int, end: int) -> PlanDraft:
    """The document for these years."""
    if not _FIRST_YEAR <= start <= end <= _LAST_YEAR:
        raise EditRefused("impossible_period", "起止年份不合理，请填写四位年份，且结束不早于开始。")
    return replace(draft, period=Period(start, end))


def dismiss_warning(draft: PlanDraft, *, code: str, start: int, end: int) -> PlanDraft:
    """The warning settled by a person: kept, but among those that need no more attention."""
    settled = _found(draft.warnings, code=code, start=start, end=end)
    return replace(
        draft,
        warnings=tuple(warning for warning in draft.warnings if warning not in settled),
        dismissed=(*draft.dismissed, *settled),
    )


def restore_warning(draft: PlanDraft, *, code: str, start: int, end: int) -> PlanDraft:
    """A dismissed warning back among the open ones."""
    reopened = _found(draft.dismissed, code=code, start=start, end=end)
    return replace(
        draft,
        warnings=tuple(
            sorted((*draft.warnings, *reopened), key=lambda warning: (warning.start, warning.end))
        ),
        dismissed=tuple(warning for warning in draft.dismissed if warning not in reopened),
    )


def _found(warnings: tuple[Warning, ...], *, code: str, start: int, end: int) -> tuple[Warning, ...]:
    found = tuple(
        warning for warning in warnings if (warning.code, warning.start, warning.end) == (code, start, end)
    )
    if not found:
        raise EditRefused("no_such_warning", "没有这条提示，页面可能已经过时，请刷新后再试。")
    return found
