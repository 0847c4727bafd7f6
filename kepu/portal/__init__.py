"""The public pages: what a citizen sees first."""
