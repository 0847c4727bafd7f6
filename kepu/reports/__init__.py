"""Official papers and exports."""
