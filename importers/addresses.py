"""Hosts in values of settings: short names, domain names, URLs, JDBC, ``host:port`` and lists of them.

Only the host leaves this module: neither user information nor the rest of a value does.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from importers.setting_names import holds_secret, names_artefact, names_secret, names_something_else

MAX_VALUE = 1_048_576
"""How many characters of a value are looked at, at most: longer ones are no settings."""

_LABEL = r"[a-z0-9](?:[-_a-z0-9]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,7}}\.?\Z")
_LETTER = re.compile(r"[a-z]")
_HOST_PORT = re.compile(r"([^\s:/@]+):(\d{1,5})(?:[/?].*)?\Z")
_URL_LIST = re.compile(r",(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#;\s\"'<>`]*)([^\s\"'<>`]*)")
_IN_BRACKETS = re.compile(r"@[a-z]+\(([^()\s]+)\)")
_SETTING = re.compile(r"(-{0,2}[A-Za-z][\w. -]*)=(.*)\Z", re.DOTALL)
_LISTS = re.compile(r"[;,]")
_COMMENT: Final = ("#", "//", ";", "--")
_QUOTES: Final = "\"'`()[]{}<>,;"
_MAX_PORT = 65_535
_NO_HOST_SCHEMES: Final = frozenset(
    {
        "file", "unix", "classpath", "data", "s3", "s3a", "s3n", "gs", "gcs", "docker", "oci", "vault", "secret",
        "secrets", "env", "jar", "mem", "memory", "inmem", "sqlite", "sqlite3", "arn", "urn", "spiffe", "containerd",
    }
)  # fmt: skip


class Certainty(IntEnum):
    """How much the form of a mention says that it is an address at all."""

    BARE = 1
    """A word that is a host only if there is one of that name."""
    NAMED = 2
    """In running text: an address only if there is a host of that name."""
    EXPLICIT = 3
    """A URL or ``host:port`` that stands alone: an address, even when nothing bears that name yet."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host that a value names, in lower case, and how sure it is that it is one."""

    host: str
    certainty: Certainty

    def at_most(self, certainty: Certainty) -> "Address":
        """The same host, no surer than that."""
        return Address(self.host, min(self.certainty, certainty))


def addresses_of_setting(value: str, name: str) -> Iterator[Address]:
    """As :func:`addresses_in`, but none under a secret's name, and only known hosts under one that hints at a secret.

    >>> list(addresses_of_setting("redis:6379", "CACHE_TOKEN"))
    []
    """
    if holds_secret(name) or len(value) > MAX_VALUE:
        return
    found = addresses_in(value, name)
    yield from (address.at_most(Certainty.NAMED) for address in found) if names_secret(name) else found


def addresses_in(value: str, name: str) -> Iterator[Address]:
    """The hosts that the value of a setting of that name mentions, in order; linear in its length.

    >>> [address.host for address in addresses_in("jdbc:mysql://u:p@orders-db:3306/x?ssl=1", "DB_URL")]
    ['orders-db']
    >>> [address.host for address in addresses_in("kafka-0.kafka:9092,kafka-1.kafka:9092", "BROKERS")]
    ['kafka-0.kafka', 'kafka-1.kafka']
    """
    value = value.strip().strip("\"'")
    if "\n" in value:
        yield from addresses_in_text(value)
        return
    if "://" in value:
        yield from _in_urls(value, Certainty.NAMED if re.search(r"\s", value) else Certainty.EXPLICIT)
        return
    is_jdbc = value.startswith("jdbc:")
    for element in [value.rpartition("@")[2].lstrip("/")] if is_jdbc else _LISTS.split(value):
        yield from _element(element.strip(), name)


def addresses_in_text(text: str) -> Iterator[Address]:
    """The URLs and ``host:port`` words of running text, such as scripts and configuration files; not its comments."""
    for line in text.splitlines():
        if not line.lstrip().startswith(_COMMENT):
            yield from _in_words(line)


def _in_words(line: str) -> Iterator[Address]:
    for word in line.split():
        if "://" in word:
            yield from _in_urls(word, Certainty.NAMED)
        else:
            yield from _host_and_port(word.strip(_QUOTES), Certainty.NAMED)


def _in_urls(text: str, certainty: Certainty) -> Iterator[Address]:
    for part in _URL_LIST.split(text):
        for match in _URL.finditer(part):
            scheme, authority, rest = match.group(1).lower(), match.group(2), match.group(3)
            if scheme in _NO_HOST_SCHEMES or ("@" in rest and "@" not in authority):
                continue  # in the second case the authority may be a part of user information
            authority = authority or rest.lstrip("/")  # dns:///host:port
            for host in authority.rpartition("@")[2].split(","):
                yield from _url_host(host, certainty)


def _url_host(text: str, certainty: Certainty) -> Iterator[Address]:
    host, colon, port = text.partition(":")
    if not colon or (port.isdecimal() and int(port) <= _MAX_PORT):
        yield from _address(host.lower(), certainty)


def _element(element: str, name: str) -> Iterator[Address]:
    """One entry of a list of hosts, a connection string, or a value on its own."""
    setting = _SETTING.match(element)
    if setting is not None:
        inner = setting.group(1)
        if not names_something_else(inner) and not holds_secret(inner):
            yield from _element(setting.group(2).strip(), inner)
        return
    if _IN_BRACKETS.search(element):
        for match in _IN_BRACKETS.finditer(element):
            yield from _host_and_port(match.group(1), Certainty.EXPLICIT)
        return
    if re.search(r"\s", element):
        yield from _in_words(element)
    elif ":" in element and not names_artefact(name):
        yield from _host_and_port(element.rpartition("@")[2], Certainty.EXPLICIT)
    elif "@" not in element and not names_something_else(name):
        yield from _address(element, Certainty.BARE)


def _host_and_port(text: str, certainty: Certainty) -> Iterator[Address]:
    match = _HOST_PORT.match(text)
    if match is not None and 0 < int(match.group(2)) <= _MAX_PORT:
        yield from _address(match.group(1), certainty)


def _address(host: str, certainty: Certainty) -> Iterator[Address]:
    if _HOST.match(host) and _LETTER.search(host.rpartition(".")[2] or host) and host != "localhost":
        yield Address(host.rstrip("."), certainty)
