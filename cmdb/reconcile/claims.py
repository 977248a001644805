"""What one source says: the claims that source records keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.values import JSONValue


@dataclass(frozen=True, slots=True)
class ItemClaim:
    """What one source says of one CI.

    ``cls`` is ``None`` and ``name`` empty where nothing is said of them: a person who edits an attribute speaks of
    that attribute only, and a claim without a class does not say that the CI is there.  ``given_class`` is the word of
    the source where the catalogue does not have it.  ``retired`` is what a person said, ``None`` when nothing.
    """

    cls: str | None
    name: str
    attributes: Mapping[str, JSONValue]
    groups: Mapping[str, GroupSetting]
    unmapped: Mapping[str, JSONValue]
    retired: bool | None = None
    given_class: str | None = None

    def body(self) -> dict[str, JSONValue]:
        """As a source record keeps it."""
        body: dict[str, JSONValue] = {
            "name": self.name,
            "attributes": dict(self.attributes),
            "groups": {name: [group.min_up, group.degraded_below] for name, group in self.groups.items()},
        }
        if self.cls is not None:
            body["class"] = self.cls
        if self.unmapped:
            body["unmapped"] = dict(self.unmapped)
        if self.retired is not None:
            body["retired"] = self.retired
        if self.given_class is not None:
            body["given_class"] = self.given_class
        return body

    @classmethod
    def of(cls, body: Mapping[str, JSONValue]) -> "ItemClaim":
        """Read what :meth:`body` wrote."""
        named, given, retired = body.get("class"), body.get("given_class"), body.get("retired")
        return cls(
            cls=None if named is None else str(named),
            name=str(body.get("name", "")),
            attributes=_mapping(body.get("attributes")),
            groups={name: _group(value) for name, value in _mapping(body.get("groups")).items()},
            unmapped=_mapping(body.get("unmapped")),
            retired=retired if isinstance(retired, bool) else None,
            given_class=None if given is None else str(given),
        )

    @property
    def says_nothing(self) -> bool:
        """Whether it could as well not be there."""
        return self.cls is None and not (self.name or self.attributes or self.groups or self.unmapped or self.retired)


_BASES: Final[Mapping[str, Basis]] = {basis.value: basis for basis in Basis}


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
            basis=_BASES[str(body.get("basis", Basis.DECLARED))],
            attributes=_mapping(body.get("attributes")),
        )


def _mapping(value: JSONValue) -> dict[str, JSONValue]:
    return dict(value) if isinstance(value, Mapping) else {}


def _group(value: JSONValue) -> GroupSetting:
    if not isinstance(value, (list, tuple)):
        return GroupSetting()
    min_up, below = value
    return GroupSetting(str(min_up), None if below is None else str(below))
