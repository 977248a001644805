"""One commit as one unit of work: lock and read, work out, take the clock, write.

Locks are taken in one order everywhere: items by id, then the clock, then source records by binding.  Whoever writes
an edge holds both its ends, so edges need no locks of their own.  The number of statements does not depend on how much
is written, only on how many relationship types it changes or removes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from typing import TypeVar, cast

from cmdb.errors import StoreError
from cmdb.model.catalogue import Catalogue
from cmdb.model.commits import ChangeSet, Commit
from cmdb.model.items import OPEN, Item, Relationship
from cmdb.model.values import micros
from cmdb.store.neo4j_store import cypher, run_cypher
from cmdb.store.neo4j_store.connection import Transaction
from cmdb.store.neo4j_store.drafting import Draft, State, draft
from cmdb.store.neo4j_store.reading import identified
from cmdb.store.neo4j_store.rows import (
    Codec,
    Properties,
    binding_key,
    changed,
    commit_row,
    record_row,
    searchable,
    to_commit,
)
from cmdb.store.points import Clock
from cmdb.store.refusals import check_base, replayed

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes change sets by the rules of one catalogue; ``clock`` tells the instants of commits."""

    catalogue: Catalogue
    codec: Codec
    clock: Clock

    def commit(self, transaction: Transaction, changes: ChangeSet, call: str) -> Commit:
        """Write a change set once: the commit it became before, or the one it becomes now.

        ``call`` marks the commit as the work of one caller, who may have lost the answer to it.

        Raises:
            Conflict, NotFound, BadInput: as the port says; the transaction must then be rolled back.
        """
        known = self.known(transaction, changes, call)
        if known is not None:
            return known
        planned = draft(changes, self._state(transaction, changes), self.catalogue)
        commit = self._take_clock(transaction, changes, planned, call)
        check_base(changes, commit.seq - 1, partial(identified, transaction))
        self._write_items(transaction, planned, commit.seq)
        self._write_edges(transaction, planned, commit.seq)
        _write_records(transaction, changes)
        return commit

    def known(self, transaction: Transaction, changes: ChangeSet, call: str) -> Commit | None:
        """The commit that the request already became, marked as replayed unless this very call made it.

        Raises:
            IdempotencyMismatch: the request was another one then.
        """
        for row in transaction.rows(cypher.COMMIT_OF, request_id=changes.request_id):
            return replace(replayed(to_commit(row), changes), replayed=row["call"] != call)
        return None

    def _state(self, transaction: Transaction, changes: ChangeSet) -> State:
        locked = _rows(transaction, cypher.LOCK_ITEMS, locks=_to_lock(changes))
        items = [self.codec.to_item(row) for row in locked if "cls" in row]
        keys = [create.identity_key for create in changes.creates]
        keys += [update.identity_key for update in changes.updates if update.identity_key is not None]
        owners = {str(row["key"]): str(row["id"]) for row in _rows(transaction, cypher.OWNERS, keys=sorted(set(keys)))}
        edges = [self.codec.to_relationship(row) for row in self._edge_rows(transaction, changes)]
        there = frozenset(str(row["id"]) for row in locked)
        return State({item.id: item for item in items}, there, owners, {edge.key: edge for edge in edges})

    def _edge_rows(self, transaction: Transaction, changes: ChangeSet) -> list[Properties]:
        keys = sorted({*changes.removals, *(wanted.key for wanted in changes.relationships)})
        types = self.catalogue.relationship_types
        known = [wanted for wanted in changes.relationships if wanted.type in types]
        single_from = {(wanted.type, wanted.from_id) for wanted in known if types[wanted.type].one_to}
        single_to = {(wanted.type, wanted.to_id) for wanted in known if types[wanted.type].one_from}
        return [
            *_rows(transaction, cypher.OPEN_EDGES, keys=keys, open=OPEN),
            *_rows(transaction, cypher.open_edges_at("from_id"), ends=_ends(single_from), open=OPEN),
            *_rows(transaction, cypher.open_edges_at("to_id"), ends=_ends(single_to), open=OPEN),
        ]

    def _take_clock(self, transaction: Transaction, changes: ChangeSet, planned: Draft, call: str) -> Commit:
        now = self.clock()
        commit = Commit(
            seq=0,
            at=now,
            actor=changes.actor,
            request_id=changes.request_id,
            fingerprint=changes.fingerprint,
            reason=changes.reason,
            run_id=changes.run_id,
            created=len(planned.created),
            updated=len(planned.updated),
            related=len(planned.related) + len(planned.changed),
            unrelated=len(planned.removed),
        )
        record = transaction.record(
            cypher.TAKE_CLOCK,
            now=micros(now),
            commit=commit_row(commit) | {"call": call},
            items=planned.touched_items,
            edges=planned.touched_edges,
        )
        return to_commit(cast("Properties", record["row"]))

    def _write_items(self, transaction: Transaction, planned: Draft, seq: int) -> None:
        created = [self._created_row(item, seq) for item in planned.created.values()]
        updated = [(before, replace(after, from_seq=seq)) for before, after in planned.updated.values()]
        dropped = [
            {"key": key, "item": before.id}
            for before, after in updated
            for key in sorted(_others(before) - _others(after))
        ]
        _write(transaction, cypher.CREATE_ITEMS, created, open=OPEN)
        _write(
            transaction,
            cypher.UPDATE_ITEMS,
            [self._updated_row(before, after) for before, after in updated],
            open=OPEN,
            seq=seq,
        )
        if dropped:
            transaction.number(cypher.DROP_IDENTIFIERS, rows=dropped)

    def _created_row(self, item: Item, seq: int) -> Properties:
        return {
            "labels": self._labels(item.cls),
            "item": self.codec.item(item) | {"from_seq": seq, "created_seq": seq},
            "search": searchable(item),
            "identifiers": sorted(_others(item)),
        }

    def _updated_row(self, before: Item, after: Item) -> Properties:
        had, has = self._labels(before.cls), self._labels(after.cls)
        properties = self.codec.item(after)
        changes = changed(self.codec.item(before), properties)
        return {
            "lost_labels": [label for label in had if label not in has and label != cypher.ITEM],
            "labels": [label for label in has if label not in had],
            "item": properties,
            "changes": changes | changed(searchable(before), searchable(after)),
            "identifiers": sorted(_others(after) - _others(before)),
        }

    def _labels(self, cls: str) -> list[str]:
        roots = [cypher.CONFIGURATION_ITEM] if self.catalogue.is_a(cls, cypher.CONFIGURATION_ITEM) else []
        return [*roots, cls]

    def _write_edges(self, transaction: Transaction, planned: Draft, seq: int) -> None:
        for type_, keys in _by_type((edge.type, edge.key) for edge in planned.removed.values()).items():
            transaction.number(cypher.delete_edges(type_), keys=keys)
        ended = sorted([*planned.removed, *planned.changed])
        if ended:
            transaction.number(cypher.CLOSE_EDGES, keys=ended, open=OPEN, seq=seq)
        created = [self.codec.relationship(edge) | {"from_seq": seq} for _, edge in sorted(planned.related.items())]
        _write(transaction, cypher.CREATE_EDGES, created, open=OPEN)
        rows = [
            (after.type, self._changed_row(self.codec.relationship(before), replace(after, from_seq=seq)))
            for before, after in planned.changed.values()
        ]
        for type_, of_type in _by_type(rows).items():
            _write(transaction, cypher.update_edges(type_), of_type, open=OPEN)

    def _changed_row(self, before: Properties, after: Relationship) -> Properties:
        edge = self.codec.relationship(after)
        return {"edge": edge, "changes": changed(before, edge)}


