"""The changes of one item, read off its versions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rich.console import RenderableType

from cmdb.app.rendering.items import group_text, value_text
from cmdb.app.rendering.lines import columns, line, title
from cmdb.app.rendering.moments import spoken
from cmdb.model.commits import Commit
from cmdb.model.items import OPEN, Item, Relationship
from cmdb.model.values import JSONValue, iso


@dataclass(frozen=True, slots=True)
class Change:
    """One field that became different; ``None`` is no value."""

    field: str
    old: JSONValue
    new: JSONValue


@dataclass(frozen=True, slots=True)
class Event:
    """Everything that one commit did to an item."""

    seq: int
    changes: tuple[Change, ...]
    commit: Commit | None = None

    def by(self, commit: Commit | None) -> "Event":
        """The same event with the commit that made it."""
        return replace(self, commit=commit)


def events_of(versions: Sequence[Item], edges: Sequence[Relationship], labels: Mapping[str, str]) -> list[Event]:
    """The events in order of ``seq``: O(n log n) in the number of versions."""
    changes: dict[int, list[Change]] = defaultdict(list)
    old: dict[str, JSONValue] = {}
    for version in versions:
        new = _fields(version)
        changes[version.from_seq] += _differences(old, new)
        old = new
    begun = {(edge.key, edge.from_seq) for edge in edges}
    before: dict[str, str] = {}
    related: dict[int, list[Change]] = defaultdict(list)
    for edge in edges:
        name = f"{labels.get(edge.from_id, edge.from_id)} {edge.type} {labels.get(edge.to_id, edge.to_id)}"
        after = _edge_text(edge)
        related[edge.from_seq].append(Change(name, before.pop(edge.key, None), after))
        if (edge.key, edge.to_seq) in begun:
            before[edge.key] = after
        elif edge.to_seq != OPEN:
            related[edge.to_seq].append(Change(name, after, None))
    for seq, found in related.items():
        changes[seq] += sorted(found, key=lambda change: change.field)
    return [Event(seq, tuple(found)) for seq, found in sorted(changes.items())]


def _fields(version: Item) -> dict[str, JSONValue]:
    groups = {f"group {name}": group_text(group) for name, group in version.groups.items()}
    return {
        "class": version.cls,
        "name": version.name,
        "lifecycle": str(version.lifecycle),
        **version.attributes,
        **groups,
    }


def _edge_text(edge: Relationship) -> str:
    parts = [edge.basis, f"group {edge.group}" if edge.group else "", f"effect {edge.effect}" if edge.effect else ""]
    attributes = [f"{name} {value_text(value)}" for name, value in edge.attributes.items()]
    return ", ".join(part for part in [*parts, *attributes] if part)


def _differences(old: Mapping[str, JSONValue], new: Mapping[str, JSONValue]) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys(), key=lambda name: (name not in ("class", "name", "lifecycle"), name)):
        if old.get(name) != new.get(name):
            yield Change(name, old.get(name), new.get(name))


def history_json(item: Item, events: Sequence[Event]) -> dict[str, object]:
    """The item's name and its events."""
    return {"id": item.id, "class": item.cls, "name": item.name, "events": [_event_json(event) for event in events]}


def _event_json(event: Event) -> dict[str, object]:
    commit = event.commit
    return {
        "seq": event.seq,
        "at": iso(commit.at) if commit is not None else None,
        "actor": commit.actor if commit is not None else None,
        "reason": commit.reason if commit is not None else None,
        "run_id": commit.run_id if commit is not None else None,
        "changes": [{"field": change.field, "old": change.old, "new": change.new} for change in event.changes],
    }


def history_report(item: Item, events: Sequence[Event]) -> Iterator[RenderableType]:
    """The events in text, oldest first."""
    yield title(f"{item.label}, {item.id}")
    for event in events:
        yield line("")
        yield title(_heading(event))
        yield from columns(
            [f"  {change.field}", f"{_told(change.old)} → {_told(change.new)}"] for change in event.changes
        )


def _heading(event: Event) -> str:
    if event.commit is None:
        return f"seq {event.seq}"
    reason = f": {event.commit.reason}" if event.commit.reason else ""
    return f"seq {event.seq}, {spoken(event.commit.at)}, {event.commit.actor}{reason}"


def _told(value: JSONValue) -> str:
    return "nothing" if value is None else value_text(value)
