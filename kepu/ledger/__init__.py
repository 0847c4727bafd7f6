"""The evidence ledger: one row one fact, added and never changed; every counted figure is a question to it."""
