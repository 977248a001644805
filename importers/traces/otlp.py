"""OTLP in JSON: what the collector's file exporter writes, and what Tempo and Jaeger's newer interface answer."""

from collections.abc import Iterator
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, number, text
from importers.traces.attributes import first, is_true, links_of, lists_at, micros_at, moment, of_otlp, span_id
from importers.traces.naming import resource_of, target_of
from importers.traces.spans import Fault, Kind, Resource, Span

_KINDS: Final = {f"SPAN_KIND_{kind.name}": kind for kind in Kind} | {str(kind.value): kind for kind in Kind}
_ERRORS: Final = ("STATUS_CODE_ERROR", "2")


def spans_of(block: JSONValue, environment: str) -> Iterator[Span | Fault]:
    """The spans of one entry of ``resourceSpans``."""
    resource = resource_of(of_otlp(entries(block, "resource", "attributes")), environment)
    for scope in lists_at(block, "scopeSpans", "instrumentationLibrarySpans"):
        for entry in entries(scope, "spans"):
            yield Fault.WITHOUT_SERVICE if resource is None else _span(entry, resource)


def _span(entry: JSONValue, resource: Resource) -> Span | Fault:
    trace, own = span_id(entry, "traceId"), span_id(entry, "spanId")
    if not mapping(entry):
        return Fault.NOT_A_SPAN
    if not trace or not own:
        return Fault.WITHOUT_ID
    kind = _KINDS.get(_word(entry, "kind"), Kind.UNSPECIFIED)
    attributes = of_otlp(entries(entry, "attributes"))
    return Span(
        trace=trace,
        id=own,
        parent=span_id(entry, "parentSpanId"),
        kind=kind,
        resource=resource,
        target=target_of(kind, attributes, resource),
        link=links_of(entries(entry, "links"), "traceId", "spanId") if kind is Kind.CONSUMER else None,
        failed=_word(entry, "status", "code") in _ERRORS
        or is_true(attributes, "error")
        or first(attributes, "otel.status_code").upper() == "ERROR",
        ended=moment(micros_at(entry, "endTimeUnixNano") // 1000),
    )


def _word(entry: JSONValue, *path: str) -> str:
    """An enumerated value, by its name or its number."""
    code = number(entry, *path)
    return text(entry, *path) if code is None else str(code)
