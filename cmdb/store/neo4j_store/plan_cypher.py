"""The Cypher of import plans."""

from typing import Final

from cmdb.store.neo4j_store.cypher import PLAN, PLAN_PART

PUT_PLAN: Final = f"MERGE (p:{PLAN} {{id: $plan.id}}) SET p = $plan RETURN count(*) AS number"
# Setting a property takes the lock; the state is read after it.  Removing it leaves nothing to be written.
MOVE_PLAN: Final = f"""
MATCH (p:{PLAN} {{id: $plan.id}}) SET p._lock = true REMOVE p._lock
WITH p WHERE p.state = $state SET p = $plan RETURN count(*) AS number
"""
PLAN_OF: Final = f"MATCH (p:{PLAN} {{id: $id}}) RETURN collect(properties(p)) AS rows"
_MATCHING: Final = "($states IS NULL OR p.state IN $states)"
PLANS: Final = f"""
MATCH (p:{PLAN}) WHERE {_MATCHING} AND (p.created_at < $at OR p.created_at = $at AND p.id < $id)
WITH p ORDER BY p.created_at DESC, p.id DESC LIMIT $limit RETURN collect(properties(p)) AS rows
"""
PLAN_COUNT: Final = f"MATCH (p:{PLAN}) WHERE {_MATCHING} RETURN count(p) AS number"
PUT_PART: Final = f"""
MERGE (p:{PLAN_PART} {{entry: $part.plan_id + ' ' + $part.kind + ' ' + toString($part.first)}}) SET p += $part
RETURN count(*) AS number
"""
PARTS: Final = f"""
OPTIONAL MATCH (b:{PLAN_PART} {{plan_id: $plan, kind: $kind}}) WHERE b.first <= $start
WITH coalesce(max(b.first), 0) AS begin
MATCH (p:{PLAN_PART} {{plan_id: $plan, kind: $kind}}) WHERE p.first >= begin
WITH p ORDER BY p.first LIMIT $limit RETURN collect(properties(p)) AS rows
"""
DROP_PARTS: Final = f"""
MATCH (p:{PLAN_PART} {{plan_id: $plan}}) WHERE p.kind IN $kinds AND p.first >= 0
WITH p LIMIT $limit DELETE p RETURN count(*) AS number
"""
