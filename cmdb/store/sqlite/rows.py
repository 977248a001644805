"""Rows of the tables to model objects and back."""

from typing import TypeAlias

import orjson

from cmdb.model.commits import Commit
from cmdb.model.items import Basis, Effect, GroupSetting, Item, Lifecycle, Relationship
from cmdb.model.sources import Lease, RecordKind, Run, RunState, Scope, SourceRecord, scope_of
from cmdb.model.values import canonical, instant, micros
from cmdb.store.sqlite.parameters import SQLValue

ItemRow: TypeAlias = tuple[str, str, str, str, str, int, int, int, int, str, str, str]
RelationshipRow: TypeAlias = tuple[str, str, str, int, int, int, str | None, str | None, str, str, str]
RecordRow: TypeAlias = tuple[str, str, str, str, str | None, str, str, str, int, str, int]
CommitRow: TypeAlias = tuple[int, int, str, str, str, str, str | None, int, int, int, int]
RunRow: TypeAlias = tuple[str, str, str, str, int, int | None, str, str, int, str, str, str, str]
LeaseRow: TypeAlias = tuple[str, str, str, str, int]
Columns: TypeAlias = tuple[SQLValue, ...]


def item_of(row: ItemRow) -> Item:
    """An item from a row of its view."""
    (id_, cls, name, attributes, identity, revision, start, created, end, lifecycle, groups, identifiers) = row
    return Item(
        id_,
        cls,
        name,
        orjson.loads(attributes),
        identity,
        revision,
        start,
        created,
        end,
        Lifecycle(lifecycle),
        {group: GroupSetting(*setting) for group, setting in orjson.loads(groups).items()},
        tuple(orjson.loads(identifiers)),
    )


def item_columns(item: Item) -> Columns:
    """The columns of table ``item`` after ``nr``."""
    groups = {group: [setting.min_up, setting.degraded_below] for group, setting in item.groups.items()}
    return (
        item.id,
        item.cls,
        item.name,
        text_of(item.attributes),
        item.identity_key,
        item.revision,
        item.from_seq,
        item.created_seq,
        item.lifecycle.value,
        text_of(groups),
        text_of(item.identifiers),
    )


def relationship_of(row: RelationshipRow) -> Relationship:
    """An edge from a row of its view."""
    type_, from_id, to_id, revision, start, end, group, effect, basis, attributes, _key = row
    return Relationship(
        type_,
        from_id,
        to_id,
        revision,
        start,
        end,
        group,
        None if effect is None else Effect(effect),
        Basis(basis),
        orjson.loads(attributes),
    )


def relationship_columns(edge: Relationship) -> Columns:
    """The columns of table ``relationship``."""
    return (
        edge.type,
        edge.from_id,
        edge.to_id,
        edge.revision,
        edge.from_seq,
        edge.group,
        None if edge.effect is None else edge.effect.value,
        edge.basis.value,
        text_of(edge.attributes),
    )


def record_of(row: RecordRow) -> SourceRecord:
    """A source record from its row."""
    source, boundary, key, kind, target, digest, body, run_id, seen_at, seen_run, gone = row
    return SourceRecord(
        scope_of(source, boundary),
        key,
        RecordKind(kind),
        target,
        digest,
        orjson.loads(body),
        run_id,
        instant(seen_at),
        seen_run,
        bool(gone),
    )


def record_columns(record: SourceRecord) -> Columns:
    """The columns of table ``record``."""
    return (
        record.scope.source,
        record.scope.boundary,
        record.key,
        record.kind.value,
        record.target,
        record.digest,
        text_of(record.body),
        record.run_id,
        micros(record.seen_at),
        record.seen_run,
        int(record.gone),
    )


def commit_of(row: CommitRow) -> Commit:
    """A commit from its row."""
    seq, at, actor, request_id, fingerprint, reason, run_id, created, updated, related, unrelated = row
    return Commit(
        seq, instant(at), actor, request_id, fingerprint, reason, run_id, created, updated, related, unrelated
    )


def commit_columns(commit: Commit) -> Columns:
    """The columns of table ``commits``."""
    return (
        commit.seq,
        micros(commit.at),
        commit.actor,
        commit.request_id,
        commit.fingerprint,
        commit.reason,
        commit.run_id,
        commit.created,
        commit.updated,
        commit.related,
        commit.unrelated,
    )


def run_of(row: RunRow) -> Run:
    """An import run from its row."""
    id_, source, actor, state, started_at, finished_at, counts, scopes, batches, message = row[:10]
    reverts, taken, told = row[10:]
    finished = None if finished_at is None else instant(finished_at)
    spoken_for = tuple(Scope(source, boundary) for source, boundary in orjson.loads(scopes))
    return Run(
        id_,
        source,
        actor,
        RunState(state),
        instant(started_at),
        finished,
        orjson.loads(counts),
        spoken_for,
        batches,
        message,
        reverts,
        orjson.loads(taken),
        told,
    )


def run_columns(run: Run) -> Columns:
    """The columns of table ``run``."""
    finished = None if run.finished_at is None else micros(run.finished_at)
    return (
        run.id,
        run.source,
        run.actor,
        run.state.value,
        micros(run.started_at),
        finished,
        text_of(run.counts),
        text_of([[scope.source, scope.boundary] for scope in run.scopes]),
        run.batches,
        run.message,
        run.reverts,
        text_of(run.taken),
        run.fingerprint,
    )


def lease_of(row: LeaseRow) -> Lease:
    """A lease from its row."""
    source, boundary, run_id, holder, until = row
    return Lease(Scope(source, boundary), run_id, holder, instant(until))


def lease_columns(lease: Lease) -> Columns:
    """The columns of table ``lease``."""
    return (lease.scope.source, lease.scope.boundary, lease.run_id, lease.holder, micros(lease.until))


def text_of(value: object) -> str:
    """The canonical JSON text of a value."""
    return canonical(value).decode()
