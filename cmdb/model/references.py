"""How a CI is named: by id, ``Class:name`` or ``source/scope#key``; one pair of functions reads and prints it."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from cmdb.errors import InvalidReference
from cmdb.model.sources import Scope

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_OWN = "id/"
_CLASS = re.compile(r"[A-Z][A-Za-z0-9]*\Z")


@dataclass(frozen=True, slots=True)
class ById:
    """The immutable id."""

    id: str

    def __str__(self) -> str:
        """The id itself."""
        return self.id


@dataclass(frozen=True, slots=True)
class ByName:
    """A class (or an ancestor of it) and a name: unique only when one item bears it."""

    cls: str
    name: str

    def __str__(self) -> str:
        """``Class:name``."""
        return f"{self.cls}:{self.name}"


@dataclass(frozen=True, slots=True)
class ByKey:
    """A key inside a source's scope."""

    scope: Scope
    key: str

    def __str__(self) -> str:
        """``source/scope#key``."""
        return f"{self.scope}#{self.key}"


@dataclass(frozen=True, slots=True)
class ByIdentifier:
    """An identifying attribute and its value, over all sources: ``serial=ABC``; for importers."""

    attribute: str
    value: str
    cls: str | None = None

    def __str__(self) -> str:
        """``attribute=value``."""
        return f"{self.attribute}={self.value}"


Reference: TypeAlias = ById | ByName | ByKey | ByIdentifier


def parse_reference(text: str) -> Reference:
    """Read an id, ``Class:name`` or ``source/scope#key``.

    Raises:
        InvalidReference: when the text is none of them.

    >>> parse_reference("Workload:redis-cart")
    ByName(cls='Workload', name='redis-cart')
    >>> str(parse_reference("kubernetes/prod/shop#Deployment/cart"))
    'kubernetes/prod/shop#Deployment/cart'
    """
    found = _read(text)
    if found is None:
        raise InvalidReference(f"{text!r} names no CI.")
    return found


def reference_of(text: str, scope: Scope) -> Reference:
    """A reference as rows write it: as :func:`parse_reference` reads it, else a key of the same scope.

    >>> str(reference_of("rack-7", Scope("files")))
    'files/default#rack-7'
    """
    try:
        return _read(text) or ByKey(scope, text)
    except InvalidReference:  # what stands before its # is no scope
        return ByKey(scope, text)


def _read(text: str) -> Reference | None:
    if _ID.match(text):
        return ById(text)
    cls, colon, name = text.partition(":")
    if colon and name and _CLASS.match(cls):
        return ByName(cls, name)
    scope, hash_, key = text.partition("#")
    return ByKey(Scope.parse(scope), key) if hash_ and key and scope else None


def own_key(id_: str) -> str:
    """The key under which an export names an item of its store, so that the row finds it again there.

    >>> own_key("61970190-ff21-4891-a1dc-536fc29007c4")
    'id/61970190-ff21-4891-a1dc-536fc29007c4'
    """
    return f"{_OWN}{id_}"


def id_of_key(key: str) -> str | None:
    """The id in a key that :func:`own_key` made; in another store nothing bears it."""
    return key.removeprefix(_OWN) if key.startswith(_OWN) else None
