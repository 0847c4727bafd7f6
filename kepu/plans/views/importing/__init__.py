"""Pages of the plan import: the document, the preview and its corrections, the units, the confirmation."""
