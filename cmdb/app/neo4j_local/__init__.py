"""A real Neo4j Community server on this machine without a container engine.

The server's libraries come from Maven Central once and are kept in the user's cache; the server
itself is one Java process under a home folder of its own::

    with LocalNeo4j(release("2026").version, Path("/var/tmp/graph")) as server:
        print(server.uri)
"""

from cmdb.app.neo4j_local.java import find_java
from cmdb.app.neo4j_local.layout import Footprint
from cmdb.app.neo4j_local.libraries import resolve_libraries
from cmdb.app.neo4j_local.releases import RELEASES, Release, release
from cmdb.app.neo4j_local.server import LocalNeo4j

__all__ = ["RELEASES", "Footprint", "LocalNeo4j", "Release", "find_java", "release", "resolve_libraries"]
