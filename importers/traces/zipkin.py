"""Zipkin's spans: of the second version one side each, of the first one both sides of a call in one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import entries, mapping, number, text
from importers.traces.attributes import Attributes, micros_at, moment, of_mapping, of_pairs, span_id
from importers.traces.naming import resource_of, target_of
from importers.traces.spans import Fault, Kind, Span

_KINDS: Final = {kind.name: kind for kind in Kind}
_SIDES: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.CLIENT: ("cs", "cr"),
    Kind.SERVER: ("sr", "ss"),
    Kind.PRODUCER: ("ms",),
    Kind.CONSUMER: ("mr",),
}
_FAR_ENDS: Final = ("sa", "ma")
_OTHERS: Final = (*_FAR_ENDS, "ca")


@dataclass(frozen=True, slots=True)
class _Half:
    """One side of a span: which, whose, and whom it names at the other end."""

    kind: Kind
    endpoint: JSONValue
    remote: JSONValue
    attributes: Attributes
    failed: bool
    ended: int


def spans_of(entry: JSONValue, environment: str) -> Iterator[Span | Fault]:
    """The sides of one span of either version."""
    trace, own = span_id(entry, "traceId"), span_id(entry, "id")
    if not mapping(entry):
        yield Fault.NOT_A_SPAN
    elif not trace or not own:
        yield Fault.WITHOUT_ID
    else:
        halves = list(_first_version(entry)) if _is_first_version(entry) else [_second_version(entry)]
        for half in halves:
            yield _span((trace, own, span_id(entry, "parentId")), half, environment)


def _is_first_version(entry: JSONValue) -> bool:
    return bool(entries(entry, "binaryAnnotations")) or any(
        mapping(annotation, "endpoint") for annotation in entries(entry, "annotations")
    )


def _second_version(entry: JSONValue) -> _Half:
    tags = mapping(entry, "tags")
    started = micros_at(entry, "timestamp")
    return _Half(
        kind=_KINDS.get(text(entry, "kind"), Kind.UNSPECIFIED),
        endpoint=mapping(entry, "localEndpoint"),
        remote=mapping(entry, "remoteEndpoint"),
        attributes=of_mapping(tags),
        failed="error" in tags and tags["error"] != "false",
        ended=moment(started + micros_at(entry, "duration")) if started else 0,
    )


def _first_version(entry: JSONValue) -> Iterator[_Half]:
    annotations, tags = entries(entry, "annotations"), entries(entry, "binaryAnnotations")
    remote = next((mapping(tag, "endpoint") for tag in tags if text(tag, "key") in _FAR_ENDS), {})
    values = {text(part, "value") for part in annotations} | {text(part, "key") for part in tags}
    attributes, failed = of_pairs(tags), "error" in values
    told = False
    for kind, words in _SIDES.items():
        own = [part for part in annotations if text(part, "value") in words]
        if own:
            told = True
            ended = max(micros_at(part, "timestamp") for part in own)
            yield _Half(kind, _named(own), remote, attributes, failed, moment(ended))
    if not told:
        local = [part for part in tags if text(part, "key") not in _OTHERS]
        ended = micros_at(entry, "timestamp") + micros_at(entry, "duration")
        yield _Half(Kind.UNSPECIFIED, _named([*annotations, *local]), remote, attributes, failed, moment(ended))


def _named(parts: Iterable[JSONValue]) -> JSONValue:
    """The first endpoint that has a service name."""
    endpoints = (mapping(part, "endpoint") for part in parts)
    return next((endpoint for endpoint in endpoints if text(endpoint, "serviceName")), {})


def _span(ids: tuple[str, str, str], half: _Half, environment: str) -> Span | Fault:
    resource = resource_of(half.attributes, environment, text(half.endpoint, "serviceName"))
    if resource is None:
        return Fault.WITHOUT_SERVICE
    target = target_of(half.kind, half.attributes, resource, text(half.remote, "serviceName"), _address(half.remote))
    return Span(*ids, half.kind, resource, target, failed=half.failed, ended=half.ended)


def _address(endpoint: JSONValue) -> str:
    """The host and port of an endpoint, for what has no name of its own."""
    host = text(endpoint, "ipv4") or (f"[{six}]" if (six := text(endpoint, "ipv6")) else "")
    port = number(endpoint, "port")
    return f"{host}:{port}" if host and port else host
