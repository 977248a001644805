"""Text search over the words of live, unretired items."""

from collections.abc import Collection
from sqlite3 import Connection

from cmdb.model.queries import SearchResult
from cmdb.model.text import words
from cmdb.store.sqlite.parameters import Parameters, json_list
from cmdb.store.sqlite.rows import item_of

_COUNT = """
SELECT count(*) FROM item_words CROSS JOIN item ON item.nr = item_words.rowid
WHERE item_words MATCH :words
    AND (:classes IS NULL OR item.cls IN (SELECT value FROM json_each(:classes)))
"""
# The order is that of cmdb.model.text.rank: the name itself, names that hold every word, the rest.
_HITS = """
WITH
named (nr) AS MATERIALIZED (SELECT rowid FROM item_words WHERE item_words MATCH :words_in_name),
hit (nr, place) AS MATERIALIZED (
    SELECT rowid, CASE WHEN name = :name THEN 0 WHEN rowid IN (SELECT nr FROM named) THEN 1 ELSE 2 END
    FROM item_words WHERE item_words MATCH :words
)
SELECT id, cls, item.name, attributes, identity_key, revision, from_seq, created_seq, 9223372036854775807,
    lifecycle, groups, identifiers
FROM hit CROSS JOIN item ON item.nr = hit.nr
WHERE :classes IS NULL OR cls IN (SELECT value FROM json_each(:classes))
ORDER BY hit.place, item.name, id
LIMIT :rows
"""


def search(connection: Connection, text: str, classes: Collection[str] | None, limit: int) -> SearchResult:
    """The best hits and how many there are; a text without a word has none."""
    query = words(text)
    if not query:
        return SearchResult((), 0)
    prefixes = " AND ".join(f'"{word}"*' for word in dict.fromkeys(query))
    parameters: Parameters = {
        "words": prefixes,
        "classes": None if classes is None else json_list(classes),
    }
    total = int(connection.execute(_COUNT, parameters).fetchone()[0])
    parameters |= {"words_in_name": f"name : ({prefixes})", "name": " ".join(query), "rows": limit}
    return SearchResult(tuple(map(item_of, connection.execute(_HITS, parameters))), total)
