"""Item response theory: calibration, scoring, fit, linking, and the cut on the reference form."""
