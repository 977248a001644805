"""Measurements on this machine: use their ratios, the absolute numbers are yours alone."""
