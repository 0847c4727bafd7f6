"""Reads of activities that more than one caller needs."""
