"""Model values as properties of nodes and relationships, and back.

Attributes are native properties of their own names; what the store adds beside them has a reserved name or begins
with ``_``, which no attribute does.  JSON attributes and groups are JSON text, instants integer microseconds.

What goes without saying is not stored, for each property costs time and space: no groups, an identity key that is the
only identifier, a record that was last seen by the run that wrote it and is not gone.

An index holds texts of at most some 8 kB.  What may be longer is looked up by a digest: names and bindings.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Final, TypeAlias, cast

import orjson

from cmdb.model.catalogue import AttributeType, Catalogue
from cmdb.model.commits import Commit
from cmdb.model.items import OPEN, Basis, Effect, GroupSetting, Item, Lifecycle, Relationship
from cmdb.model.sources import Bond, Lease, RecordKind, Run, RunState, Scope, SourceRecord, scope_of
from cmdb.model.text import search_text, words
from cmdb.model.values import Attributes, JSONValue, Value, canonical, instant, micros

Properties: TypeAlias = dict[str, JSONValue]
Types: TypeAlias = Mapping[str, AttributeType]

_ITEM = frozenset(
    {
        "id", "cls", "name", "identity_key", "identifiers", "groups", "lifecycle", "revision", "from_seq", "to_seq",
        "created_seq", "search_text", "_name_words", "_named",
    }
)  # fmt: skip
_EDGE = frozenset(
    {"key", "type", "from_id", "to_id", "group", "effect", "basis", "revision", "from_seq", "to_seq"}
)  # fmt: skip


class Codec:
    """Items and relationships to properties and back, by the attribute types of one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Look the attribute types up once."""
        self._items: Types = catalogue.attribute_types
        self._edges: Mapping[str, Types] = {
            name: {attribute: declared.type for attribute, declared in spec.attributes.items()}
            for name, spec in catalogue.relationship_types.items()
        }

    def item(self, item: Item) -> Properties:
        """The properties of a version of an item, without ``to_seq``."""
        return {
            **_encoded(item.attributes, self._items),
            "id": item.id,
            "cls": item.cls,
            "name": item.name,
            "_named": named_key(item.cls, item.name),
            "identity_key": item.identity_key,
            "identifiers": None if item.identifiers == (item.identity_key,) else list(item.identifiers),
            "groups": _groups_text(item.groups) if item.groups else None,
            "lifecycle": item.lifecycle.value,
            "revision": item.revision,
            "from_seq": item.from_seq,
            "created_seq": item.created_seq,
        }

    def to_item(self, row: Mapping[str, JSONValue]) -> Item:
        """An item from the properties of a live or a version node; only a closed version has another end than open."""
        return Item(
            id=cast("str", row["id"]),
            cls=cast("str", row["cls"]),
            name=cast("str", row["name"]),
            attributes=_decoded(row, _ITEM, self._items),
            identity_key=cast("str", row["identity_key"]),
            revision=cast("int", row["revision"]),
            from_seq=cast("int", row["from_seq"]),
            created_seq=cast("int", row["created_seq"]),
            to_seq=cast("int", row.get("to_seq", OPEN)),
            lifecycle=Lifecycle(cast("str", row["lifecycle"])),
            groups=_groups(cast("str | None", row.get("groups"))),
            identifiers=tuple(cast("list[str]", row.get("identifiers", [row["identity_key"]]))),
        )

    def relationship(self, edge: Relationship) -> Properties:
        """The properties of a version of an edge, without ``to_seq``; what is not set is ``None``."""
        return {
            **_encoded(edge.attributes, self._edges.get(edge.type, {})),
            "key": edge.key,
            "type": edge.type,
            "from_id": edge.from_id,
            "to_id": edge.to_id,
            "group": edge.group,
            "effect": edge.effect.value if edge.effect else None,
            "basis": edge.basis.value,
            "revision": edge.revision,
            "from_seq": edge.from_seq,
        }

    def to_relationship(self, row: Mapping[str, JSONValue]) -> Relationship:
        """An edge from the properties of a relationship or of a version node."""
        type_, effect = cast("str", row["type"]), cast("str | None", row.get("effect"))
        return Relationship(
            type=type_,
            from_id=cast("str", row["from_id"]),
            to_id=cast("str", row["to_id"]),
            revision=cast("int", row["revision"]),
            from_seq=cast("int", row["from_seq"]),
            to_seq=cast("int", row.get("to_seq", OPEN)),
            group=cast("str | None", row.get("group")),
            effect=Effect(effect) if effect else None,
            basis=Basis(cast("str", row["basis"])),
            attributes=_decoded(row, _EDGE, self._edges.get(type_, {})),
        )


def named_key(cls: str, name: str) -> str:
    """What a class and a name are looked up by."""
    return _digest([cls, name])


KEY_START: Final = 100
"""Letters of a key that are indexed."""


def binding_key(scope: Scope, key: str) -> str:
    """What a source record is looked up by."""
    return _digest([scope.source, scope.boundary, key])


@lru_cache(4096)
def scope_key(scope: Scope) -> str:
    """What the source records of a scope are looked up by: millions of records have few scopes."""
    return binding_key(scope, "")


def _digest(value: object) -> str:
    return blake2b(canonical(value), digest_size=16).hexdigest()


def searchable(item: Item) -> Properties:
    """What the text search of the live graph needs beside an item's own properties."""
    return {
        "search_text": search_text(item.name, item.attributes.values()),
        "_name_words": " ".join(words(item.name)),
    }


