"""Who changed what, when and why: written once, never changed."""
