"""People, organisations, roles, invitations and consent."""
