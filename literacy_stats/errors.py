"""What can be wrong with a request to this package."""


class StatisticsError(ValueError):
    """The figures asked for cannot be computed from what was given."""


class DesignError(StatisticsError):
    """The description of how a sample was or is to be drawn contradicts itself."""


class WeightingError(StatisticsError):
    """A step of the weighting cannot be carried out on these rows."""


class MarginError(WeightingError):
    """A population margin that the sample cannot meet; `margin` and `category` name it."""

    def __init__(self, problem: str, *, margin: str, category: str) -> None:
        super().__init__(f"margin {margin!r}, category {category!r}: {problem}")
        self.margin = margin
        self.category = category


class ReplicateError(StatisticsError):
    """The replicates asked for do not fit the design."""
