"""A plan's text becomes a structured draft. Pure Python: knows neither Django nor kepu."""

from plan_document.editing import EditRefused, apply
from plan_document.parse import parse
from plan_document.readers import SourceText, UnreadableDocument, read, read_pasted
from plan_document.serialize import DraftUnreadable, dump, load, to_public_json

__all__ = [
    "DraftUnreadable",
    "EditRefused",
    "SourceText",
    "UnreadableDocument",
    "apply",
    "dump",
    "load",
    "parse",
    "read",
    "read_pasted",
    "to_public_json",
]
