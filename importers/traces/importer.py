"""Traces in the formats of OpenTelemetry, Jaeger and Zipkin."""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from cmdb.model.observations import Observation
from cmdb.model.sources import Scope
from importers.base import Document, Importer, ReadOptions
from importers.traces.naming import DEFAULT_ENVIRONMENT
from importers.traces.reading import Reading, read_all
from importers.traces.records import records_of

DEFAULT_SOURCE: Final = "traces"

MOST_SPANS: Final = 1_048_576
"""How many spans are held at once: about 50 MB, and as much again while they are joined.

Of a larger input, the traces are read in several turns.
"""

_OTLP: Final = re.compile(rb'\s*\{\s*"(resourceSpans|(result|trace)"\s*:\s*\{\s*"resourceSpans)"\s*:')
_JAEGER: Final = (b'"traceID"', b'"spanID"', b'"processID"')
_ZIPKIN: Final = (b'"localEndpoint"', b'"binaryAnnotations"', b'"annotations"', b'"parentId"', b'"remoteEndpoint"')
_CERTAIN, _SURE, _LIKELY = 0.97, 0.92, 0.7


class TracesImporter(Importer):
    """Jaeger, OTLP and Zipkin (first and second version) as JSON; OTLP also an object a line, in any size.

    ``ReadOptions.boundary`` is the environment of services that name none.  The input is read in as many turns as it
    takes to hold ``most_spans`` at a time; memory beyond them grows with services and pairs of them, not with spans.
    """

    name: ClassVar[str] = "traces"

    def __init__(self, most_spans: int = MOST_SPANS) -> None:
        """Hold at most that many spans at once."""
        self._most_spans = most_spans

    def sniff(self, head: bytes, filename: str) -> float:
        """Sure by the words that each of the formats has in every span."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not start.startswith((b"{", b"[")):
            return 0.0
        if _OTLP.match(start) or all(word in start for word in _JAEGER):
            return _CERTAIN
        if b'"batches"' in start and (b'"scopeSpans"' in start or b'"instrumentationLibrarySpans"' in start):
            return _SURE
        if b'"traceId"' in start and b'"id"' in start and any(word in start for word in _ZIPKIN):
            return _SURE
        return _LIKELY if b'"traceID"' in start and b'"spans"' in start else 0.0

    def scopes(self, document: Document, options: ReadOptions) -> tuple[Scope, ...]:
        """The environments of all services."""
        reading = self._read([document], options)
        source = options.source or DEFAULT_SOURCE
        return tuple(sorted({Scope(source, known.party.environment) for known in reading.roster if known.is_service}))

    def read(self, document: Document, options: ReadOptions) -> Iterator[Observation]:
        """Problems, then services and what they call, then calls, each sorted by key."""
        yield from self.read_together([document], options)

    def read_together(self, documents: Sequence[Document], options: ReadOptions) -> Iterator[Observation]:
        """All documents as one: a collector that rotates its file spreads traces over several."""
        reading = self._read(documents, options)
        names = tuple(document.name for document in documents)
        yield from records_of(reading, options.source or DEFAULT_SOURCE, names)

    def _read(self, documents: Sequence[Document], options: ReadOptions) -> Reading:
        return read_all(documents, options.boundary or DEFAULT_ENVIRONMENT, self._most_spans)
