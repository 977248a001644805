"""What an input does not tell, as problems: one of each kind, with its number and its first place."""

import re
from collections.abc import Iterator
from typing import Final

from cmdb.model.observations import Problem, Severity, Where
from importers.traces.reading import Reading, Reason, Skipped, Skips
from importers.traces.spans import Fault

_TEXTS: Final[dict[Reason, tuple[Severity, str]]] = {
    Skipped.BROKEN: (
        Severity.INCOMPLETE,
        "Lines that cannot be read: {count}. Nothing was taken from them; export them again.",
    ),
    Skipped.NO_TRACE: (Severity.INFO, "Lines that hold no traces (metrics, logs): {count}. They are left out."),
    Fault.NOT_A_SPAN: (Severity.ERROR, "Entries that are no spans: {count}. They are left out."),
    Fault.WITHOUT_ID: (Severity.ERROR, "Spans without a usable trace id and span id: {count}. They are left out."),
    Fault.WITHOUT_SERVICE: (
        Severity.WARNING,
        "Spans of processes that name no service: {count}. They are left out; set service.name there.",
    ),
}
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")
_SUFFIX: Final = re.compile(r"(?<=.)(service|svc)\Z")


def problems_of(reading: Reading, names: tuple[str, ...]) -> Iterator[Problem]:
    """What was left out, what could not be told, and services that may be one under several names."""
    for reason in _TEXTS:
        if reason in reading.skips:
            yield _skipped(reason, reading.skips[reason], names)
    yield from _untold(reading, Where(names[0]) if names else Where())
    yield from _alike(reading, names)


def _skipped(reason: Reason, skips: Skips, names: tuple[str, ...]) -> Problem:
    severity, words = _TEXTS[reason]
    text = words.format(count=skips.count)
    seen = f" This one: {skips.error.details.get('seen', '')}" if skips.error is not None else ""
    return Problem(severity, reason.value, f"{text}{seen}", skips.first.where(names))


def _untold(reading: Reading, where: Where) -> Iterator[Problem]:
    calls = reading.calls
    told = (
        ("PARENT_MISSING", calls.orphans, "Spans whose parent is not in the input: {}. Their callers stay unknown."),
        ("CALLEE_UNKNOWN", calls.aimless, "Client spans that nobody answers and that name no service: {}."),
        ("QUEUE_UNKNOWN", calls.unqueued, "Messages between services of which no span names the queue: {}."),
    )
    for code, count, text in told:
        if count:
            yield Problem(Severity.INFO, code, text.format(count), where)


def _alike(reading: Reading, names: tuple[str, ...]) -> Iterator[Problem]:
    """Names that differ in case, punctuation or a suffix only: they stay apart, a person may know better."""
    groups: dict[tuple[str, str], dict[str, Where]] = {}
    for known in reading.roster:
        if known.is_service:
            folded = _SUFFIX.sub("", _SEPARATORS.sub("", known.party.name.lower()))
            group = groups.setdefault((known.party.environment, folded), {})
            group.setdefault(known.party.name, known.first.where(names))
    for _, group in sorted(groups.items()):
        if len(group) > 1:
            text = f"These services have much the same name and are kept apart: {', '.join(sorted(group))}."
            yield Problem(Severity.INFO, "NAMES_ALIKE", text, group[min(group)])
