"""The same stores as for imports: two fast ones for all tests, real servers for what matters most."""

from tests.ingest.conftest import any_place, any_store, store

__all__ = ["any_place", "any_store", "store"]
