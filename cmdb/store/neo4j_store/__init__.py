"""The store on a real Neo4j server, Community edition, lines 5.26 and 2026."""

from cmdb.store.neo4j_store.store import Neo4jStore

__all__ = ["Neo4jStore"]
