"""The Cypher of import runs and of what belongs to them: leases, and what a run replaced."""

from typing import Final

from cmdb.store.neo4j_store.cypher import LEASE, RECORD, RUN, SUPERSEDED

PUT_RUN: Final = f"MERGE (r:{RUN} {{id: $run.id}}) SET r = $run RETURN count(*) AS number"
LOCK_LEASES: Final = f"""
UNWIND $rows AS row MERGE (l:{LEASE} {{scope: row.scope}}) SET l.asked_by = row.run_id
WITH l, row WHERE l.until > $now AND l.run_id <> row.run_id
WITH l ORDER BY l.source, l.boundary RETURN collect(properties(l)) AS rows
"""
HOLD: Final = f"""
UNWIND $rows AS row MATCH (l:{LEASE} {{scope: row.scope}}) SET l += row RETURN count(*) AS number
"""
FREE: Final = f"""
MATCH (l:{LEASE} {{run_id: $run_id}}) WHERE l.holder = coalesce($holder, l.holder) DELETE l RETURN count(*) AS number
"""
RUN_OF: Final = f"MATCH (r:{RUN} {{id: $id}}) RETURN collect(properties(r)) AS rows"
RUNS: Final = f"""
MATCH (r:{RUN}) WITH r ORDER BY r.started_at DESC, r.id DESC LIMIT $limit RETURN collect(properties(r)) AS rows
"""

# --- what a run replaced

KEEP_SUPERSEDED: Final = f"""
UNWIND $bindings AS binding MATCH (s:{RECORD} {{binding: binding}}) WHERE s.run_id <> $run_id
MERGE (k:{SUPERSEDED} {{entry: $run_id + ' ' + binding}})
ON CREATE SET k += properties(s), k.superseded_by = $run_id
RETURN count(*) AS number
"""
SUCCESSORS: Final = f"""
MATCH (k:{SUPERSEDED} {{run_id: $run_id}}) WITH DISTINCT k.superseded_by AS id ORDER BY id
RETURN collect({{id: id}}) AS rows
"""


def superseded(condition: str) -> str:
    """What a run replaced and meets a condition, in order of scope and key, at most ``$limit``."""
    return f"""
    MATCH (s:{SUPERSEDED}) WHERE s.superseded_by = $run_id AND {condition}
    WITH s ORDER BY s.source, s.boundary, s.key LIMIT $limit RETURN collect(properties(s)) AS rows
    """
