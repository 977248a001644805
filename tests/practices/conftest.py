"""The same stores as for imports: two fast ones for all tests, real servers for what matters most."""

from tests.ingest.conftest import any_store, store

__all__ = ["any_store", "store"]
