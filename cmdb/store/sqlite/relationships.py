"""Reading edges: by key, by the items at their ends, by page."""

from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Connection
from types import MappingProxyType

from cmdb.model.items import Relationship
from cmdb.model.queries import Direction, RelationshipPage, RelationshipQuery
from cmdb.model.values import fault_of
from cmdb.store.sqlite.parameters import Parameters, json_list, listed
from cmdb.store.sqlite.rows import relationship_of
from cmdb.store.sqlite.versions import RELATIONSHIPS, moment

_IDS = listed(":ids")
_ENDS: Mapping[Direction, str] = MappingProxyType(
    {
        Direction.OUT: f"from_id IN {_IDS}",
        Direction.IN: f"to_id IN {_IDS}",
        Direction.BOTH: f"(from_id IN {_IDS} OR to_id IN {_IDS})",
    }
)


def by_key(connection: Connection, keys: Collection[str], at: int | None) -> Mapping[str, Relationship]:
    """Edges by key."""
    sql = RELATIONSHIPS.select(at, f"key IN {listed(':keys')}")
    rows = connection.execute(sql, {"keys": json_list(keys), **moment(at)})
    return {edge.key: edge for edge in map(relationship_of, rows)}


def at_items(
    connection: Connection, ids: Collection[str], direction: Direction, types: Collection[str] | None, at: int | None
) -> Sequence[Relationship]:
    """All edges at the given items in order of key."""
    parameters: Parameters = {"ids": json_list(ids), **moment(at)}
    condition = _ENDS[direction]
    if types is not None:
        condition += f" AND type IN {listed(':types')}"
        parameters["types"] = json_list(types)
    sql = RELATIONSHIPS.select(at, condition, "ORDER BY key")
    return list(map(relationship_of, connection.execute(sql, parameters)))


def page(connection: Connection, query: RelationshipQuery, at: int | None) -> RelationshipPage:
    """One page of edges in order of key."""
    parameters = moment(at)
    selection = _selection(query, parameters)
    count = RELATIONSHIPS.select(at, selection, what="count(*)")
    total = int(connection.execute(count, parameters).fetchone()[0])
    after = " AND key > :after" if query.after is not None else ""
    sql = RELATIONSHIPS.select(at, f"{selection}{after}", "ORDER BY key LIMIT :rows")
    parameters |= {"rows": query.limit + 1} if query.after is None else {"rows": query.limit + 1, "after": query.after}
    rows = connection.execute(sql, parameters).fetchall()
    return RelationshipPage(tuple(map(relationship_of, rows[: query.limit])), len(rows) > query.limit, total)


def _selection(query: RelationshipQuery, parameters: Parameters) -> str:
    conditions = []
    for name, columns, values in (
        ("from_ids", ("from_id",), query.from_ids),
        ("to_ids", ("to_id",), query.to_ids),
        ("touching", ("from_id", "to_id"), query.touching),
        ("types", ("type",), query.types),
    ):
        if values is not None:
            parameters[name] = json_list(values)
            either = " OR ".join(f"{column} IN {listed(f':{name}')}" for column in columns)
            conditions.append(f"({either})")
    types = [type_ for type_ in query.types or () if fault_of(type_) is None]
    if types:
        # Keys begin with the type and "|": this lets the index of keys begin and end at the types asked for.
        conditions.append("key >= :first AND key < :end")
        parameters |= {"first": min(f"{type_}|" for type_ in types), "end": max(f"{type_}}}" for type_ in types)}
    return " AND ".join(conditions) or "1"
