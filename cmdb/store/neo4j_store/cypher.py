"""The Cypher of the graph and of source records.  Every statement answers with exactly one record.

Live items are ``:Item:<Class>`` nodes, configuration items ``:CI`` too; live edges are relationships of their type.
What the store keeps beside the live graph has labels with an underscore, which no class name has.  Names of labels,
types and attributes stand in a text only after an exact match in the catalogue; everything else is a parameter.
"""

from collections.abc import Sequence
from typing import Final

ITEM: Final = "Item"
CONFIGURATION_ITEM: Final = "CI"
ITEM_VERSION: Final = "Store_ItemVersion"
EDGE_VERSION: Final = "Store_RelationshipVersion"
COMMIT: Final = "Store_Commit"
CHANGE: Final = "Store_Change"
CLOCK: Final = "Store_Clock"
SCHEMA: Final = "Store_Schema"
RECORD: Final = "Store_SourceRecord"
IDENTIFIER: Final = "Store_Identifier"
RUN: Final = "Store_Run"
LEASE: Final = "Store_Lease"
SUPERSEDED: Final = "Store_Superseded"
PLAN: Final = "Store_Plan"
PLAN_PART: Final = "Store_PlanPart"
SEARCH_INDEX: Final = "store_search"

_LIVE: Final = "{.*, search_text: null, _name_words: null}"
_OPEN: Final = "v.from_seq > 0 AND v.to_seq = $open"
"""A version that still holds.  An index over two properties is used only by a condition on both."""
HELD: Final = "v.from_seq <= $at AND $at < v.to_seq"
"""A version that held after commit ``$at``."""


def quoted(name: str) -> str:
    """A name between back quotes."""
    return f"`{name.replace('`', '``')}`"


# --- opening a store

_UNIQUE: Final = (
    (ITEM, "id"),
    (ITEM, "identity_key"),
    (COMMIT, "seq"),
    (COMMIT, "request_id"),
    (CHANGE, "seq"),
    (CLOCK, "name"),
    (SCHEMA, "name"),
    (RECORD, "binding"),
    (RUN, "id"),
    (LEASE, "scope"),
    (SUPERSEDED, "entry"),
    (PLAN, "id"),
    (PLAN_PART, "entry"),
)
_INDEXED: Final = (
    (ITEM, "_named"),
    (ITEM_VERSION, "id", "from_seq"),
    (ITEM_VERSION, "_named"),
    (EDGE_VERSION, "key", "from_seq"),
    (EDGE_VERSION, "from_id"),
    (EDGE_VERSION, "to_id"),
    (COMMIT, "at", "seq"),
    (RECORD, "target"),
    (RECORD, "dangling"),
    (RECORD, "scope", "key_start"),
    (SUPERSEDED, "superseded_by"),
    (SUPERSEDED, "run_id"),
    (LEASE, "run_id"),
    (IDENTIFIER, "key"),
    (RUN, "started_at"),
    (PLAN, "created_at"),
    (PLAN, "state"),
    (PLAN_PART, "plan_id", "kind", "first"),
)


def schema_rules(types: Sequence[str]) -> dict[str, str]:
    """The statement of every constraint and index by its name; one constraint for each relationship type."""
    rules = {}
    for label, field in _UNIQUE:
        name = f"store_unique_{label}_{field}".lower()
        rules[name] = f"CREATE CONSTRAINT {name} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{field} IS UNIQUE"
    for label, *fields in _INDEXED:
        name = f"store_index_{'_'.join((label, *fields))}".lower()
        columns = ", ".join(f"n.{field}" for field in fields)
        rules[name] = f"CREATE INDEX {name} IF NOT EXISTS FOR (n:{label}) ON ({columns})"
    for type_ in types:
        name = f"store_unique_type_{type_}"
        rules[name] = (
            f"CREATE CONSTRAINT {quoted(name)} IF NOT EXISTS FOR ()-[r:{quoted(type_)}]-() REQUIRE r.key IS UNIQUE"
        )
    rules[SEARCH_INDEX] = (
        f"CREATE FULLTEXT INDEX {SEARCH_INDEX} IF NOT EXISTS FOR (n:{ITEM}) ON EACH [n.search_text] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace', `fulltext.eventually_consistent`: false}}"
    )
    return rules


