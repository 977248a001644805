"""The one storage port and its adapters; only the application names an adapter."""
