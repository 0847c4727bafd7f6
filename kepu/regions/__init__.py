"""Province to village with official codes, and the population margins that are known."""