RULE_NAMES: Final = "SHOW INDEXES YIELD name RETURN collect(name) AS names"
AWAIT_INDEXES: Final = "CALL db.awaitIndexes(60)"
STORED_SCHEMA: Final = f"""
OPTIONAL MATCH (s:{SCHEMA} {{name: 'schema'}})
RETURN s.version AS version, s.store_id AS store_id,
       EXISTS {{ (:{ITEM}) }} OR EXISTS {{ (:{COMMIT}) }} OR EXISTS {{ (:{ITEM_VERSION}) }} AS used
"""
FOUND: Final = f"""
MERGE (s:{SCHEMA} {{name: 'schema'}}) ON CREATE SET s.version = $version, s.store_id = $store_id
MERGE (c:{CLOCK} {{name: 'clock'}}) ON CREATE SET c.seq = 0, c.at = $never
RETURN s.store_id AS store_id
"""
INFO: Final = f"""
MATCH (c:{CLOCK} {{name: 'clock'}})
RETURN c.seq AS head, COUNT {{ (:{ITEM}) }} AS items, COUNT {{ ()-->() }} AS relationships
"""

# --- writing, in the order in which a commit uses them

COMMIT_OF: Final = f"MATCH (c:{COMMIT} {{request_id: $request_id}}) RETURN collect(properties(c)) AS rows"
# Setting a property takes the lock; what is returned was read after it.  Removing it leaves nothing to be written.
# Of what is only an end of an edge nothing is asked but whether it is there.
LOCK_ITEMS: Final = f"""
UNWIND $locks AS lock MATCH (n:{ITEM} {{id: lock[0]}})
SET n._lock = true REMOVE n._lock
RETURN collect(CASE WHEN lock[1] THEN n {_LIVE} ELSE {{id: n.id}} END) AS rows
"""
OWNERS: Final = f"""
UNWIND $keys AS key MATCH (n:{ITEM} {{identity_key: key}}) RETURN collect({{key: key, id: n.id}}) AS rows
"""
OPEN_EDGES: Final = f"""
UNWIND $keys AS key MATCH (v:{EDGE_VERSION} {{key: key}}) WHERE {_OPEN}
RETURN collect(properties(v)) AS rows
"""


def open_edges_at(end: str) -> str:
    """Live edges of a type at one end (``from_id`` or ``to_id``) of each ``{type, id}`` in ``$ends``."""
    return f"""
    UNWIND $ends AS end MATCH (v:{EDGE_VERSION} {{{end}: end.id}}) WHERE v.type = end.type AND {_OPEN}
    RETURN collect(properties(v)) AS rows
    """


# The clock is locked by its own increment and read after it: numbers follow the order of commits.
TAKE_CLOCK: Final = f"""
MATCH (clock:{CLOCK} {{name: 'clock'}}) SET clock.seq = clock.seq + 1
WITH clock SET clock.at = CASE WHEN clock.at > $now THEN clock.at ELSE $now END
CREATE (c:{COMMIT}) SET c = $commit, c.seq = clock.seq, c.at = clock.at
CREATE (:{CHANGE} {{seq: clock.seq, items: $items, edges: $edges}})
RETURN properties(c) AS row
"""
CREATE_ITEMS: Final = f"""
UNWIND $rows AS row
CREATE (n:{ITEM}:$(row.labels)) SET n = row.item, n += row.search
CREATE (v:{ITEM_VERSION}) SET v = row.item, v.to_seq = $open
FOREACH (key IN row.identifiers | CREATE (:{IDENTIFIER} {{key: key, item: row.item.id}}))
RETURN count(*) AS number
"""
UPDATE_ITEMS: Final = f"""
UNWIND $rows AS row
MATCH (n:{ITEM} {{id: row.item.id}})
MATCH (v:{ITEM_VERSION} {{id: row.item.id}}) WHERE {_OPEN}
REMOVE n:$(row.lost_labels)
SET n:$(row.labels), n += row.changes, v.to_seq = $seq
CREATE (w:{ITEM_VERSION}) SET w = row.item, w.to_seq = $open
FOREACH (key IN row.identifiers | CREATE (:{IDENTIFIER} {{key: key, item: row.item.id}}))
RETURN count(*) AS number
"""
DROP_IDENTIFIERS: Final = f"""
UNWIND $rows AS row MATCH (i:{IDENTIFIER} {{key: row.key}}) WHERE i.item = row.item
DELETE i RETURN count(*) AS number
"""
CLOSE_EDGES: Final = f"""
UNWIND $keys AS key MATCH (v:{EDGE_VERSION} {{key: key}}) WHERE {_OPEN}
SET v.to_seq = $seq RETURN count(*) AS number
"""
CREATE_EDGES: Final = f"""
UNWIND $rows AS row
MATCH (a:{ITEM} {{id: row.from_id}}) MATCH (b:{ITEM} {{id: row.to_id}})
CREATE (a)-[r:$(row.type)]->(b) SET r = row
CREATE (v:{EDGE_VERSION}) SET v = row, v.to_seq = $open
RETURN count(*) AS number
"""


def update_edges(type_: str) -> str:
    """Change live edges of one type and open their next versions."""
    return f"""
    UNWIND $rows AS row MATCH ()-[r:{quoted(type_)} {{key: row.edge.key}}]->()
    SET r += row.changes
    CREATE (v:{EDGE_VERSION}) SET v = row.edge, v.to_seq = $open
    RETURN count(*) AS number
    """


