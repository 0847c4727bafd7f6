"""Campaigns, activities and trainings: planned, signed up for, attended, reported, and counted in the ledger."""
