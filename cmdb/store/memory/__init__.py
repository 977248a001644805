"""The reference store: everything in this process, for tests and for trying things out."""

from cmdb.store.memory.store import MemoryStore

__all__ = ["MemoryStore"]