def delete_edges(type_: str) -> str:
    """Remove live edges of one type."""
    return f"UNWIND $keys AS key MATCH ()-[r:{quoted(type_)} {{key: key}}]->() DELETE r RETURN count(*) AS number"


DROP_RECORDS: Final = f"""
UNWIND $bindings AS binding MATCH (s:{RECORD} {{binding: binding}}) DELETE s RETURN count(*) AS number
"""
BOUND: Final = f"""
UNWIND $bindings AS binding MATCH (s:{RECORD} {{binding: binding}}) RETURN collect(binding) AS bindings
"""
CREATE_RECORDS: Final = f"UNWIND $rows AS row CREATE (s:{RECORD}) SET s = row RETURN count(*) AS number"
REPLACE_RECORDS: Final = f"""
UNWIND $rows AS row MATCH (s:{RECORD} {{binding: row.binding}}) SET s = row RETURN count(*) AS number
"""
SEE_RECORDS: Final = f"""
UNWIND $bindings AS binding MATCH (s:{RECORD} {{binding: binding}})
SET s.seen_run = $run_id, s.seen_at = $at RETURN count(*) AS number
"""

# --- points in history

HEAD: Final = f"MATCH (c:{CLOCK} {{name: 'clock'}}) RETURN c.seq AS number"
SEQ_AT: Final = f"""
MATCH (c:{COMMIT}) WHERE c.at <= $instant WITH c ORDER BY c.at DESC, c.seq DESC LIMIT 1
RETURN coalesce(max(c.seq), 0) AS number
"""
COMMITS: Final = f"""
MATCH (c:{COMMIT}) WHERE c.seq > $after WITH c ORDER BY c.seq LIMIT $limit RETURN collect(properties(c)) AS rows
"""
CHANGES: Final = f"""
MATCH (c:{CHANGE}) WHERE $start < c.seq AND c.seq <= $end
RETURN collect({{items: c.items, edges: c.edges}}) AS rows
"""
ITEM_HISTORY: Final = f"""
MATCH (v:{ITEM_VERSION} {{id: $id}}) WHERE v.from_seq > 0 WITH v ORDER BY v.from_seq
RETURN collect(properties(v)) AS rows
"""
EDGE_HISTORY: Final = f"""
CALL () {{
    MATCH (v:{EDGE_VERSION} {{from_id: $id}}) RETURN v UNION MATCH (v:{EDGE_VERSION} {{to_id: $id}}) RETURN v
}}
RETURN collect(properties(v)) AS rows
"""

# --- items

ITEMS: Final = f"UNWIND $ids AS id MATCH (n:{ITEM} {{id: id}}) RETURN collect(n {_LIVE}) AS rows"
ITEMS_AT: Final = f"""
UNWIND $ids AS id MATCH (v:{ITEM_VERSION} {{id: id}}) WHERE {HELD} RETURN collect(properties(v)) AS rows
"""
NAMED: Final = f"""
UNWIND $names AS named MATCH (n:{ITEM} {{_named: named}}) RETURN collect(n {_LIVE}) AS rows
"""
NAMED_AT: Final = f"""
UNWIND $names AS named MATCH (v:{ITEM_VERSION} {{_named: named}}) WHERE {HELD}
RETURN collect(properties(v)) AS rows
"""
IDENTIFIED: Final = f"""
UNWIND $keys AS key
CALL (key) {{
    MATCH (n:{ITEM} {{identity_key: key}}) RETURN n.id AS id
    UNION MATCH (i:{IDENTIFIER} {{key: key}}) RETURN i.item AS id
}}
WITH key, collect(id) AS ids RETURN collect({{key: key, ids: ids}}) AS rows
"""
SEARCH: Final = f"""
CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', $query) YIELD node AS n
WHERE n.lifecycle = 'live' AND ($classes IS NULL OR n.cls IN $classes)
  AND all(word IN $words WHERE ' ' + n.search_text CONTAINS ' ' + word)
WITH n, CASE WHEN n._name_words = $exact THEN 0
             WHEN all(word IN $words WHERE ' ' + n._name_words CONTAINS ' ' + word) THEN 1
             ELSE 2 END AS rank
ORDER BY rank, n.name, n.id
WITH collect(n) AS hits
RETURN size(hits) AS total, [n IN hits[..$limit] | n {_LIVE}] AS rows
"""


def item_page(condition: str, order: str) -> str:
    """Live items ``n`` that meet a condition, in an order, at most ``$limit``."""
    return f"MATCH (n:{ITEM}) WHERE {condition} WITH n ORDER BY {order} LIMIT $limit RETURN collect(n {_LIVE}) AS rows"


