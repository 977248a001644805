"""What the caller of an import says beside its rows: who, why, how far it may go."""

from dataclasses import dataclass
from datetime import datetime

from cmdb.model.sources import Scope, SourceRecord

PATIENCE = 600.0
"""Seconds to wait for a scope that another run holds."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """Retire what the source no longer reports.

    ``confirm`` is the digest of a sweep that was refused: whoever gives it has seen what would go.  ``planned_at`` is
    the instant at which a plan with the sweep was made: whoever applies the plan has seen what goes, and what was
    reported since then stays.
    """

    confirm: str | None = None
    planned_at: datetime | None = None

    def permits(self, told: str) -> bool:
        """Whether somebody has seen what goes, known by its digest, however much it is."""
        return self.planned_at is not None or self.confirm == told

    def spares(self, record: SourceRecord) -> bool:
        """Whether a record stays although this input does not have it."""
        return self.planned_at is not None and record.seen_at > self.planned_at


@dataclass(frozen=True, slots=True)
class Part:
    """One of several parts in which an input is sent, numbered from 1; the run ends with the ``last`` one."""

    number: int
    last: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """Who imports what, and why.

    ``source`` names the input as a whole; empty: by the sources of its rows.  ``request_id`` becomes the id of the run
    and makes each batch of it happen once: the same input again under it writes only what is missing.  ``scopes`` are
    those that the input speaks for even when it has no row of them.  ``patience``: see :data:`PATIENCE`.
    """

    actor: str
    source: str = ""
    reason: str = ""
    request_id: str | None = None
    scopes: tuple[Scope, ...] = ()
    sweep: Sweep | None = None
    patience: float = PATIENCE
