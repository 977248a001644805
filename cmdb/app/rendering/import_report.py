"""What an import did, as text and as plain JSON values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Final

from rich.console import RenderableType

from cmdb.app.rendering.lines import columns, line, number_of, section, title
from cmdb.ingest.reports import Counts, Dangling, ImportReport, PlannedChange, SweepReport, TypeCount
from cmdb.model.observations import Problem
from cmdb.model.sources import RunState

LISTED: Final = 50
"""Rows of a section in text; JSON has all of them."""


MOST: Final = 10_000
"""How many changes, problems and dangling references a report lists at most."""


def import_json(report: ImportReport, listed: int = MOST) -> dict[str, object]:
    """The whole report; of changes, problems and dangling references the first ``listed``, the rest counted."""
    problems, dangling, changes = report.problems[:listed], report.dangling[:listed], report.changes[:listed]
    return {
        "run_id": report.run_id,
        "state": report.state,
        "dry_run": report.dry_run,
        "replayed": report.replayed,
        "complete": report.complete,
        "base_seq": report.base_seq,
        "seq": report.seq,
        "digest": report.digest,
        "counts": {**asdict(report.counts), "changes": report.counts.changes},
        "objects": dict(report.objects),
        "classes": dict(report.classes),
        "relationships": {
            type_: {"relationships": count.relationships, "mentions": count.mentions}
            for type_, count in report.relationships.items()
        },
        "problems": [_problem(problem) for problem in problems],
        "dangling": [_dangling(row) for row in dangling],
        "changes": [change_json(change) for change in changes],
        "omitted": {
            "problems": report.problem_count - len(problems),
            "dangling": report.counts.dangling - len(dangling),
            "changes": report.counts.changes - len(changes),
        },
        "sweep": None if report.sweep is None else asdict(report.sweep),
        "held_because": list(report.held_because),
        "plan_id": report.plan_id or None,
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "file": problem.where.file,
        "line": problem.where.line,
        "pointer": problem.where.pointer,
        "key": problem.key,
    }


def _dangling(row: Dangling) -> dict[str, object]:
    return {
        "type": row.type,
        "from": row.from_ref,
        "to": row.to_ref,
        "missing": row.missing,
        "where": row.where,
        "evidence": list(row.evidence),
    }


def change_json(change: PlannedChange) -> dict[str, object]:
    """One change."""
    fields = {name: {"old": old, "new": new} for name, (old, new) in change.fields.items()}
    return {"action": change.action, "subject": change.subject, "binding": change.binding, "fields": fields}


def import_report(report: ImportReport) -> Iterator[RenderableType]:
    """The report in text: counts first, then what needs attention."""
    yield title(_headline(report))
    yield line(_counted(report.counts))
    yield from section("Held because", map(line, report.held_because))
    yield from section("Look at it, then apply or discard it", _commands(report))
    if report.objects != report.classes:
        yield from section("Objects of the input", _numbers(report.objects))
    yield from section("CIs and records by class", _numbers(report.classes))
    yield from section("Relationships by type", _relationships(report.relationships))
    if report.dry_run:
        yield from _limited("Would change", report.counts.changes, [change_row(change) for change in report.changes])
    yield from attention(report)
    if report.sweep is not None:
        yield from section("Sweep", [line(_swept(report.sweep, report))])


def attention(report: ImportReport) -> Iterator[RenderableType]:
    """What of the input leads nowhere or is wrong."""
    heading = "Leads nowhere yet (kept, and tried again at every import)"
    yield from _limited(heading, report.counts.dangling, _dangling_rows(report))
    yield from _limited("Problems", report.problem_count, [_problem_row(problem) for problem in report.problems])


def _headline(report: ImportReport) -> str:
    changes = number_of(report.counts.changes, "change")
    if report.state is RunState.HELD and report.plan_id:
        return f"Held: {changes} against seq {report.seq} wait for a decision; nothing was written."
    if report.dry_run:
        return f"Dry run against seq {report.seq}: {changes} pending; nothing was written."
    words = "Imported" if report.counts.failed == 0 and not report.is_incomplete else "Imported with errors"
    refused = " The sweep was refused." if report.sweep is not None and report.sweep.refusal else ""
    return f"{words}: {changes}, now at seq {report.seq} (run {report.run_id}).{refused}"


def _commands(report: ImportReport) -> Iterator[RenderableType]:
    if report.state is RunState.HELD and report.plan_id:
        yield from (line(f"cmdb plan {word} {report.plan_id}") for word in ("show", "apply", "discard"))


def _counted(counts: Counts) -> str:
    items = f"{counts.created:,} created, {counts.updated:,} updated, {counts.unchanged:,} unchanged"
    items += f", {counts.retired:,} retired" if counts.retired else ""
    items += f", {counts.restored:,} restored" if counts.restored else ""
    items += f", {number_of(counts.suspected, 'duplicate')} suspected" if counts.suspected else ""
    edges = f"{counts.related:,} related, {counts.unrelated:,} unrelated, {counts.relationships_unchanged:,} unchanged"
    return (
        f"{number_of(counts.read, 'row')} read. CIs: {items}. Relationships: {edges}. "
        f"{counts.dangling:,} dangling, {counts.failed:,} failed."
    )


def _numbers(counts: Mapping[str, int]) -> list[RenderableType]:
    return [line(", ".join(f"{count:,} {name}" for name, count in counts.items()))] if counts else []


def _relationships(counts: Mapping[str, TypeCount]) -> list[RenderableType]:
    told = (f"{count.relationships:,} {type_}{_mentions(count)}" for type_, count in counts.items())
    return [line(", ".join(told))] if counts else []


def _mentions(count: TypeCount) -> str:
    return f" (from {number_of(count.mentions, 'mention')})" if count.mentions > count.relationships else ""


def change_row(change: PlannedChange) -> list[str]:
    """One change in text: what is done, to what, and what becomes of which value."""
    fields = "; ".join(f"{name}: {old!r} → {new!r}" for name, (old, new) in change.fields.items())
    return [change.action, change.subject, fields]


def _dangling_rows(report: ImportReport) -> list[list[str]]:
    return [[row.where, f"{row.from_ref} {row.type} {row.to_ref}"] for row in report.dangling]


def _problem_row(problem: Problem) -> list[str]:
    return [str(problem.where), problem.severity, f"{problem.message} [{problem.code}]"]


def _swept(sweep: SweepReport, report: ImportReport) -> str:
    what = f"{number_of(sweep.items, 'CI')} and {number_of(sweep.relationships, 'relationship')}"
    if sweep.refusal:
        return (
            f"Refused: {sweep.refusal}. {what} were left as they are. Look at them with --dry-run; "
            f"--confirm {sweep.digest} retires exactly these."
        )
    return f"{what} no longer reported {'would be' if report.dry_run else 'were'} retired."


def _limited(heading: str, total: int, rows: Sequence[Sequence[str]]) -> Iterator[RenderableType]:
    parts: list[RenderableType] = list(columns(rows[:LISTED]))
    if total > LISTED:
        parts.append(line(f"and {total - LISTED:,} more; --json lists up to 10,000"))
    yield from section(f"{heading}: {total:,}", parts)
