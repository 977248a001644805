"""Import runs as text and as plain JSON values."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from rich.console import RenderableType

from cmdb.app.rendering.import_report import change_json
from cmdb.app.rendering.lines import columns, line, number_of, title
from cmdb.ingest.reverting import Reverted
from cmdb.model.sources import Run, RunState
from cmdb.model.values import iso


def run_json(run: Run) -> dict[str, object]:
    """One run."""
    return {
        "id": run.id,
        "source": run.source,
        "scopes": [str(scope) for scope in run.scopes],
        "actor": run.actor,
        "state": run.state,
        "message": run.message,
        "started_at": iso(run.started_at),
        "finished_at": iso(run.finished_at) if run.finished_at is not None else None,
        "batches": run.batches,
        "reverts": run.reverts or None,
        "counts": dict(run.counts),
    }


def runs_report(runs: Sequence[Run]) -> Iterator[RenderableType]:
    """The runs in text: which, when, how they ended, and what they did."""
    yield from columns([run.id, _minute(run), _state(run), _told(run)] for run in runs)


def run_report(run: Run) -> Iterator[RenderableType]:
    """One run in text, one fact a line."""
    facts = {
        "run": run.id,
        "state": run.state,
        "message": run.message,
        "source": run.source,
        "scopes": ", ".join(map(str, run.scopes)),
        "actor": run.actor,
        "started": iso(run.started_at),
        "finished": iso(run.finished_at) if run.finished_at is not None else "",
        "counts": _counts(run),
    }
    yield from columns([name, value] for name, value in facts.items() if value)


def revert_json(done: Reverted) -> dict[str, object]:
    """What a revert did."""
    return {
        "run": run_json(done.run),
        "seq": done.commit.seq if done.commit is not None else None,
        "changes": [change_json(change) for change in done.changes],
    }


def revert_report(done: Reverted) -> Iterator[RenderableType]:
    """What a revert did, in text."""
    if done.commit is None:
        yield title(f"Run {done.run.reverts} had changed nothing; nothing was written.")
        return
    changes = number_of(len(done.changes), "change")
    yield title(f"Reverted run {done.run.reverts}: {changes}, now at seq {done.commit.seq} (run {done.run.id}).")
    yield line(_counts(done.run))


def _minute(run: Run) -> str:
    return f"{run.started_at.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def _state(run: Run) -> str:
    return "with errors" if run.state is RunState.SUCCEEDED_WITH_ERRORS else run.state.value


def _told(run: Run) -> str:
    changes = number_of(run.counts.get("changes", 0), "change")
    return f"{run.source} by {run.actor}: {changes}{'; ' if run.message else ''}{run.message}"


def _counts(run: Run) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in run.counts.items() if count)
