"""Measurements, each beside a rival or a floor in the same run: ratios with their spread, never bare seconds."""
