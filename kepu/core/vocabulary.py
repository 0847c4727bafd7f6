"""The district's words: shipped as YAML, read everywhere, changed at the desk.

The services that change a term know no accounts and so check no permission: the page that calls them does, and it
records in the audit who did it. They check everything else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kepu.core.errors import BadInput
from kepu.core.models import Term

SHIPPED = Path(__file__).parent / "data" / "vocabulary"
_LABEL_LENGTH = Term._meta.get_field("label").max_length or 0
_LABEL_EN_LENGTH = Term._meta.get_field("label_en").max_length or 0
_SHIPPED_FIELDS = ("label", "label_en", "aliases", "parent_code", "position")


class Audience(models.TextChoices):
    """Whom a deed is for: the five groups of the outline, and everybody else. The codes are those of `audiences`."""

    YOUTH = "youth", _("青少年")
    FARMERS = "farmers", _("农民")
    WORKERS = "workers", _("产业工人")
    ELDERS = "elders", _("老年人")
    OFFICIALS = "officials", _("领导干部和公务员")
    OTHER = "other", _("其他")


class UnknownVocabulary(BadInput):
    code = "unknown_vocabulary"
    message = _("没有这个词表。")


class UnknownParent(BadInput):
    code = "unknown_parent"
    message = _("没有这个上级词条。")


class TermUnnamed(BadInput):
    code = "term_unnamed"
    message = _("请填写名称，不超过 80 个字；英文名称不超过 120 个字符。")


class TermNameTaken(BadInput):
    code = "term_name_taken"


class TermWords(NamedTuple):
    """A term as the plan import looks for it in a text."""

    vocabulary: str
    code: str
    label: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One shipped list. `parents` names the vocabulary that the parent codes of its terms belong to, if any."""

    name: str
    label: str
    label_en: str
    parents: str
    terms: tuple[Mapping[str, Any], ...]

    def __str__(self) -> str:
        return _in_language(self.label, english=self.label_en)


@dataclass(frozen=True, slots=True)
class TermsLoaded:
    added: int
    changed: int
    edited: int  # left alone, because a person added or edited them


@cache
def vocabularies() -> Mapping[str, Vocabulary]:
    """The vocabularies there are, by name; read once, they change only with the program."""
    return {file.stem: _read(file) for file in sorted(SHIPPED.glob("*.yaml"))}


def _read(file: Path) -> Vocabulary:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Vocabulary(
        name=file.stem,
        label=content["label"],
        label_en=content["label_en"],
        parents=content.get("parents", ""),
        terms=tuple(content["terms"]),
    )


@transaction.atomic
def load_shipped_terms() -> TermsLoaded:
    """Add shipped terms that are not there, and renew those that no person has edited."""
    shipped = {
        (term.vocabulary, term.code): term
        for vocabulary in vocabularies().values()
        for term in _shipped_terms(vocabulary)
    }
    present = {(term.vocabulary, term.code): term for term in Term.objects.select_for_update()}
    edited = {key for key, term in present.items() if term.edited_at is not None}
    new = [term for key, term in shipped.items() if key not in present]
    renewable = (present.keys() & shipped.keys()) - edited
    changed = [present[key] for key in renewable if _renew(present[key], shipped=shipped[key])]
    Term.objects.bulk_create(new)
    Term.objects.bulk_update(changed, _SHIPPED_FIELDS)
    return TermsLoaded(len(new), len(changed), len(edited))


def _shipped_terms(vocabulary: Vocabulary) -> list[Term]:
    return [
        Term(
            vocabulary=vocabulary.name,
            code=term["code"],
            label=term["label"],
            label_en=term["label_en"],
            aliases=term.get("aliases", []),
            parent_code=term.get("parent", ""),
            position=position,
        )
        for position, term in enumerate(vocabulary.terms)
    ]


def _renew(term: Term, *, shipped: Term) -> bool:
    """Take over what is shipped; whether that changed anything."""
    different = [name for name in _SHIPPED_FIELDS if getattr(term, name) != getattr(shipped, name)]
    for name in different:
        setattr(term, name, getattr(shipped, name))
    return bool(different)


def terms(vocabulary: str) -> QuerySet[Term]:
    """The terms in use of a vocabulary, in their order."""
    return Term.objects.filter(vocabulary=vocabulary, is_active=True)


def name_of(term: Term) -> str:
    """The name in the language of the page; Chinese where there is no English one."""
    return _in_language(term.label, english=term.label_en)


def labels(vocabulary: str) -> dict[str, str]:
    """The names of all terms by code, of those no longer in use too: old records still show them."""
    return {term.code: name_of(term) for term in Term.objects.filter(vocabulary=vocabulary)}


