"""Named things that every app may use: errors, clock, append-only tables, vocabulary, encrypted fields."""
