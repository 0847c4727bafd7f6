"""Adaptive tests: a blueprint met to the item, exposure kept low, a session that is a value."""
