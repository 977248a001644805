"""Traces as Jaeger's query interface answers them and its pages save them."""

from collections.abc import Iterator, Mapping
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import at, entries, mapping, text
from importers.traces.attributes import first, is_true, links_of, micros_at, moment, of_pairs, span_id
from importers.traces.naming import resource_of, target_of
from importers.traces.spans import Fault, Kind, Resource, Span

_KINDS: Final = {kind.name.lower(): kind for kind in Kind}


def spans_of(trace: JSONValue, environment: str) -> Iterator[Span | Fault]:
    """The spans of one entry of ``data``."""
    processes = {name: _resource(process, environment) for name, process in mapping(trace, "processes").items()}
    for entry in entries(trace, "spans"):
        if not mapping(entry):
            yield Fault.NOT_A_SPAN
            continue
        resource = processes.get(text(entry, "processID")) or _resource(at(entry, "process"), environment)
        yield Fault.WITHOUT_SERVICE if resource is None else _span(entry, span_id(trace, "traceID"), resource)


def _resource(process: JSONValue, environment: str) -> Resource | None:
    return resource_of(of_pairs(entries(process, "tags")), environment, text(process, "serviceName"))


def _span(entry: JSONValue, whole: str, resource: Resource) -> Span | Fault:
    trace, own = span_id(entry, "traceID") or whole, span_id(entry, "spanID")
    if not trace or not own:
        return Fault.WITHOUT_ID
    attributes = of_pairs(entries(entry, "tags"))
    kind = _KINDS.get(first(attributes, "span.kind").lower(), Kind.UNSPECIFIED)
    references = _by_type(entry)
    parents = links_of(references.get("CHILD_OF", ()), "traceID", "spanID")
    started = micros_at(entry, "startTime")
    return Span(
        trace=trace,
        id=own,
        parent=span_id(entry, "parentSpanID") or (parents[1] if parents and parents[0] == trace else ""),
        kind=kind,
        resource=resource,
        target=target_of(kind, attributes, resource),
        link=links_of(references.get("FOLLOWS_FROM", ()), "traceID", "spanID") if kind is Kind.CONSUMER else None,
        failed=is_true(attributes, "error") or first(attributes, "otel.status_code").upper() == "ERROR",
        ended=moment(started + micros_at(entry, "duration")) if started else 0,
    )


def _by_type(entry: JSONValue) -> Mapping[str, list[JSONValue]]:
    """References by their type: a span is waited for by what it is a child of, not by what it follows from."""
    found: dict[str, list[JSONValue]] = {}
    for reference in entries(entry, "references"):
        found.setdefault(text(reference, "refType"), []).append(reference)
    return found
