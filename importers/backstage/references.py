"""The one text form of an entity's identity: ``[kind:][namespace/]name``, compared without letter case."""

import re
from dataclasses import dataclass
from typing import Final

from cmdb.model.values import JSONValue
from importers.fields import text

DEFAULT_NAMESPACE = "default"

_PART: Final = r"[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,251}[A-Za-z0-9])?"
_NAME: Final = re.compile(rf"{_PART}\Z")
_REFERENCE: Final = re.compile(rf"(?:({_PART}):)?(?:({_PART})/)?({_PART})\Z")


@dataclass(frozen=True, slots=True)
class EntityRef:
    """What identifies an entity: kind, namespace and name, in lower case."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """``kind:namespace/name``, the form :func:`parse_ref` reads."""
        return f"{self.kind}:{self.namespace}/{self.name}"


def entity_ref(kind: str, namespace: str, name: str) -> EntityRef | None:
    """The reference to an entity with these words, or ``None`` when one of them is not usable.

    >>> str(entity_ref("API", "default", "Search"))
    'api:default/search'
    """
    if not all(_NAME.match(part) for part in (kind, namespace, name)):
        return None
    return EntityRef(kind.lower(), namespace.lower(), name.lower())


def parse_ref(value: JSONValue, default_kind: str | None, default_namespace: str) -> EntityRef | None:
    """Read a reference, as a text or as an object with ``kind``, ``namespace`` and ``name``.

    ``None`` when it is none, or when it names no kind and there is no default for its field.

    >>> str(parse_ref("team-a", "group", "default")), str(parse_ref("user:guests/Frank", "group", "default"))
    ('group:default/team-a', 'user:guests/frank')
    >>> parse_ref("artists-db", None, "default") is None
    True
    """
    if isinstance(value, str):
        match = _REFERENCE.match(value.strip())
        kind, namespace, name = match.groups() if match else (None, None, None)
    else:
        kind, namespace, name = (text(value, part) or None for part in ("kind", "namespace", "name"))
    return entity_ref(kind or default_kind or "", namespace or default_namespace, name or "")
