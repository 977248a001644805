"""An input under a key: remembered with its outcome, so that it happens once whatever has changed since."""

import hashlib
from dataclasses import replace
from typing import Final

from cmdb.errors import IdempotencyMismatch
from cmdb.ingest.contents import edge_content, item_content
from cmdb.ingest.reports import Counts, ImportReport
from cmdb.ingest.spool import Spool
from cmdb.model.sources import Run, RunState
from cmdb.store.port import Store

OUTCOMES: Final = frozenset({RunState.SUCCEEDED, RunState.SUCCEEDED_WITH_ERRORS, RunState.REVERTED})
"""States of a run that has come to its end: one that broke off, or waits for a person, is sent again to go on."""


def fingerprint(spool: Spool) -> str:
    """The digest of all that an input says, in its order; where it stands does not matter.  O(rows)."""
    told = hashlib.sha256()
    for item in spool.items:
        told.update(item_content(item.row).encode())
    for edge in spool.edges:
        told.update(edge_content(edge.row).encode())
    for problem in spool.problems:
        told.update(f"{problem.code} {problem.key} {problem.message}".encode("utf-8", "backslashreplace"))
    return told.hexdigest()


def remembered(store: Store, run: Run) -> Run | None:
    """The run that has come to its end under the same id for the same input, if there is one.

    Raises:
        IdempotencyMismatch: there is one, for another input; it stays as it is.
    """
    known = store.run(run.id)
    if known is None or known.state not in OUTCOMES:
        return None
    if known.fingerprint != run.fingerprint:
        raise IdempotencyMismatch(f"The key {run.id!r} was used for another input.", details={"run": run.id})
    return known


def repeated(report: ImportReport, known: Run) -> ImportReport:
    """What is told of an input that happened before: what was done then, marked as replayed.

    ``report`` is what planning it again says: its rows, what is wrong with them and what dangles.  How much was done
    comes from the run; what it was, one by one, is not kept there, and is counted as not listed.
    """
    done = {name: known.counts[name] for name in Counts.__dataclass_fields__ if name in known.counts}
    return replace(
        report,
        run_id=known.id,
        state=known.state,
        dry_run=False,
        replayed=True,
        changes=(),
        digest="",
        counts=replace(Counts(**done), read=report.counts.read, dangling=report.counts.dangling),
    )