def item_count(condition: str) -> str:
    """How many live items meet a condition."""
    return f"MATCH (n:{ITEM}) WHERE {condition} RETURN count(n) AS number"


def version_page(label: str, condition: str, order: str) -> str:
    """Versions ``v`` that held at ``$at`` and meet a condition, in an order, at most ``$limit``."""
    return f"""
    MATCH (v:{label}) WHERE {HELD} AND {condition} WITH v ORDER BY {order} LIMIT $limit
    RETURN collect(properties(v)) AS rows
    """


def version_count(label: str, condition: str) -> str:
    """How many versions that held at ``$at`` meet a condition."""
    return f"MATCH (v:{label}) WHERE {HELD} AND {condition} RETURN count(v) AS number"


def version_chunk(label: str, identity: str) -> str:
    """The next ``$limit`` versions that held at ``$at``, by an identity (``id`` or ``key``) after ``$after``.

    Only the index compares text by code point; its entries never move, so later commits do not disturb the reading.
    """
    return f"""
    MATCH (v:{label}) USING INDEX v:{label}({identity}, from_seq)
    WHERE v.{identity} > $after AND {HELD} WITH v ORDER BY v.{identity} LIMIT $limit
    RETURN collect(properties(v)) AS rows
    """


# --- edges

EDGES_AT: Final = f"""
UNWIND $keys AS key MATCH (v:{EDGE_VERSION} {{key: key}}) WHERE {HELD} RETURN collect(properties(v)) AS rows
"""


def edges_of(left: str, right: str) -> str:
    """Live edges at ``$ids``, each once; the two ends draw the arrow: ``-`` ``->``, ``<-`` ``-``, or ``-`` ``-``."""
    return f"""
    UNWIND $ids AS id MATCH (:{ITEM} {{id: id}}){left}[r]{right}() WHERE $types IS NULL OR type(r) IN $types
    WITH DISTINCT r RETURN collect(properties(r)) AS rows
    """


def edges_of_at(end: str) -> str:
    """Edges with ``from_id`` or ``to_id`` among ``$ids`` that held at ``$at``."""
    return f"""
    UNWIND $ids AS id MATCH (v:{EDGE_VERSION} {{{end}: id}})
    WHERE {HELD} AND ($types IS NULL OR v.type IN $types) RETURN collect(properties(v)) AS rows
    """


def edge_count(types: Sequence[str] | None) -> str:
    """How many live edges of these types there are; the server keeps these counts."""
    pattern = "" if types is None else ":" + "|".join(quoted(type_) for type_ in sorted(set(types)))
    return f"MATCH ()-[r{pattern}]->() RETURN count(r) AS number"


# --- source records

RECORDS: Final = f"""
UNWIND $bindings AS binding MATCH (s:{RECORD} {{binding: binding}}) RETURN collect(properties(s)) AS rows
"""
BONDS: Final = f"""
UNWIND $bindings AS binding OPTIONAL MATCH (s:{RECORD} {{binding: binding}})
RETURN collect([s.kind, s.target, s.digest, s.gone IS NOT NULL]) AS bonds
"""
RECORDS_OF: Final = f"""
UNWIND $targets AS target MATCH (s:{RECORD} {{target: target}}) RETURN collect(properties(s)) AS rows
"""


def unresolved(condition: str) -> str:
    """Source records without a target that meet a condition, in order of scope and key, at most ``$limit``."""
    return f"""
    MATCH (s:{RECORD}) WHERE s.dangling = true AND {condition}
    WITH s ORDER BY s.source, s.boundary, s.key LIMIT $limit RETURN collect(properties(s)) AS rows
    """


_IN_SCOPE: Final = "s.scope = $scope AND s.key_start >= $key_start AND s.key > $key"
"""An index holds no long text: it leads to the beginning of a key, the key itself decides."""
_BY_KEY: Final = "WITH s ORDER BY s.key_start, s.key LIMIT $limit RETURN collect(properties(s)) AS rows"
UNSEEN: Final = (
    f"MATCH (s:{RECORD}) WHERE {_IN_SCOPE} AND coalesce(s.seen_run, s.run_id) <> $run_id AND s.gone IS NULL {_BY_KEY}"
)
WRITTEN: Final = f"MATCH (s:{RECORD}) WHERE {_IN_SCOPE} AND s.run_id = $run_id {_BY_KEY}"
SCOPE_SIZES: Final = f"""
UNWIND $scopes AS scope
MATCH (s:{RECORD} {{scope: scope}}) WHERE s.gone IS NULL
WITH s.source AS source, s.boundary AS boundary, s.kind AS kind, count(*) AS size
RETURN collect({{source: source, boundary: boundary, kind: kind, size: size}}) AS rows
"""
