"""Everything that changes activities, sign-ups and attendances."""
