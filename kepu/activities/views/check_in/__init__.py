"""Pages and addresses of check-in."""
