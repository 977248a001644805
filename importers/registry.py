"""The installed importers, and which of them an input is for."""

from collections.abc import Sequence
from importlib.metadata import entry_points

from cmdb.errors import FormatUnknown
from importers.base import Document, Importer

GROUP = "cmdb.importers"
"""The entry point group: ``format = "package.module:ImporterClass"``."""


def installed() -> tuple[Importer, ...]:
    """One instance of every importer that an installed distribution declares, sorted by name.

    Raises:
        FormatUnknown: an entry point does not lead to an importer.
    """
    found: dict[str, Importer] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            importer = entry.load()()
        except (ImportError, AttributeError, TypeError) as error:
            raise _broken(entry.name, entry.value) from error
        if not isinstance(importer, Importer):
            raise _broken(entry.name, entry.value)
        found.setdefault(importer.name, importer)
    return tuple(found[name] for name in sorted(found))


def choose(document: Document, format_: str | None, importers: Sequence[Importer]) -> Importer:
    """The importer of that format, or, without one, the single one that is surest of the document.

    Raises:
        FormatUnknown: no such format; or nothing, or more than one, recognises the document; lists what is known.
        FileMissing: the document cannot be opened.
    """
    if format_ is not None:
        return _named(format_, importers)
    head = document.head()
    marks = {importer.name: importer.sniff(head, document.name) for importer in importers}
    best = max(marks.values(), default=0.0)
    winners = [importer for importer in importers if marks[importer.name] == best]
    if best > 0 and len(winners) == 1:
        return winners[0]
    seen = "is in no known format" if best == 0 else "could be in more than one format"
    known = ", ".join(f"{name} ({mark:.0%})" for name, mark in sorted(marks.items()))
    raise FormatUnknown(
        f"{document.name} {seen}: {known or 'no importer is installed'}.",
        hint="Name the format with --format.",
        details={"confidences": marks},
    )


def _named(format_: str, importers: Sequence[Importer]) -> Importer:
    for importer in importers:
        if importer.name == format_:
            return importer
    known = ", ".join(sorted(importer.name for importer in importers)) or "none"
    raise FormatUnknown(f"There is no format {format_!r}.", hint=f"Known formats: {known}.")


def _broken(name: str, value: str) -> FormatUnknown:
    return FormatUnknown(
        f"The importer {name!r} ({value}) cannot be loaded.",
        hint="Correct or remove the distribution that declares it.",
    )
