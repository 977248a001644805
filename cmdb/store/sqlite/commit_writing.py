"""One atomic write, inside the transaction that holds the only write lock of the file."""

from functools import partial
from sqlite3 import Connection

from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, Commit
from cmdb.store.points import Clock, not_before
from cmdb.store.refusals import check_base, replayed
from cmdb.store.sqlite import history, items, records
from cmdb.store.sqlite.item_writing import write_items
from cmdb.store.sqlite.relationship_writing import put_relationships, remove_relationships
from cmdb.store.sqlite.rows import commit_columns

_INSERT = "INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def write(connection: Connection, changes: ChangeSet, catalogue: Catalogue, clock: Clock) -> Commit:
    """Write a change set, or answer with the commit that its request already became.

    The number of statements does not depend on the size of the change set.

    Raises:
        Conflict, NotFound, BadInput: as :meth:`cmdb.store.port.Store.commit` says; the transaction must be rolled back.
    """
    known = history.commit_by_request(connection, changes.request_id)
    if known is not None:
        return replayed(known, changes)
    last = history.last_commit(connection)
    seq = last.seq + 1 if last else 1
    check_base(changes, seq - 1, partial(items.identified, connection))
    created, updated = write_items(connection, changes, seq)
    unrelated = remove_relationships(connection, changes.removals, seq)
    related = put_relationships(connection, changes.relationships, catalogue, seq)
    records.write(connection, changes)
    commit = Commit(
        seq=seq,
        at=not_before(clock(), last.at if last else None),
        actor=changes.actor,
        request_id=changes.request_id,
        fingerprint=changes.fingerprint,
        reason=changes.reason,
        run_id=changes.run_id,
        created=created,
        updated=updated,
        related=related,
        unrelated=unrelated,
    )
    connection.execute(_INSERT, commit_columns(commit))
    return commit
