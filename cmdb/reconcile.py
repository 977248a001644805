"""What holds when several sources speak: a deterministic fold of their records.  Pure.

``manual`` stands above all; the others follow in order of scope and key, so that the order in which they
spoke does not matter.  ``None`` never beats a value.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from cmdb.model.catalogue import Catalogue
from cmdb.model.items import Basis, Effect, GroupSetting, Lifecycle
from cmdb.model.sources import MANUAL, SourceRecord
from cmdb.model.values import JSONValue, Value

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ItemClaim:
    """What one source says of one CI."""

    cls: str
    name: str
    attributes: Mapping[str, JSONValue]
    groups: Mapping[str, GroupSetting]
    unmapped: Mapping[str, JSONValue]
    retired: bool = False

    def body(self) -> dict[str, JSONValue]:
        """As a source record keeps it."""
        body: dict[str, JSONValue] = {
            "class": self.cls,
            "name": self.name,
            "attributes": dict(self.attributes),
            "groups": {name: [group.min_up, group.degraded_below] for name, group in self.groups.items()},
        }
        if self.unmapped:
            body["unmapped"] = dict(self.unmapped)
        if self.retired:
            body["retired"] = True
        return body

    @classmethod
    def of(cls, body: Mapping[str, JSONValue]) -> "ItemClaim":
        """Read what :meth:`body` wrote."""
        return cls(
            cls=str(body["class"]),
            name=str(body["name"]),
            attributes=_mapping(body.get("attributes")),
            groups={name: _group(value) for name, value in _mapping(body.get("groups")).items()},
            unmapped=_mapping(body.get("unmapped")),
            retired=body.get("retired") is True,
        )


@dataclass(frozen=True, slots=True)
class EdgeClaim:
    """What one source says of one edge, apart from its ends."""

    group: str | None
    effect: Effect | None
    basis: Basis
    attributes: Mapping[str, JSONValue]

    @classmethod
    def of(cls, body: Mapping[str, JSONValue]) -> "EdgeClaim":
        """Read the part of a relationship record's body that the edge takes over."""
        group, effect = body.get("group"), body.get("effect")
        return cls(
            group=str(group) if group is not None else None,
            effect=Effect(str(effect)) if effect is not None else None,
            basis=Basis(str(body.get("basis", Basis.DECLARED))),
            attributes=_mapping(body.get("attributes")),
        )


@dataclass(frozen=True, slots=True)
class Effective:
    """What the CMDB holds to be true of a CI after all sources were heard."""

    cls: str
    name: str
    attributes: dict[str, Value]
    groups: dict[str, GroupSetting]
    lifecycle: Lifecycle

    def with_attributes(self, attributes: Mapping[str, Value]) -> "Effective":
        """The same with other attributes: those that the catalogue made canonical."""
        return replace(self, attributes=dict(attributes))


def precedence(record: SourceRecord) -> tuple[bool, str, str]:
    """Sort key of a record: the first one that has a value wins."""
    return record.scope.source != MANUAL, str(record.scope), record.key


def fold_item(records: Iterable[SourceRecord], catalogue: Catalogue) -> Effective:
    """The effective CI of at least one record: linear in what they say, independent of their order.

    The class is the most specific one that any source names.  A CI is retired when a person said so, or when no
    source reports it any more: it then stays as it was last reported.
    """
    said = list(records)
    reported = [record for record in said if not record.gone]
    ordered = sorted(reported or said, key=precedence)
    claims = [ItemClaim.of(record.body) for record in ordered]
    cls = max(claims, key=lambda claim: (len(catalogue.cls(claim.cls).lineage), claim.cls)).cls
    known = catalogue.cls(cls).attributes.keys()
    attributes = _first_wins([claim.attributes for claim in claims])
    return Effective(
        cls=cls,
        name=next((claim.name for claim in claims if claim.name), ""),
        attributes={name: value for name, value in attributes.items() if name in known},
        groups=_first_wins([claim.groups for claim in claims]),
        lifecycle=Lifecycle.RETIRED if not reported or any(claim.retired for claim in claims) else Lifecycle.LIVE,
    )


def fold_edge(records: Iterable[SourceRecord]) -> EdgeClaim:
    """The effective edge of at least one record: the strongest basis, the first group, effect and attributes."""
    claims = [EdgeClaim.of(record.body) for record in sorted(records, key=precedence)]
    order = list(Basis)
    return EdgeClaim(
        group=_first(claims, lambda claim: claim.group),
        effect=_first(claims, lambda claim: claim.effect),
        basis=min((claim.basis for claim in claims), key=order.index),
        attributes=_first_wins([claim.attributes for claim in claims]),
    )


def _first_wins(layers: Sequence[Mapping[str, T]]) -> dict[str, T]:
    result: dict[str, T] = {}
    for layer in layers:
        for name, value in layer.items():
            if value is not None:
                result.setdefault(name, value)
    return dict(sorted(result.items()))


def _first(claims: Sequence[EdgeClaim], of: Callable[[EdgeClaim], T | None]) -> T | None:
    return next((value for claim in claims if (value := of(claim)) is not None), None)


def _mapping(value: JSONValue) -> dict[str, JSONValue]:
    return dict(value) if isinstance(value, Mapping) else {}


def _group(value: JSONValue) -> GroupSetting:
    if not isinstance(value, (list, tuple)):
        return GroupSetting()
    min_up, below = value
    return GroupSetting(str(min_up), None if below is None else str(below))
