"""A run planned to its end without being written: the first half of every import that is guarded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cmdb.ingest.drafts import Drafts
from cmdb.ingest.measures import Measures
from cmdb.ingest.overlay import Overlay
from cmdb.ingest.reports import ImportReport, PlannedChange
from cmdb.ingest.stages import Rehearsing
from cmdb.ingest.sweeping import sweep
from cmdb.ingest.tally import Reading
from cmdb.ingest.work import Work
from cmdb.model.observations import CIRecord, Problem, RelationshipRecord
from cmdb.model.sources import Scope
from cmdb.store.port import Store


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would do, and the graph as it would be.

    ``scopes`` are those that the run speaks for, ``rows`` how many each of them has in the input.  ``changes`` are all
    of them, in order; ``refused`` and ``refusals`` the rows that fail and why.
    """

    store: Store
    report: ImportReport
    overlay: Overlay
    measures: Measures
    scopes: Sequence[Scope]
    rows: Mapping[str, int]
    reading: Reading
    changes: Sequence[PlannedChange] = ()
    refused: Sequence[CIRecord | RelationshipRecord] = ()
    refusals: Sequence[Problem] = ()

    @property
    def base_seq(self) -> int:
        """The head when planning began."""
        return self.report.base_seq


def rehearse(work: Work, scopes: Sequence[Scope], drafts: Drafts | None = None, *, ends: bool = True) -> Rehearsal:
    """Plan a whole run; a sweep only when the input ``ends`` it.  Every write is kept among the ``drafts``.

    What goes by a sweep that was confirmed by its digest is not measured: somebody has seen it.  Memory grows with what
    would change.
    """
    catalogue = work.store.catalogue
    stage = Rehearsing(Overlay(work.store, work.base_seq), Measures(catalogue), drafts)
    work.go(stage)
    order = work.order.sweep
    if order is not None and ends:
        apart = stage.measuring(Measures(catalogue))
        work.tally.sweep = sweep(work, order, scopes, apart)
        if order.confirm != work.tally.sweep.digest:
            stage.measures.merge(apart.measures)
    report = work.tally.report(work.run_id, (work.base_seq, work.store.head()), dry_run=True)
    return Rehearsal(
        work.store,
        report,
        stage.overlay,
        stage.measures,
        scopes,
        {str(scope): work.spool.rows_of(scope) for scope in scopes},
        work.reading,
        stage.changes,
        stage.refused,
        stage.refusals,
    )
