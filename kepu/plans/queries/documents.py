"""From a file or a text to a draft: the one door to the engine, for pages and for the command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kepu.core.vocabulary import vocabularies
from plan_document import readers
from plan_document.draft import PlanDraft, Term
from plan_document.parse import parse
from plan_document.readers import SourceText


def read_document(document: bytes | str, *, file_name: str = "") -> SourceText:
    """The text of a file or of what was pasted; raises the engine's UnreadableDocument."""
    if isinstance(document, bytes):
        return readers.read(document, filename=file_name)
    return readers.read_pasted(document)


def understood(source: SourceText, *, vocabulary: Sequence[Term]) -> PlanDraft:
    """What the text says, with the reader's notes among the warnings."""
    draft = parse(source.text, vocabulary=vocabulary)
    warnings = sorted((*source.notes, *draft.warnings), key=lambda warning: (warning.start, warning.end))
    return replace(draft, warnings=tuple(warnings))


def shipped_terms() -> list[Term]:
    """The words as they are shipped, for reading a document where there is no database."""
    return [
        Term(vocabulary.name, str(term["code"]), str(term["label"]), tuple(term.get("aliases", ())))
        for vocabulary in vocabularies().values()
        for term in vocabulary.terms
    ]
