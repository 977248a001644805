"""Bytes to lines of text: UTF-8 only, sizes limited, places known."""

import codecs
from collections.abc import Iterator

from cmdb.errors import FileMalformed
from cmdb.model.observations import Problem, Severity, Where
from importers.base import Document

MAX_TREE_BYTES = 268_435_456
"""256 MiB: the largest document that is held in memory as a whole."""
MAX_LINE_BYTES = 16_777_216
"""16 MiB: the longest line of a line-by-line format."""

_CHUNK = 1_048_576
_BOM = codecs.BOM_UTF8


def malformed(message: str, where: Where, hint: str = "") -> FileMalformed:
    """The error for a document, or a part of one, that is not what it should be, with its place in the details."""
    return FileMalformed(f"{where}: {message}", hint=hint, details={"where": where, "seen": message})


def as_problem(error: FileMalformed, severity: Severity, advice: str) -> Problem:
    """The error of :func:`malformed` as a problem of one part of an input, while the rest goes on."""
    where = error.details.get("where")
    seen = str(error.details.get("seen", error.message))
    place = where if isinstance(where, Where) else Where()
    return Problem(severity, error.code, f"{seen[:1].upper()}{seen[1:]} {advice}", place)


def require_utf8(document: Document) -> None:
    """Read a document once, in constant memory, so that a wrong encoding is refused before anything is taken from it.

    Raises:
        FileMalformed: it is not UTF-8; the place has the line.
        FileMissing: it cannot be opened.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with document.open() as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise malformed("not UTF-8.", Where(document.name, line), "Save the file as UTF-8.") from error
            if not chunk:
                return


def lines_of(document: Document) -> Iterator[tuple[int, str]]:
    """Number (from 1) and text of every line, line end kept, byte order mark dropped; constant memory.

    Raises:
        FileMalformed: not UTF-8, or a line longer than ``MAX_LINE_BYTES``.
        FileMissing: it cannot be opened.
    """
    with document.open() as stream:
        number = 0
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            where = Where(document.name, number)
            if len(raw) > MAX_LINE_BYTES:
                raise malformed(f"the line is longer than {MAX_LINE_BYTES} bytes.", where)
            try:
                yield number, (raw.removeprefix(_BOM) if number == 1 else raw).decode()
            except UnicodeDecodeError as error:
                raise malformed("not UTF-8.", where, "Save the file as UTF-8.") from error


def whole_text(document: Document) -> str:
    """All of a document that has to be held as a whole.

    Raises:
        FileMalformed: larger than ``MAX_TREE_BYTES``, or not UTF-8.
        FileMissing: it cannot be opened.
    """
    with document.open() as stream:
        raw = stream.read(MAX_TREE_BYTES + 1)
    if len(raw) > MAX_TREE_BYTES:
        msg = f"larger than {MAX_TREE_BYTES} bytes."
        raise malformed(msg, Where(document.name), "Split it, or send NDJSON or CSV, which are read line by line.")
    require_utf8(Document(document.name, raw))
    return raw.removeprefix(_BOM).decode()