def changed(before: Properties, after: Properties) -> Properties:
    """Only what differs, removed properties as ``None``; ``1``, ``1.0`` and ``True`` differ."""
    gone: Properties = dict.fromkeys(before.keys() - after.keys())
    return gone | {name: value for name, value in after.items() if not _same(before.get(name), value)}


def _same(one: JSONValue, other: JSONValue) -> bool:
    return orjson.dumps(one) == orjson.dumps(other)


_KINDS: Final[Mapping[str, RecordKind]] = {kind.value: kind for kind in RecordKind}


def record_row(record: SourceRecord) -> Properties:
    """The properties of a source record; only one without a target has ``dangling``, so an index holds just those."""
    return {
        "binding": binding_key(record.scope, record.key),
        "scope": scope_key(record.scope),
        "key_start": record.key[:KEY_START],
        "source": record.scope.source,
        "boundary": record.scope.boundary,
        "key": record.key,
        "kind": record.kind.value,
        "target": record.target,
        "dangling": None if record.target is not None else True,
        "digest": record.digest,
        "body": _text(record.body),
        "run_id": record.run_id,
        "seen_at": micros(record.seen_at),
        "seen_run": record.seen_run if record.seen_run != record.run_id else None,
        "gone": True if record.gone else None,
    }


def to_record(row: Mapping[str, JSONValue]) -> SourceRecord:
    """A source record from its properties."""
    return SourceRecord(
        scope=scope_of(cast("str", row["source"]), cast("str", row["boundary"])),
        key=cast("str", row["key"]),
        kind=RecordKind(cast("str", row["kind"])),
        target=cast("str | None", row.get("target")),
        digest=cast("str", row["digest"]),
        body=orjson.loads(cast("str", row["body"])),
        run_id=cast("str", row["run_id"]),
        seen_at=instant(cast("int", row["seen_at"])),
        seen_run=cast("str", row.get("seen_run", row["run_id"])),
        gone=row.get("gone") is not None,
    )


def to_bond(row: Sequence[JSONValue]) -> Bond | None:
    """Kind, target, digest and whether it is gone; all of them ``None`` where there is no source record."""
    kind, target, digest, gone = row
    if kind is None:
        return None
    return Bond(_KINDS[cast("str", kind)], cast("str | None", target), cast("str", digest), cast("bool", gone))


