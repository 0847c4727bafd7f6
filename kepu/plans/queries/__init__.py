"""Reads of the plan that more than one page needs."""