def _others(item: Item) -> set[str]:
    """The identifiers that need an entry of their own: the identity key has its own index."""
    return set(item.identifiers) - {item.identity_key}


def _to_lock(changes: ChangeSet) -> list[tuple[str, bool]]:
    """Every item that is created, updated, or at an end of an edge, sorted: the order in which locks are taken.

    With each, whether what it is has to be known.
    """
    known = {create.id for create in changes.creates} | {update.id for update in changes.updates}
    ends = {end for wanted in changes.relationships for end in (wanted.from_id, wanted.to_id)}
    return [(id_, id_ in known) for id_ in sorted(known.union(ends, *map(_possible_ends, changes.removals)))]


def _possible_ends(key: str) -> set[str]:
    """The ends that a key can name: an id may itself hold the sign that parts them."""
    _, *parts = key.split("|")
    cuts = range(1, len(parts))
    return {end for cut in cuts for end in ("|".join(parts[:cut]), "|".join(parts[cut:]))}


def _write_records(transaction: Transaction, changes: ChangeSet) -> None:
    """Whoever comes here holds the clock, so that no other commit adds records meanwhile: what is new is created."""
    dropped = sorted(binding_key(scope, key) for scope, key in changes.dropped_records)
    records = {str(row["binding"]): row for row in map(record_row, changes.records)}
    touched = sorted({*dropped, *records})
    if not touched:
        return
    bound = cast("list[str]", transaction.record(cypher.BOUND, bindings=touched)["bindings"])
    if bound and changes.run_id is not None:
        transaction.number(run_cypher.KEEP_SUPERSEDED, bindings=bound, run_id=changes.run_id)
    if dropped:
        transaction.number(cypher.DROP_RECORDS, bindings=dropped)
    there = set(bound).difference(dropped)
    _write(transaction, cypher.CREATE_RECORDS, [row for key, row in sorted(records.items()) if key not in there])
    _write(transaction, cypher.REPLACE_RECORDS, [row for key, row in sorted(records.items()) if key in there])


def _rows(transaction: Transaction, statement: str, **parameters: object) -> list[Properties]:
    """The rows of a statement about lists, which is not sent when every list is empty."""
    wanted = any(isinstance(value, list) and value for value in parameters.values())
    return transaction.rows(statement, **parameters) if wanted else []


def _write(transaction: Transaction, statement: str, rows: list[Properties], **parameters: object) -> int:
    """Write rows, if there are any, and make sure that each was written once."""
    if not rows:
        return 0
    written = transaction.number(statement, rows=rows, **parameters)
    if written != len(rows):
        msg = f"The store wrote {written} of {len(rows)} rows; nothing was kept."
        raise StoreError(msg, hint="Repeat the request; if it fails again, the store was changed by other means.")
    return written


def _ends(ends: Iterable[tuple[str, str]]) -> list[Properties]:
    return [{"type": type_, "id": end} for type_, end in sorted(ends)]


def _by_type(entries: Iterable[tuple[str, Entry]]) -> Mapping[str, list[Entry]]:
    grouped: dict[str, list[Entry]] = {}
    for type_, entry in sorted(entries, key=itemgetter(0)):
        grouped.setdefault(type_, []).append(entry)
    return grouped
