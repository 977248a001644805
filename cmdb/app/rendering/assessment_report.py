"""An impact answer as a report that can be read aloud in a change meeting."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import RenderableType

from cmdb.app.rendering.lines import columns, line, number_of, section, state_rows, title
from cmdb.app.rendering.moments import window
from cmdb.app.rendering.redundancy import held
from cmdb.practices.answers import Affected, Assessment, Called, Gaps

ROLES: Final = {
    "OWNED_BY": "owns",
    "SUPPORTED_BY": "keeps running",
    "SUPPLIED_BY": "delivers",
    "AGREED_WITH": "is party to agreements on",
}
LISTED: Final = 25
"""Rows of a section unless asked otherwise; everything is counted."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How much of a report is printed.

    ``listed``: rows a section.  ``lists_at_risk``: whether what is only at risk is told one by one.  ``about``: what
    the subject says of itself.
    """

    listed: int = LISTED
    lists_at_risk: bool = False
    about: str = ""


def assessment_report(answer: Assessment, shape: Shape) -> Iterator[RenderableType]:
    """The report, section by section; a section without content is left out."""
    ci_classes = _records(answer)
    cis = [row for row in answer.affected if row.id not in ci_classes]
    yield from _subject(answer, shape)
    yield from _raised("Goes down", "down", cis, answer, shape)
    yield from _raised("Works worse", "degraded", cis, answer, shape)
    yield from _at_risk(cis, answer, shape)
    yield from _holding(answer, shape)
    for heading, rows in (
        ("Services", answer.services),
        ("Offerings", answer.offerings),
        ("Customers", answer.customers),
        ("Agreements", answer.agreements),
        ("Business processes", answer.processes),
    ):
        yield from section(heading, _rolled_up(rows, shape))
    yield from section("Teams to involve", _parties(answer.teams, shape))
    yield from section("Suppliers to call", _parties(answer.suppliers, shape))
    yield from section("What the record does not know", _doubts(answer.gaps))
    yield from _verdict(answer)


def _records(answer: Assessment) -> set[str]:
    rolled = (answer.services, answer.offerings, answer.customers, answer.agreements, answer.processes)
    return {row.id for rows in rolled for row in rows}


def _subject(answer: Assessment, shape: Shape) -> Iterator[RenderableType]:
    seeds = ", ".join(f"{seed.cls}:{seed.name} {_said(seed.state)}" for seed in answer.seeds)
    if answer.subject is None:
        yield title(f"Impact of {seeds}")
        return
    yield title(f"{answer.subject['class']} {answer.subject['name']}")
    if shape.about:
        yield line(shape.about)
    times = [answer.subject.get(name) for name in ("window_start", "window_end", "started_at", "ended_at")]
    known = [str(moment) for moment in times if moment]
    if known:
        yield line(f"From {window(known)}.")
    yield line(f"What it does: {seeds}.")


def _said(state: str) -> str:
    return state.replace("_", " ")


def _total(answer: Assessment, state: str, classes: Iterable[str]) -> int:
    return sum(answer.counts.get(cls, {}).get(state, 0) for cls in classes)


def _ci_classes(answer: Assessment) -> list[str]:
    rolled = (answer.services, answer.offerings, answer.customers, answer.agreements, answer.processes)
    records = {row.cls for rows in rolled for row in rows}
    return [cls for cls in answer.counts if cls not in records]


def _raised(
    heading: str, state: str, cis: Sequence[Affected], answer: Assessment, shape: Shape
) -> Iterator[RenderableType]:
    rows = [row for row in cis if row.state == state]
    total = _total(answer, state, _ci_classes(answer))
    shown = rows[: shape.listed]
    parts: list[RenderableType] = list(columns([f"{row.cls}:{row.name}", row.reason] for row in shown))
    if total > len(shown):
        parts.append(line(f"and {total - len(shown):,} more"))
    yield from section(f"{heading}: {number_of(total, 'CI')}", parts)


def _at_risk(cis: Sequence[Affected], answer: Assessment, shape: Shape) -> Iterator[RenderableType]:
    if shape.lists_at_risk:
        yield from _raised("Only at risk", "at_risk", cis, answer, shape)
        return
    classes = {cls: answer.counts[cls].get("at_risk", 0) for cls in _ci_classes(answer)}
    told = ", ".join(f"{count:,} {cls}" for cls, count in classes.items() if count)
    total = sum(classes.values())
    yield from section(
        f"Only at risk: {number_of(total, 'CI')}", [line(f"{told}. List them with --at-risk.")] if total else []
    )


def _holding(answer: Assessment, shape: Shape) -> Iterator[RenderableType]:
    rows = list(held(answer.spared))
    parts: list[RenderableType] = list(state_rows(rows[: shape.listed]))
    hidden = max(0, len(rows) - shape.listed) + answer.spared_omitted
    if hidden:
        parts.append(line(f"and {hidden:,} more"))
    yield from section("Holds, and why", parts)


def _rolled_up(rows: Sequence[Affected], shape: Shape) -> Iterator[RenderableType]:
    hit = [row for row in rows if row.state != "at_risk"]
    mild = [row.name for row in rows if row.state == "at_risk"]
    yield from state_rows((row.state, _with_criticality(row), row.reason) for row in hit[: shape.listed])
    if len(hit) > shape.listed:
        yield line(f"and {len(hit) - shape.listed:,} more")
    if mild:
        more = f" and {len(mild) - shape.listed:,} more" if len(mild) > shape.listed else ""
        yield line(f"only at risk: {', '.join(mild[: shape.listed])}{more}")


def _with_criticality(row: Affected) -> str:
    return f"{row.name} ({row.criticality})" if row.criticality else row.name


def _parties(rows: Sequence[Called], shape: Shape) -> Iterator[RenderableType]:
    yield from state_rows((row.state, row.name, _duty(row)) for row in rows[: shape.listed])
    if len(rows) > shape.listed:
        yield line(f"and {len(rows) - shape.listed:,} more")


def _duty(row: Called) -> str:
    roles = " and ".join(ROLES.get(role, role) for role in row.roles)
    return f"{roles} {row.items:,} of what is hit"


def _doubts(gaps: Gaps) -> Iterator[RenderableType]:
    told = [
        (len(gaps.dangling or ()), "reference leads nowhere", "references lead nowhere"),
        (gaps.stale or 0, "CI was not seen for 30 days", "CIs were not seen for 30 days"),
        (gaps.unverified, "CI is hit through an inferred relationship", "CIs are hit through inferred relationships"),
        (gaps.retired, "CI was retired", "CIs were retired"),
        (gaps.hidden, "CI may not be shown", "CIs may not be shown"),
    ]
    for count, one, many in told:
        if count:
            yield line(number_of(count, one, many))
    yield from (line(f"  {entry}") for entry in (gaps.dangling or ())[:LISTED])


def _verdict(answer: Assessment) -> Iterator[RenderableType]:
    told = "The answer is complete." if answer.complete else "The answer is NOT complete:"
    yield from section(f"{told} As of seq {answer.seq}, by rules {answer.rules}.", [line("")])
    yield from (line(f"  {reason}") for reason in answer.incomplete)
