"""Files of facts: one host each, as ``setup --tree`` and the cache of facts write them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.fields import mapping, text

_BARE: Final = frozenset(
    {"all_ipv4_addresses", "architecture", "distribution", "fqdn", "hostname", "kernel", "machine_id", "os_family"}
)
_ENOUGH: Final = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one host by their names without ``ansible_``, or why there are none."""

    host: str
    values: Mapping[str, JSONValue]
    where: Where
    failure: str = ""


def is_facts(value: JSONValue) -> bool:
    """Whether a tree is a file of facts: wrapped, flat, by names without prefix, or of a host that failed."""
    if not isinstance(value, Mapping):
        return False
    if isinstance(value.get("ansible_facts"), Mapping) or _failure(value):
        return True
    return any(name.startswith("ansible_") for name in value) or len(_BARE & value.keys()) >= _ENOUGH


def facts_of(document_name: str, value: JSONValue) -> Facts:
    """What a file of facts says; the host is called as the file is, for that is its name in the inventory."""
    where = Where(document_name)
    host = host_of(document_name)
    failure = _failure(mapping(value))
    if failure:
        return Facts(host, {}, where, failure)
    body = mapping(value, "ansible_facts") or mapping(value)
    return Facts(host, {name.removeprefix("ansible_"): fact for name, fact in body.items()}, where)


def host_of(document_name: str) -> str:
    """The name of the host that a file of facts is called by.

    >>> host_of("facts/db1.example.com"), host_of("cache/db1.example.com.json")
    ('db1.example.com', 'db1.example.com')
    """
    return PurePosixPath(document_name.replace("\\", "/")).name.removesuffix(".json")


def _failure(value: Mapping[str, JSONValue]) -> str:
    """Why a host has no facts, in words of ours: the message of a connection may hold more than it should."""
    if value.get("unreachable") is True:
        return "could not be reached"
    failed = value.get("failed") is True and not isinstance(value.get("ansible_facts"), Mapping)
    return "answered with an error" if failed and ("msg" in value or text(value, "module_stderr")) else ""
