"""Source records."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from cmdb.model.sources import Bond, RecordKind, Scope, SourceRecord
from cmdb.model.values import JSONValue, micros
from cmdb.store.filters import check_limit
from cmdb.store.neo4j_store import cypher
from cmdb.store.neo4j_store.connection import Connection
from cmdb.store.neo4j_store.rows import KEY_START, binding_key, scope_key, to_bond, to_record


@dataclass(frozen=True, slots=True)
class Sources:
    """Who said what, over one connection."""

    connection: Connection

    def see(self, bindings: Sequence[tuple[Scope, str]], run_id: str, at: datetime) -> None:
        """Stamp source records as seen again."""
        seen = _keys(bindings)
        self.connection.write(
            lambda transaction: transaction.number(cypher.SEE_RECORDS, bindings=seen, run_id=run_id, at=micros(at))
        )

    def records(self, bindings: Collection[tuple[Scope, str]]) -> dict[tuple[Scope, str], SourceRecord]:
        """Source records by binding."""
        rows = self.connection.read(lambda transaction: transaction.rows(cypher.RECORDS, bindings=_keys(bindings)))
        found = {(record.scope, record.key): record for record in map(to_record, rows)}
        return {binding: found[binding] for binding in bindings if binding in found}

    def bonds(self, bindings: Collection[tuple[Scope, str]]) -> dict[tuple[Scope, str], Bond]:
        """What source records are bound to, by binding."""
        asked = sorted({binding_key(*binding): binding for binding in bindings}.items())
        keys = [key for key, _ in asked]
        rows = self.connection.read(lambda transaction: transaction.record(cypher.BONDS, bindings=keys))["bonds"]
        bonds = map(to_bond, cast("list[list[JSONValue]]", rows))
        return {binding: bond for (_, binding), bond in zip(asked, bonds, strict=True) if bond is not None}

    def records_of(self, targets: Collection[str]) -> dict[str, Sequence[SourceRecord]]:
        """Source records by what they are bound to."""
        rows = self.connection.read(
            lambda transaction: transaction.rows(cypher.RECORDS_OF, targets=sorted(set(targets)))
        )
        found: dict[str, list[SourceRecord]] = {}
        for record in sorted(map(to_record, rows), key=lambda record: (record.scope, record.key)):
            if record.target is not None:
                found.setdefault(record.target, []).append(record)
        return dict(found)

    def unseen(self, scope: Scope, run_id: str, after: str | None, limit: int) -> list[SourceRecord]:
        """Records of a scope that a run has not seen, after a key."""
        return self._in_scope(cypher.UNSEEN, scope, run_id, after, limit)

    def written(self, scope: Scope, run_id: str, after: str | None, limit: int) -> list[SourceRecord]:
        """Records of a scope that a run wrote last, after a key."""
        return self._in_scope(cypher.WRITTEN, scope, run_id, after, limit)

    def _in_scope(self, statement: str, scope: Scope, run_id: str, after: str | None, limit: int) -> list[SourceRecord]:
        check_limit(limit)
        start = (after or "")[:KEY_START]
        place = {"scope": scope_key(scope), "run_id": run_id, "key": after or "", "key_start": start}
        rows = self.connection.read(lambda transaction: transaction.rows(statement, limit=limit, **place))
        return list(map(to_record, rows))

    def sizes(self, scopes: Collection[Scope]) -> dict[Scope, dict[RecordKind, int]]:
        """How many records each scope has, by kind."""
        asked = [scope_key(scope) for scope in sorted(set(scopes))]
        found: dict[Scope, dict[RecordKind, int]] = {}
        for row in self.connection.read(lambda transaction: transaction.rows(cypher.SCOPE_SIZES, scopes=asked)):
            scope = Scope(str(row["source"]), str(row["boundary"]))
            found.setdefault(scope, {})[RecordKind(str(row["kind"]))] = cast("int", row["size"])
        return found


def _keys(bindings: Iterable[tuple[Scope, str]]) -> list[str]:
    return sorted({binding_key(scope, key) for scope, key in bindings})
