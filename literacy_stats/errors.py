"""What can be wrong with a request to this package."""


class StatisticsError(ValueError):
    """The figures asked for cannot be computed from what was given."""


class DesignError(StatisticsError):
    """The description of how a sample was or is to be drawn contradicts itself."""
