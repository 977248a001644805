"""Import runs as text and as plain JSON values."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType

from cmdb.app.rendering.lines import columns
from cmdb.model.sources import Run
from cmdb.model.values import iso


def run_json(run: Run) -> dict[str, object]:
    """One run."""
    return {
        "id": run.id,
        "source": run.source,
        "actor": run.actor,
        "state": run.state,
        "started_at": iso(run.started_at),
        "finished_at": iso(run.finished_at) if run.finished_at is not None else None,
        "counts": dict(run.counts),
    }


def runs_report(runs: Sequence[Run]) -> Iterator[RenderableType]:
    """The runs in text."""
    yield from columns([iso(run.started_at), run.state, run.source, run.actor, _counts(run)] for run in runs)


def _counts(run: Run) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in run.counts.items() if count)
