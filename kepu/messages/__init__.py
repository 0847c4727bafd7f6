"""Messages to people inside the platform, and the reminders that are sent once."""
