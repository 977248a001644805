"""The attributes of spans and resources that are looked at; nothing else of them is ever taken over."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from cmdb.model.values import JSONValue
from importers.fields import at, entries, mapping, number, text

Attributes: TypeAlias = Mapping[str, str]
"""Wanted attributes as texts."""

DESTINATIONS: Final[Mapping[str, str]] = {
    "kafka.topic": "kafka",
    "jms.queue": "jms",
    "jms.topic": "jms",
    "rabbit.queue": "rabbitmq",
}
"""Tags that name a queue or topic by themselves, with the messaging system that they imply."""

WANTED: Final = frozenset(
    {
        "service.name", "service.namespace", "service.version", "deployment.environment",
        "deployment.environment.name", "k8s.namespace.name", "k8s.deployment.uid", "k8s.statefulset.uid",
        "k8s.daemonset.uid", "span.kind", "error", "otel.status_code", "peer.service", "service.peer.name",
        "service.peer.namespace", "peer.hostname", "peer.ipv4", "peer.address", "peer.port", "server.address",
        "server.port", "net.peer.name", "net.peer.ip", "net.peer.port", "db.system", "db.system.name", "db.type",
        "db.name", "db.namespace", "db.instance", "messaging.system", "messaging.destination",
        "messaging.destination.name", "messaging.destination.template", "messaging.destination.temporary",
        "messaging.destination.anonymous", "messaging.temp_destination", "message_bus.destination", *DESTINATIONS,
    }
)  # fmt: skip
"""Their names, over the versions of the conventions of OpenTelemetry, OpenTracing and Brave."""

LATEST: Final = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""

_HEX: Final = re.compile(r"[0-9a-f]{1,32}\Z")
_BASE64_LENGTHS: Final = (12, 24)
_TRUE: Final = ("true", "1", "yes")


def of_otlp(attributes: Iterable[JSONValue]) -> Attributes:
    """The wanted ones of ``{key, value: {stringValue: …}}``."""
    found: dict[str, str] = {}
    for entry in attributes:
        key = text(entry, "key")
        if key in WANTED:
            values = mapping(entry, "value").values()
            found[key] = next((plain(value) for value in values), "")
    return found


def of_pairs(tags: Iterable[JSONValue]) -> Attributes:
    """The wanted ones of ``{key, value}``, as Jaeger and the first Zipkin write them."""
    return {key: plain(at(entry, "value")) for entry in tags if (key := text(entry, "key")) in WANTED}


def of_mapping(tags: Mapping[str, JSONValue]) -> Attributes:
    """The wanted ones of an object of texts, as Zipkin writes them."""
    return {key: plain(value) for key, value in tags.items() if key in WANTED}


def first(attributes: Attributes, *names: str) -> str:
    """The first value that is not empty, without white space around it."""
    return next((value for name in names if (value := attributes.get(name, "").strip())), "")


def is_true(attributes: Attributes, *names: str) -> bool:
    """Whether one of them says yes."""
    return any(attributes.get(name, "").lower() in _TRUE for name in names)


def plain(value: JSONValue) -> str:
    """A text, number or boolean as text; anything else as an empty one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else text({"": value}, "")


def span_id(value: JSONValue, *path: str) -> str:
    """An id in hex, without leading zeros; from hex or base64; empty when it is none, or zero.

    >>> span_id("00F067AA0BA902B7"), span_id("APBnqgupArc="), span_id("not an id")
    ('f067aa0ba902b7', 'f067aa0ba902b7', '')
    """
    told = text(at(value, *path) if path else value).strip()
    if _HEX.match(told.lower()):
        return told.lower().lstrip("0")
    if len(told) not in _BASE64_LENGTHS:
        return ""
    try:
        return base64.b64decode(told, validate=True).hex().lstrip("0")
    except (binascii.Error, ValueError):
        return ""


def micros_at(value: JSONValue, *path: str) -> int:
    """A whole number, also one written as text; 0 when there is none or it is negative."""
    found = number(value, *path)
    if found is None:
        written = text(value, *path)
        found = int(written) if written.isascii() and written.isdecimal() else 0
    return max(found, 0)


def moment(micros: int) -> int:
    """The instant, or 0 for one that no calendar has."""
    return micros if micros <= LATEST else 0


def links_of(references: Iterable[JSONValue], trace: str, span: str) -> tuple[str, str] | None:
    """Trace and span of the first usable link, under the names that the format has for them."""
    pairs = ((span_id(entry, trace), span_id(entry, span)) for entry in references)
    return next((pair for pair in pairs if all(pair)), None)


def lists_at(value: JSONValue, *names: str) -> Iterable[JSONValue]:
    """The entries of the first of these lists that has any."""
    return next((found for name in names if (found := entries(value, name))), ())
