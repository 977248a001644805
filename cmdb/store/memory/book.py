"""All that a memory store holds: every version of everything, oldest first."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cmdb.model.commits import Commit
from cmdb.model.items import Item, Relationship
from cmdb.model.plans import Plan, PlanEntries, PlanPart
from cmdb.model.sources import Lease, Run, Scope, SourceRecord

Version = TypeVar("Version", Item, Relationship)


@dataclass(slots=True)
class Book:
    """The history of items and edges, the commits, and the unversioned records, runs and plans."""

    items: dict[str, list[Item]] = field(default_factory=dict)
    edges: dict[str, list[Relationship]] = field(default_factory=dict)
    edges_at: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Keys of all edges that an item ever had."""
    owners: dict[str, str] = field(default_factory=dict)
    """Item id by identity key, of the live graph."""
    commits: list[Commit] = field(default_factory=list)
    requests: dict[str, Commit] = field(default_factory=dict)
    records: dict[tuple[Scope, str], SourceRecord] = field(default_factory=dict)
    superseded: dict[str, dict[tuple[Scope, str], SourceRecord]] = field(default_factory=dict)
    """By run: the records that it replaced or dropped, as they were."""
    runs: dict[str, Run] = field(default_factory=dict)
    leases: dict[Scope, Lease] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    plan_parts: dict[tuple[str, PlanEntries], dict[int, PlanPart]] = field(default_factory=dict)
    """By plan and kind: the parts by the number of their first entry."""

    @property
    def head(self) -> int:
        """The last ``seq``."""
        return len(self.commits)

    def item(self, item_id: str, seq: int) -> Item | None:
        """The version of an item that held after a commit."""
        return _at(self.items.get(item_id, ()), seq)

    def edge(self, key: str, seq: int) -> Relationship | None:
        """The version of an edge that held after a commit."""
        return _at(self.edges.get(key, ()), seq)

    def all_items(self, seq: int) -> Iterator[Item]:
        """Every item after a commit, in order of id."""
        return _all_at(self.items, seq)

    def all_edges(self, seq: int) -> Iterator[Relationship]:
        """Every edge after a commit, in order of key."""
        return _all_at(self.edges, seq)

    def write_item(self, version: Item) -> None:
        """Let a version hold from its ``from_seq`` on."""
        versions = self.items.setdefault(version.id, [])
        if versions:
            del self.owners[versions[-1].identity_key]
        _close(versions, version.from_seq)
        versions.append(version)
        self.owners[version.identity_key] = version.id

    def write_edge(self, version: Relationship) -> None:
        """Let a version hold from its ``from_seq`` on."""
        versions = self.edges.setdefault(version.key, [])
        _close(versions, version.from_seq)
        versions.append(version)
        self.edges_at[version.from_id].add(version.key)
        self.edges_at[version.to_id].add(version.key)

    def write_record(self, binding: tuple[Scope, str], record: SourceRecord | None, run_id: str | None) -> None:
        """Let a source have said this; ``None`` that it says nothing.  What another run wrote is kept for a revert."""
        old = self.records.pop(binding, None)
        if old is not None and run_id is not None and old.run_id != run_id:
            self.superseded.setdefault(run_id, {}).setdefault(binding, old)
        if record is not None:
            self.records[binding] = record

    def remove_edge(self, key: str, seq: int) -> None:
        """End the edge's last version."""
        _close(self.edges[key], seq)


def _at(versions: Sequence[Version], seq: int) -> Version | None:
    return next((version for version in reversed(versions) if version.from_seq <= seq < version.to_seq), None)


def _all_at(history: Mapping[str, Sequence[Version]], seq: int) -> Iterator[Version]:
    for key in sorted(history):
        version = _at(history[key], seq)
        if version is not None:
            yield version


def _close(versions: list[Version], seq: int) -> None:
    if versions:
        last = versions[-1]
        versions[-1] = replace(last, to_seq=min(last.to_seq, seq))
