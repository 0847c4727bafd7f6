"""The pages of the portal, by subject."""
