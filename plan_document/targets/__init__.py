"""Goals with numbers: what is to be reached, how much of it, by when."""

from plan_document.targets.fields import with_field_deadlines
from plan_document.targets.reading import FoundTarget, find_targets

__all__ = ["FoundTarget", "find_targets", "with_field_deadlines"]
