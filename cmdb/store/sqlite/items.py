"""Reading items: by id, by name, by identifier, by page."""

from collections.abc import Collection, Mapping, Sequence
from sqlite3 import Connection

from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Item
from cmdb.model.queries import ItemPage, ItemQuery
from cmdb.store.sqlite.conditions import ItemConditions
from cmdb.store.sqlite.parameters import json_list, json_rows, listed
from cmdb.store.sqlite.rows import item_of
from cmdb.store.sqlite.versions import ITEMS, moment

_IDENTIFIED = """
SELECT hash, id FROM identifier WHERE hash IN (SELECT value FROM json_each(:hashes))
UNION
SELECT identity_key, id FROM item WHERE identity_key IN (SELECT value FROM json_each(:hashes))
ORDER BY 1, 2
"""


def by_id(connection: Connection, ids: Collection[str], at: int | None) -> Mapping[str, Item]:
    """Items by id."""
    sql = ITEMS.select(at, f"id IN {listed(':ids')}")
    rows = connection.execute(sql, {"ids": json_list(ids), **moment(at)})
    return {item.id: item for item in map(item_of, rows)}


def named(
    connection: Connection, names: Collection[tuple[str, str]], at: int | None
) -> Mapping[tuple[str, str], Sequence[Item]]:
    """Items by class and name, each list in order of id."""
    pairs = "SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(:names)"
    sql = ITEMS.select(at, f"(cls, name) IN ({pairs})", "ORDER BY id")
    found: dict[tuple[str, str], list[Item]] = {}
    for item in map(item_of, connection.execute(sql, {"names": json_rows(names), **moment(at)})):
        found.setdefault((item.cls, item.name), []).append(item)
    return found


def identified(connection: Connection, identifiers: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Ids by identifier hash or identity key, sorted."""
    found: dict[str, list[str]] = {}
    for key, id_ in connection.execute(_IDENTIFIED, {"hashes": json_list(identifiers)}):
        found.setdefault(key, []).append(id_)
    return found


def page(connection: Connection, catalogue: Catalogue, query: ItemQuery, at: int | None) -> ItemPage:
    """One keyset page of items for a query that was accepted before."""
    build = ItemConditions(catalogue, moment(at))
    selection = build.selection(query)
    count = ITEMS.select(at, selection, what="count(*)")
    total = int(connection.execute(count, build.parameters).fetchone()[0])
    rest = selection if query.after is None else f"{selection} AND {build.beyond(query.order, query.after)}"
    sql = ITEMS.select(at, rest, f"ORDER BY {build.order(query.order)} LIMIT :rows")
    rows = connection.execute(sql, {**build.parameters, "rows": query.limit + 1}).fetchall()
    return ItemPage(tuple(map(item_of, rows[: query.limit])), len(rows) > query.limit, total)
