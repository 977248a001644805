"""One CI or record with everything that is known of it, as text and as plain JSON values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from rich.console import RenderableType

from cmdb.app.rendering.lines import columns, section, title
from cmdb.model.items import GroupSetting, Item, Lifecycle, Relationship
from cmdb.model.sources import SourceRecord
from cmdb.model.values import JSONValue, iso


@dataclass(frozen=True, slots=True)
class Portrait:
    """An item, its edges, the items at their other ends, and what sources say (``None`` in the past)."""

    item: Item
    relationships: Sequence[Relationship]
    others: Mapping[str, Item]
    records: Sequence[SourceRecord] | None

    def label(self, id_: str) -> str:
        """``Class:name`` of an end."""
        return self.others[id_].label if id_ in self.others else id_


def item_json(item: Item) -> dict[str, object]:
    """An item alone."""
    return {
        "id": item.id,
        "class": item.cls,
        "name": item.name,
        "lifecycle": item.lifecycle,
        "revision": item.revision,
        "attributes": dict(item.attributes),
        "groups": {name: group_json(group) for name, group in item.groups.items()},
        "created_seq": item.created_seq,
        "updated_seq": item.from_seq,
    }


def group_json(group: GroupSetting) -> dict[str, object]:
    """What a redundancy group needs."""
    return {"min_up": group.min_up, "degraded_below": group.degraded_below}


def portrait_json(portrait: Portrait) -> dict[str, object]:
    """An item with its edges and sources."""
    records = portrait.records
    return {
        **item_json(portrait.item),
        "relationships": [_edge_json(portrait, edge) for edge in portrait.relationships],
        "sources": [_record_json(record) for record in records] if records is not None else None,
    }


def _edge_json(portrait: Portrait, edge: Relationship) -> dict[str, object]:
    return {
        "type": edge.type,
        "from": {"id": edge.from_id, "label": portrait.label(edge.from_id)},
        "to": {"id": edge.to_id, "label": portrait.label(edge.to_id)},
        "group": edge.group,
        "effect": edge.effect,
        "basis": edge.basis,
        "attributes": dict(edge.attributes),
    }


def _record_json(record: SourceRecord) -> dict[str, object]:
    return {
        "source": str(record.scope),
        "key": record.key,
        "seen_at": iso(record.seen_at),
        "run_id": record.run_id,
        "said": dict(record.body),
    }


def portrait_report(portrait: Portrait) -> Iterator[RenderableType]:
    """An item in text."""
    item = portrait.item
    retired = ", retired" if item.lifecycle is Lifecycle.RETIRED else ""
    retired += f", merged into {into}" if retired and (into := item.attributes.get("merged_into")) else ""
    yield title(f"{item.label}{retired}")
    facts = [
        ["id", item.id],
        ["revision", f"{item.revision}, created at seq {item.created_seq}, as since {item.from_seq}"],
    ]
    yield from columns(facts)
    yield from section("Attributes", columns([name, value_text(value)] for name, value in item.attributes.items()))
    yield from section("Redundancy groups", columns([name, group_text(group)] for name, group in item.groups.items()))
    yield from section("Points to", columns(_outward(portrait)))
    yield from section("Is pointed to by", columns(_inward(portrait)))
    yield from section(
        "Who says so",
        columns([record.binding, f"seen {iso(record.seen_at)}"] for record in portrait.records or ()),
    )


def value_text(value: JSONValue) -> str:
    """A value as people read it: texts as they are, everything else as JSON."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def group_text(group: GroupSetting) -> str:
    """``needs 2 of its members``."""
    below = f", works worse below {group.degraded_below}" if group.degraded_below else ""
    return f"needs {group.min_up} of its members{below}"


def _outward(portrait: Portrait) -> Iterator[list[str]]:
    for edge in portrait.relationships:
        if edge.from_id == portrait.item.id:
            yield [edge.type, portrait.label(edge.to_id), _remark(edge)]


def _inward(portrait: Portrait) -> Iterator[list[str]]:
    for edge in portrait.relationships:
        if edge.to_id == portrait.item.id:
            yield [portrait.label(edge.from_id), edge.type, _remark(edge)]


def _remark(edge: Relationship) -> str:
    parts = [f"group {edge.group}" if edge.group else "", f"effect {edge.effect}" if edge.effect else "", edge.basis]
    attributes = [f"{name} {value_text(value)}" for name, value in edge.attributes.items()]
    return ", ".join(part for part in [*parts, *attributes] if part)
