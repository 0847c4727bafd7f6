"""Sample surveys, item response theory and adaptive tests: arrays and frozen dataclasses in, frozen dataclasses out."""
