"""Sample surveys: design, weights, replicates, estimates, small areas, volunteers, disclosure control."""
