"""Changes of the district's words, with the permission and the trace that the lists themselves know nothing of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from kepu.accounts.models import User
from kepu.audit.services import System
from kepu.audit.services import record as audit
from kepu.core import vocabulary
from kepu.core.errors import WrongState, require
from kepu.core.models import Term
from kepu.desk import rules


@transaction.atomic
def add_term(
    name: str,
    *,
    label: str,
    label_en: str,
    aliases: Iterable[str],
    by: User | System,
    at: datetime,
    parent_code: str = "",
) -> Term:
    """Add a word of the district's own to a list."""
    require(rules.can_edit_vocabulary(by))
    term = vocabulary.add_term(
        name, label=label, label_en=label_en, aliases=aliases, parent_code=parent_code, at=at
    )
    audit("add_term", of=term, by=by, at=at, changes={"vocabulary": name, "label": term.label})
    return term


@transaction.atomic
def edit_term(
    term: Term, *, label: str, label_en: str, aliases: Iterable[str], by: User | System, at: datetime
) -> Term:
    """Give a word other names."""
    require(rules.can_edit_vocabulary(by))
    before = term.label
    edited = vocabulary.edit_term(term, label=label, label_en=label_en, aliases=aliases, at=at)
    audit("edit_term", of=edited, by=by, at=at, changes={"label": [before, edited.label]})
    return edited


@transaction.atomic
def deactivate_term(term: Term, *, by: User | System, at: datetime) -> Term:
    """Offer a word no longer; what has it keeps it."""
    require(rules.can_edit_vocabulary(by))
    _require_active(term, is_active=True)
    done = vocabulary.deactivate_term(term, at=at)
    audit("deactivate_term", of=done, by=by, at=at)
    return done


@transaction.atomic
def activate_term(term: Term, *, by: User | System, at: datetime) -> Term:
    """Offer it again."""
    require(rules.can_edit_vocabulary(by))
    _require_active(term, is_active=False)
    done = vocabulary.activate_term(term, at=at)
    audit("activate_term", of=done, by=by, at=at)
    return done


def _require_active(term: Term, *, is_active: bool) -> None:
    if Term.objects.select_for_update().get(pk=term.pk).is_active != is_active:
        raise WrongState
