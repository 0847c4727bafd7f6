"""Measurements beside a peer, in one run. Each prints one JSON object as its last line."""