def run_row(run: Run) -> Properties:
    """The properties of an import run."""
    return {
        "id": run.id,
        "source": run.source,
        "actor": run.actor,
        "state": run.state.value,
        "started_at": micros(run.started_at),
        "finished_at": micros(run.finished_at) if run.finished_at else None,
        "counts": _text(run.counts),
        "scopes": _text([[scope.source, scope.boundary] for scope in run.scopes]),
        "batches": run.batches,
        "message": run.message,
        "reverts": run.reverts,
        "taken": _text(run.taken),
        "fingerprint": run.fingerprint,
    }


def to_run(row: Mapping[str, JSONValue]) -> Run:
    """An import run from its properties."""
    finished = cast("int | None", row.get("finished_at"))
    return Run(
        id=cast("str", row["id"]),
        source=cast("str", row["source"]),
        actor=cast("str", row["actor"]),
        state=RunState(cast("str", row["state"])),
        started_at=instant(cast("int", row["started_at"])),
        finished_at=instant(finished) if finished is not None else None,
        counts=orjson.loads(cast("str", row["counts"])),
        scopes=tuple(Scope(source, boundary) for source, boundary in orjson.loads(cast("str", row["scopes"]))),
        batches=cast("int", row["batches"]),
        message=cast("str", row["message"]),
        reverts=cast("str", row["reverts"]),
        taken=orjson.loads(cast("str", row["taken"])),
        fingerprint=cast("str", row["fingerprint"]),
    )


def lease_row(lease: Lease) -> Properties:
    """The properties of a lease."""
    return {
        "scope": scope_key(lease.scope),
        "source": lease.scope.source,
        "boundary": lease.scope.boundary,
        "run_id": lease.run_id,
        "holder": lease.holder,
        "until": micros(lease.until),
    }


def to_lease(row: Mapping[str, JSONValue]) -> Lease:
    """A lease from its properties."""
    return Lease(
        scope=Scope(cast("str", row["source"]), cast("str", row["boundary"])),
        run_id=cast("str", row["run_id"]),
        holder=cast("str", row["holder"]),
        until=instant(cast("int", row["until"])),
    )


def commit_row(commit: Commit) -> Properties:
    """The properties of a commit but for ``seq`` and the final ``at``, which the clock gives."""
    return {
        "actor": commit.actor,
        "request_id": commit.request_id,
        "fingerprint": commit.fingerprint,
        "reason": commit.reason,
        "run_id": commit.run_id,
        "created": commit.created,
        "updated": commit.updated,
        "related": commit.related,
        "unrelated": commit.unrelated,
    }


def to_commit(row: Mapping[str, JSONValue]) -> Commit:
    """A commit from its properties."""
    return Commit(
        seq=cast("int", row["seq"]),
        at=instant(cast("int", row["at"])),
        actor=cast("str", row["actor"]),
        request_id=cast("str", row["request_id"]),
        fingerprint=cast("str", row["fingerprint"]),
        reason=cast("str", row["reason"]),
        run_id=cast("str | None", row.get("run_id")),
        created=cast("int", row["created"]),
        updated=cast("int", row["updated"]),
        related=cast("int", row["related"]),
        unrelated=cast("int", row["unrelated"]),
    )


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


def _encoded(attributes: Attributes, types: Types) -> Properties:
    return {
        name: _text(value) if types.get(name) is AttributeType.JSON else value for name, value in attributes.items()
    }


def _decoded(row: Mapping[str, JSONValue], own: frozenset[str], types: Types) -> dict[str, Value]:
    load: Callable[[str], Value] = orjson.loads
    return {
        name: load(cast("str", value)) if types.get(name) is AttributeType.JSON else value
        for name, value in row.items()
        if name not in own
    }


def _groups_text(groups: Mapping[str, GroupSetting]) -> str:
    return _text({name: (setting.min_up, setting.degraded_below) for name, setting in groups.items()})


def _groups(text: str | None) -> dict[str, GroupSetting]:
    if text is None:
        return {}
    settings: Mapping[str, Sequence[str]] = orjson.loads(text)
    return {name: GroupSetting(*setting) for name, setting in settings.items()}
