"""The plan: imported, confirmed, worked on, reported, assessed."""
