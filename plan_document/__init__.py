"""A plan's text becomes a structured draft. Pure Python: knows neither Django nor kepu."""

from plan_document.parse import parse

__all__ = ["parse"]
