"""Who says so: scopes, source records, sightings and import runs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from cmdb.errors import InvalidReference
from cmdb.model.values import JSONValue

_SOURCE = re.compile(r"(?![A-Z][A-Za-z0-9]*:)[^#\x00\ud800-\udfff]+")
_BOUNDARY = re.compile(r"[^#/\x00\ud800-\udfff]+")

MANUAL = "manual"
"""The source of what people edit; it stands above every other."""


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """A source instance (``kubernetes/prod-eu``) and a boundary in it (``shop``): the unit of completeness."""

    source: str
    boundary: str = "default"

    def __post_init__(self) -> None:
        """Refuse what could not be parsed back."""
        if _SOURCE.fullmatch(self.source) is None or _BOUNDARY.fullmatch(self.boundary) is None:
            msg = f"The scope {self.source!r} / {self.boundary!r} is not usable."
            hint = "Use a source without '#' that does not begin like Class:, and a boundary without '#' and '/'."
            raise InvalidReference(msg, hint=hint)

    def __str__(self) -> str:
        """``source/boundary``, the form :meth:`parse` reads."""
        return f"{self.source}/{self.boundary}"

    @classmethod
    def parse(cls, text: str) -> "Scope":
        """Read ``source/boundary``; a text without ``/`` is a source with the default boundary."""
        source, slash, boundary = text.rpartition("/")
        return cls(source, boundary) if slash else cls(boundary)


@lru_cache(4096)
def scope_of(source: str, boundary: str) -> Scope:
    """A scope as it was kept, one object however often it is read: millions of rows have few scopes."""
    return Scope(source, boundary)


class RecordKind(StrEnum):
    """What a source record speaks of."""

    ITEM = "item"
    RELATIONSHIP = "relationship"


@dataclass(frozen=True, slots=True)
class Bond:
    """What a source record is bound to, and the digest of its claim: whether a row is new can be told from it alone."""

    kind: RecordKind
    target: str | None
    digest: str
    gone: bool = False


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """What one source last said of one CI or one relationship: its binding and its claim.

    ``target`` is the item id or the relationship key it is bound to, ``None`` while a reference is unresolved.
    ``body`` is what was said, ``digest`` its hash; an unchanged digest means that nothing needs to be done.
    ``run_id`` is the run that wrote it, ``seen_run`` the one that saw it last, at ``seen_at``.  ``gone``: the source
    reported it once and does so no longer.  Unique by ``(scope, key)``; not versioned: the graph has the history, a
    record only the last word, and what a run replaced is kept so that the run can be reverted.
    """

    scope: Scope
    key: str
    kind: RecordKind
    target: str | None
    digest: str
    body: Mapping[str, JSONValue]
    run_id: str
    seen_at: datetime
    seen_run: str = ""
    gone: bool = False

    @property
    def binding(self) -> str:
        """``source/scope#key``."""
        return f"{self.scope}#{self.key}"

    @property
    def bond(self) -> Bond:
        """All but what was said, by whom and when."""
        return Bond(self.kind, self.target, self.digest, self.gone)


class RunState(StrEnum):
    """How far an import has come."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    SUCCEEDED_WITH_ERRORS = "succeeded_with_errors"
    HELD = "held"
    FAILED = "failed"
    ABORTED = "aborted"
    REVERTED = "reverted"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of the run by itself."""
        return self is not RunState.RUNNING

    @property
    def takes_parts(self) -> bool:
        """Whether further parts can be sent to the run: one that failed or was held is sent again."""
        return self in {RunState.RUNNING, RunState.FAILED, RunState.ABORTED, RunState.HELD}


@dataclass(frozen=True, slots=True)
class Run:
    """One import: its state and counts, readable while it goes on.

    ``scopes`` are those it speaks for; ``batches`` how many parts of the input were taken in whole; ``message`` why it
    ended as it did, when there is something to say; ``reverts`` the run that this one undid, empty for an import.
    ``taken`` are the counts of the parts that were taken in whole: a part that broke off counts from there again.
    ``fingerprint`` tells the input from any other, where it came whole under a key.
    """

    id: str
    source: str
    actor: str
    state: RunState
    started_at: datetime
    finished_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    batches: int = 0
    message: str = ""
    reverts: str = ""
    taken: Mapping[str, int] = field(default_factory=dict)
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of one run to write a scope, until an instant.  ``holder`` names the process: ``host/pid``."""

    scope: Scope
    run_id: str
    holder: str
    until: datetime
