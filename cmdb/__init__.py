"""A configuration management database that says truthfully what a change or an outage does."""

__version__ = "0.1.0"