def label_of(vocabulary: str, code: str) -> str:
    """The name of one term, one query; for a list use `labels`. A code that is nowhere is its own name."""
    term = Term.objects.filter(vocabulary=vocabulary, code=code).first()
    return code if term is None else name_of(term)


def _in_language(chinese: str, *, english: str) -> str:
    return english if english and (get_language() or "").startswith("en") else chinese


def all_terms() -> list[TermWords]:
    """Every term in use with the words it is known by."""
    return [
        TermWords(term.vocabulary, term.code, term.label, tuple(term.aliases))
        for term in Term.objects.filter(is_active=True)
    ]


@transaction.atomic
def add_term(
    vocabulary: str,
    *,
    label: str,
    at: datetime,
    label_en: str = "",
    aliases: Iterable[str] = (),
    parent_code: str = "",
) -> Term:
    """Add a term of the district's own at the end of a vocabulary. The caller has checked the permission."""
    _require_place(vocabulary, parent_code=parent_code)
    others = _lock(vocabulary)
    names = _checked_names(others, label=label, label_en=label_en, aliases=aliases)
    return Term.objects.create(
        vocabulary=vocabulary,
        code=_local_code(names.label, at=at),
        label=names.label,
        label_en=names.label_en,
        aliases=names.aliases,
        parent_code=parent_code,
        position=max((term.position + 1 for term in others), default=0),
        edited_at=at,
    )


@transaction.atomic
def edit_term(term: Term, *, label: str, label_en: str, aliases: Iterable[str], at: datetime) -> Term:
    """Give a term new names; from now on it is the district's own. The caller has checked the permission."""
    others = [other for other in _lock(term.vocabulary) if other.pk != term.pk]
    names = _checked_names(others, label=label, label_en=label_en, aliases=aliases)
    term.label, term.label_en, term.aliases = names.label, names.label_en, names.aliases
    term.edited_at = at
    term.save(update_fields=["label", "label_en", "aliases", "edited_at"])
    return term


def deactivate_term(term: Term, *, at: datetime) -> Term:
    """Offer it no longer; records that have it keep it. The caller has checked the permission."""
    return _set_active(term, to=False, at=at)


def activate_term(term: Term, *, at: datetime) -> Term:
    """Offer it again. The caller has checked the permission."""
    return _set_active(term, to=True, at=at)


def _set_active(term: Term, *, to: bool, at: datetime) -> Term:
    term.is_active = to
    term.edited_at = at
    term.save(update_fields=["is_active", "edited_at"])
    return term


def _lock(vocabulary: str) -> list[Term]:
    """All terms of a vocabulary, held so that two people cannot take the same name at once."""
    return list(Term.objects.select_for_update().filter(vocabulary=vocabulary))


def _require_place(vocabulary: str, *, parent_code: str) -> None:
    if vocabulary not in vocabularies():
        raise UnknownVocabulary(field="vocabulary")
    parents = vocabularies()[vocabulary].parents
    if parent_code and not Term.objects.filter(vocabulary=parents, code=parent_code).exists():
        raise UnknownParent(field="parent_code")


def _local_code(label: str, *, at: datetime) -> str:
    """Chinese makes no slug, and a code outlives its name: it says only that the district made it, and when."""
    digest = hashlib.sha256(f"{label} {at.isoformat()}".encode()).hexdigest()
    return f"local_{digest[:12]}"


@dataclass(frozen=True, slots=True)
class _Names:
    label: str
    label_en: str
    aliases: list[str]


def _checked_names(others: Iterable[Term], *, label: str, label_en: str, aliases: Iterable[str]) -> _Names:
    """The names tidied, if they fit and no other term of the vocabulary is known by one of them."""
    label, label_en = label.strip(), label_en.strip()
    if not label or len(label) > _LABEL_LENGTH or len(label_en) > _LABEL_EN_LENGTH:
        raise TermUnnamed(field="label")
    written = (alias.strip() for alias in aliases)
    names = _Names(label, label_en, [alias for alias in dict.fromkeys(written) if alias not in {"", label}])
    for other in others:
        _require_free(names, other=other)
    return names


def _require_free(names: _Names, *, other: Term) -> None:
    taken = {names.label, *names.aliases} & {other.label, *other.aliases}
    if taken:
        message = _("“%(name)s”已经是“%(other)s”的名称，请换一个。")
        field = "label" if names.label in taken else "aliases"
        raise TermNameTaken(message % {"name": min(taken), "other": other.label}, field=field)
