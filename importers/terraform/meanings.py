"""What it means that an attribute of one resource names another: the relationship type, its direction, its group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from cmdb.model.items import Effect, GroupSetting
from importers.terraform.kinds import known_type


class Direction(Enum):
    """Which end the resource that has the attribute is."""

    FROM_HOLDER = "from the one that has the attribute to the one that it names"
    TO_HOLDER = "from the one that is named to the one that has the attribute"


class Naming(Enum):
    """By what the attribute names the other resource."""

    BY_ID = "its id, ARN, self link or full name"
    BY_NAME = "its id or its name"
    BY_HOST = "its host name or address"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One relationship that an attribute speaks for.

    ``targets`` are the classes and types that the attribute can name: the same word may be the id of something else.
    ``group`` is a redundancy group of the dependent with its setting; without one the class's own holds, or none.
    """

    type: str
    targets: tuple[str, ...]
    direction: Direction = Direction.FROM_HOLDER
    naming: Naming = Naming.BY_ID
    effect: Effect | None = None
    group: str | None = None

    def can_name(self, cls: str, type_: str) -> bool:
        """Whether a resource of that class and type is one that the attribute can name."""
        return not self.targets or cls in self.targets or type_ in self.targets

    @property
    def cls(self) -> str | None:
        """The only class that is named, if there is only one."""
        found = [target for target in self.targets if target[:1].isupper()]
        return found[0] if len(found) == len(self.targets) == 1 else None


SETTINGS: Final[Mapping[str, GroupSetting]] = {
    "subnets": GroupSetting("1"),
    "nodes": GroupSetting("1"),
    "hosts": GroupSetting("1"),
    "attachments": GroupSetting("1"),
    "listeners": GroupSetting("1", "100%"),
    "targets": GroupSetting("1", "100%"),
    "interfaces": GroupSetting("1", "100%"),
}
"""The groups: any one subnet, node, host or attachment is enough; each lost listener, target or interface is missed."""


def to(type_: str, *targets: str) -> Meaning:
    """The resource that has the attribute stands on the one that it names."""
    return Meaning(type_, targets)


def back(type_: str, *targets: str) -> Meaning:
    """The resource that is named stands on the one that has the attribute."""
    return Meaning(type_, targets, Direction.TO_HOLDER)


def soft(meaning: Meaning) -> Meaning:
    """The same; a failure arrives one step milder."""
    return replace(meaning, effect=Effect.SOFT)


def by_name(meaning: Meaning) -> Meaning:
    """The same; the attribute may hold a name."""
    return replace(meaning, naming=Naming.BY_NAME)


def by_host(meaning: Meaning) -> Meaning:
    """The same; the attribute holds a host name or address."""
    return replace(meaning, naming=Naming.BY_HOST)


def any_of(group: str, meaning: Meaning) -> Meaning:
    """The same, as one member of a redundancy group of the dependent."""
    return replace(meaning, group=group)


@dataclass(frozen=True, slots=True)
class MeaningTable:
    """Meanings by the end of an attribute's path, alone or behind ``type:``, and the last names that any end has."""

    entries: Mapping[str, tuple[Meaning, ...]]
    last_names: frozenset[str]

    @classmethod
    def of(cls, entries: Mapping[str, tuple[Meaning, ...]]) -> "MeaningTable":
        """The table with these entries."""
        return cls(entries, frozenset(key.rpartition(":")[2].rpartition(".")[2] for key in entries))

    def find(self, type_: str, path: Sequence[str]) -> tuple[Meaning, ...] | None:
        """What the attribute at a path of names means in a type of resource; ``None`` when the table does not say.

        What is said of the type goes first, then the longer end.  Constant time.
        """
        if path[-1] not in self.last_names:
            return None
        ends = [".".join(path[-length:]) for length in (3, 2, 1) if length <= len(path)]
        for key in (*(f"{known_type(type_)}:{end}" for end in ends), *ends):
            if key in self.entries:
                return self.entries[key]
        return None
