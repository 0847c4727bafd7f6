"""Tools of the workshop: nothing here is needed to run the platform."""
