"""Who is responsible: where a plan says it, and which units it names in which role."""

from plan_document.owners.phrases import OwnerPhrase, find_owner_phrases

__all__ = ["OwnerPhrase", "find_owner_phrases"]
