"""Correctness under fire: real parallel processes on a real database file or server."""
