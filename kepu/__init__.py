"""Kepu: the platform on which a district runs its science-literacy plan."""
