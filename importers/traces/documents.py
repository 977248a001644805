"""Documents to parts of traces: line by line where lines stand alone, else as a whole; formats may even be mixed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from cmdb.errors import FileMalformed
from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.base import Document
from importers.fields import at, entries, text
from importers.json_text import parse_json
from importers.text_input import MAX_LINE_BYTES, lines_of, malformed, require_utf8, whole_text
from importers.traces import jaeger, otlp, zipkin
from importers.traces.places import LISTS, Place
from importers.traces.spans import Fault, Span

Reader: TypeAlias = Callable[[JSONValue, str], Iterator[Span | Fault]]

_HINT: Final = "Give OTLP (resourceSpans), Jaeger (data, spans) or Zipkin (a list of spans) as JSON."
_OTLP_LISTS: Final = ("resourceSpans", "batches", "result.resourceSpans", "trace.resourceSpans")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an input that can be read alone, with the reader for its format and its place."""

    value: JSONValue
    read: Reader
    place: Place


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is no trace: broken (``error``), or of another kind, such as metrics."""

    place: Place
    error: FileMalformed | None = None


def parts_of(document: Document, number: int) -> Iterator[Part | Unread]:
    """Every part in order; ``number`` is the document's in its places.

    Constant memory when each line is a JSON text of its own.

    Raises:
        FileMalformed: it is not UTF-8, or no part of it is a trace.
        FileMissing: it cannot be opened.
    """
    require_utf8(document)
    if _has_lines(document):
        yield from _by_line(document, number)
        return
    try:
        value = parse_json(whole_text(document), Where(document.name, 1))
    except FileMalformed as error:
        if not _has_later_lines(document):
            raise error from error.__cause__
        yield from _by_line(document, number)
        return
    parts = _parts(value, Place(number, 0, 0, 0))
    if parts is None:
        raise malformed("there are no traces here.", Where(document.name), _HINT)
    yield from parts


def _by_line(document: Document, number: int) -> Iterator[Part | Unread]:
    found = False
    refused: FileMalformed | None = None
    for line, text_ in lines_of(document):
        place = Place(number, line, 0, 0)
        if not text_.strip():
            continue
        try:
            parts = _parts(parse_json(text_, Where(document.name, line)), place)
        except FileMalformed as error:
            refused = refused or error
            yield Unread(place, error)
            continue
        found = found or parts is not None
        yield from (Unread(place),) if parts is None else parts
    if not found:
        raise refused or malformed("there are no traces here.", Where(document.name), _HINT)


def _has_lines(document: Document) -> bool:
    """Whether the first line is a JSON text of its own."""
    with document.open() as stream:
        line = stream.readline(MAX_LINE_BYTES + 1)
    return len(line) <= MAX_LINE_BYTES and _is_json(line.removeprefix(b"\xef\xbb\xbf"))


def _has_later_lines(document: Document) -> bool:
    """Whether a line further down is a trace of its own: the beginning of the file is what is broken."""
    try:
        return any(line.startswith("{") and _is_trace(line) for _, line in lines_of(document))
    except FileMalformed:
        return False


def _is_json(line: bytes) -> bool:
    try:
        parse_json(line.decode(), Where())
    except (FileMalformed, UnicodeDecodeError):
        return False
    return True


def _is_trace(line: str) -> bool:
    try:
        return _parts(parse_json(line, Where()), Place(0, 0, 0, 0)) is not None
    except FileMalformed:
        return False


def _parts(value: JSONValue, place: Place) -> Iterator[Part] | None:
    """The parts of one JSON text, or ``None`` when it is no trace."""
    if isinstance(value, list):
        return _placed([part for entry in value for part in _entry(entry)], place, "")
    for path in _OTLP_LISTS:
        if isinstance(at(value, *path.split(".")), list):
            return _placed([(entry, otlp.spans_of) for entry in entries(value, *path.split("."))], place, path)
    if isinstance(at(value, "data"), list):
        return _placed([(entry, jaeger.spans_of) for entry in entries(value, "data")], place, "data")
    return _placed(_entry(value), place, "") if _is_known(value) else None


def _is_known(value: JSONValue) -> bool:
    return bool(entries(value, "spans") or (text(value, "traceId") and text(value, "id")))


def _entry(value: JSONValue) -> Sequence[tuple[JSONValue, Reader]]:
    """What stands in a list: a trace of Zipkin (a list), one of Jaeger (with processes), or a span of Zipkin."""
    if isinstance(value, list):
        return [(span, zipkin.spans_of) for span in value]
    if isinstance(value, Mapping) and "spans" in value:
        return [(value, jaeger.spans_of)]
    return [(value, zipkin.spans_of)]


def _placed(found: Sequence[tuple[JSONValue, Reader]], place: Place, list_: str) -> Iterator[Part]:
    for index, (value, read) in enumerate(found):
        yield Part(value, read, Place(place.document, place.line, LISTS.index(list_), index))
