"""A member of staff's first page: what waits for me, how far are we."""
