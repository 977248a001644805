"""Writing the creates and updates of a change set: everything is read in bulk, worked out, then written in bulk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Connection

import orjson

from cmdb.errors import RevisionConflict
from cmdb.model.commits import ChangeSet, UpdateItem
from cmdb.model.items import Item, Lifecycle
from cmdb.model.text import search_text, words
from cmdb.store.patches import created, patched
from cmdb.store.refusals import duplicate_identity, unknown_item
from cmdb.store.sqlite.parameters import json_list
from cmdb.store.sqlite.rows import item_columns, item_of

_CURRENT = """
SELECT nr, id, cls, name, attributes, identity_key, revision, from_seq, created_seq, 9223372036854775807,
    lifecycle, groups, identifiers
FROM item WHERE id IN (SELECT value FROM json_each(?))
"""
_KNOWN_IDS = "SELECT id FROM item WHERE id IN (SELECT value FROM json_each(?))"
_OWNERS = "SELECT identity_key, id FROM item WHERE identity_key IN (SELECT value FROM json_each(?))"
_INSERT = "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_CLOSE = """
INSERT INTO item_past
SELECT id, cls, name, attributes, identity_key, revision, from_seq, created_seq, ?, lifecycle, groups, identifiers
FROM item WHERE nr IN (SELECT value FROM json_each(?))
"""
_UPDATE = """
UPDATE item SET cls = ?, name = ?, attributes = ?, identity_key = ?, revision = ?, from_seq = ?,
    created_seq = ?, lifecycle = ?, groups = ?, identifiers = ?
WHERE nr = ?
"""
_FORGET_IDENTIFIERS = """
DELETE FROM identifier WHERE (hash, id) IN (
    SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)
)
"""
_FORGET_WORDS = "DELETE FROM item_words WHERE rowid = ?"  # for a list, SQLite would scan the whole index


@dataclass(frozen=True, slots=True)
class Step:
    """The next version of one item in row ``nr``; ``before`` is ``None`` for a new one."""

    nr: int
    before: Item | None
    after: Item


def write_items(connection: Connection, changes: ChangeSet, seq: int) -> tuple[int, int]:
    """Write creates, then updates; how many of each made a version.

    Raises:
        DuplicateIdentity, NotFound, RevisionConflict.
    """
    current = _current(connection, changes.updates)
    identities = _Identities(connection, changes)
    news = _creations(connection, changes, identities, seq)
    nexts = _updates(changes, current, identities, seq)
    connection.executemany(_INSERT, ((step.nr, *item_columns(step.after)) for step in news))
    if nexts:
        connection.execute(_CLOSE, (seq, orjson.dumps([step.nr for step in nexts]).decode()))
        connection.executemany(_UPDATE, ((*item_columns(step.after)[1:], step.nr) for step in nexts))
    _index_identifiers(connection, [*news, *nexts])
    _index_words(connection, [*news, *nexts])
    return len(news), len(nexts)


class _Identities:
    """Who has which identity while the changes take effect one after the other."""

    def __init__(self, connection: Connection, changes: ChangeSet) -> None:
        claimed = [create.identity_key for create in changes.creates]
        claimed += [update.identity_key for update in changes.updates if update.identity_key is not None]
        self._owners: dict[str, str] = dict(connection.execute(_OWNERS, (json_list(claimed),)))

    def claim(self, item: Item) -> None:
        owner = self._owners.get(item.identity_key)
        if owner is not None:
            raise duplicate_identity(item.id, owner)
        self._owners[item.identity_key] = item.id

    def release(self, item: Item) -> None:
        self._owners.pop(item.identity_key, None)


def _current(connection: Connection, updates: Sequence[UpdateItem]) -> Mapping[str, tuple[int, Item]]:
    rows = connection.execute(_CURRENT, (json_list(update.id for update in updates),))
    return {item.id: (nr, item) for nr, item in ((nr, item_of(row)) for nr, *row in rows)}


def _creations(connection: Connection, changes: ChangeSet, identities: _Identities, seq: int) -> list[Step]:
    known = {id_ for (id_,) in connection.execute(_KNOWN_IDS, (json_list(new.id for new in changes.creates),))}
    last = int(connection.execute("SELECT coalesce(max(nr), 0) FROM item").fetchone()[0])
    steps = []
    for nr, create in enumerate(changes.creates, last + 1):
        if create.id in known:
            raise duplicate_identity(create.id, create.id)
        known.add(create.id)
        item = created(create, seq)
        identities.claim(item)
        steps.append(Step(nr, None, item))
    return steps


def _updates(
    changes: ChangeSet, current: Mapping[str, tuple[int, Item]], identities: _Identities, seq: int
) -> list[Step]:
    steps = []
    for update in changes.updates:
        if update.id not in current:
            raise unknown_item(update.id)
        nr, before = current[update.id]
        if update.expected_revision is not None and update.expected_revision != before.revision:
            raise RevisionConflict(update.id, update.expected_revision, before.revision)
        after = patched(before, update, seq)
        if after is not None:
            identities.release(before)
            identities.claim(after)
            steps.append(Step(nr, before, after))
    return steps


def _index_identifiers(connection: Connection, steps: Sequence[Step]) -> None:
    """Keep the table of identifiers equal to what the items say."""
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str]] = []
    for step in steps:
        old = set(step.before.identifiers) if step.before else set()
        new = set(step.after.identifiers)
        gone += [(hash_, step.after.id) for hash_ in old - new]
        come += [(hash_, step.after.id) for hash_ in new - old]
    if gone:
        connection.execute(_FORGET_IDENTIFIERS, (orjson.dumps(gone).decode(),))
    connection.executemany("INSERT INTO identifier VALUES (?, ?)", sorted(come))


def _index_words(connection: Connection, steps: Sequence[Step]) -> None:
    """Keep the words of live, unretired items, and of those only."""
    changed = [
        (step, text)
        for step in steps
        if (text := _text(step.after)) != (None if step.before is None else _text(step.before))
    ]
    connection.executemany(_FORGET_WORDS, ((step.nr,) for step, _ in changed if step.before is not None))
    rows = ((step.nr, *text) for step, text in changed if text is not None)
    connection.executemany("INSERT INTO item_words (rowid, name, words) VALUES (?, ?, ?)", rows)


def _text(item: Item) -> tuple[str, str] | None:
    """What the text index holds of an item: the words of its name, and all its words."""
    if item.lifecycle is Lifecycle.RETIRED:
        return None
    return " ".join(words(item.name)), search_text(item.name, item.attributes.values())
