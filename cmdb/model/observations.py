"""What an importer yields: CI records, relationship records and problems, in deterministic order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from cmdb.model.items import Basis, Effect, GroupSetting
from cmdb.model.references import Reference
from cmdb.model.sources import Scope
from cmdb.model.values import JSONValue


@dataclass(frozen=True, slots=True)
class Where:
    """A place in an input: file name, line (from 1) and pointer (``spec.template.env[3]``), as far as known."""

    file: str = ""
    line: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        """``file:line pointer``."""
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        return f"{place} {self.pointer}".strip()


@dataclass(frozen=True, slots=True)
class CIRecord:
    """One CI (or ITSM record) as the input describes it.

    ``key`` identifies it inside ``scope``.  ``attributes`` are named as the catalogue does; what the class does not
    declare goes to ``unmapped`` and stays with the source record.  ``kind`` is the word of the input (``Deployment``);
    empty for what is only implied by it (a namespace never declared).
    """

    scope: Scope
    key: str
    cls: str
    name: str
    attributes: Mapping[str, JSONValue] = field(default_factory=dict)
    groups: Mapping[str, GroupSetting] = field(default_factory=dict)
    kind: str = ""
    where: Where = field(default_factory=Where)
    unmapped: Mapping[str, JSONValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The field of the input that a relationship was read from."""

    origin: str
    where: Where = field(default_factory=Where)


@dataclass(frozen=True, slots=True)
class RelationshipRecord:
    """One edge as the input describes it; both ends may be in another file or source, or nowhere yet.

    The same edge may be evidenced several times; it is yielded once with all its ``evidence``.
    """

    scope: Scope
    type: str
    from_ref: Reference
    to_ref: Reference
    basis: Basis = Basis.DECLARED
    group: str | None = None
    effect: Effect | None = None
    attributes: Mapping[str, JSONValue] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    where: Where = field(default_factory=Where)

    @property
    def key(self) -> str:
        """The scope-local key of the claim: ``TYPE from -> to``."""
        return f"{self.type} {self.from_ref} -> {self.to_ref}"


class Severity(StrEnum):
    """How much a problem takes away; ``INCOMPLETE`` forbids sweeping the scope."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input, with its place; the rest of the input goes on."""

    severity: Severity
    code: str
    message: str
    where: Where = field(default_factory=Where)
    key: str = ""


Observation: TypeAlias = CIRecord | RelationshipRecord | Problem
