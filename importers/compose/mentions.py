"""Where a service mentions another one: settings of its environment, its command line, its links."""

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cmdb.model.items import Basis
from cmdb.model.observations import Evidence
from importers.addresses import MAX_VALUE, Address, Certainty, addresses_of_setting
from importers.command_lines import addresses_in_command
from importers.compose.definitions import Definition, Entry, plain
from importers.compose.names import Names, links_of
from importers.setting_names import names_exception, names_host

_NUMBERS = re.compile(r"\d+")
_NO_HOSTS: Final = frozenset({"any", "auto", "default", "disabled", "enabled", "false", "none", "null", "off", "true"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A service that is mentioned, whether the project has it or not, and the place.

    ``setting`` is the variable, ``""`` elsewhere; ``alternatives`` as well, when its value lists equals.
    """

    target: str
    evidence: Evidence
    setting: str = ""
    alternatives: str = ""
    basis: Basis = Basis.INFERRED


def mentions_of(names: Names, definition: Definition) -> Iterator[Mention]:
    """All of them, in the order of environment, command line and links."""
    aliases = links_of(definition)
    for name, entry in definition.of("environment").items():
        yield from _in_setting(names, aliases, name, entry)
    for attribute in ("entrypoint", "command"):
        yield from _in_command(names, aliases, attribute, definition.single(attribute))
    for entry in definition.of("links").values():
        target = (plain(entry.value) or "").partition(":")[0]
        if target:
            yield Mention(target, Evidence("links", entry.where), basis=Basis.DECLARED)


def _in_command(names: Names, aliases: Mapping[str, str], attribute: str, entry: Entry | None) -> Iterator[Mention]:
    if entry is None:
        return
    for _, address in addresses_in_command(_words(entry)):
        target = _target(names, aliases, address, "")
        if target is not None:
            yield Mention(target, Evidence(attribute, entry.where))


def _in_setting(names: Names, aliases: Mapping[str, str], name: str, entry: Entry) -> Iterator[Mention]:
    value = plain(entry.value) or ""
    if names_exception(name):
        return
    addresses = list(addresses_of_setting(value, name))
    alternatives = name if _are_alternatives(value, addresses) else ""
    for address in addresses:
        target = _target(names, aliases, address, name)
        if target is not None:
            yield Mention(target, Evidence(f"environment {name}", entry.where), name, alternatives)


def _are_alternatives(value: str, addresses: list[Address]) -> bool:
    """Whether the value is a list of hosts that differ in their numbers only: ``kafka-1:9092,kafka-2:9092``."""
    is_list = len(addresses) > 1 and len(addresses) == value.count(",") + 1
    return is_list and len({_NUMBERS.sub("", address.host) for address in addresses}) == 1


def _target(names: Names, aliases: Mapping[str, str], address: Address, setting: str) -> str | None:
    """The service that an address means: of the project, or one that it must mean though the project has none such."""
    service = names.service(address.host, aliases)
    if service is not None or names.is_ambiguous(address.host):
        return service
    is_name = "." not in address.host and address.host[0].isalpha() and address.host not in _NO_HOSTS
    named = address.certainty is Certainty.BARE and names_host(setting)
    return address.host if is_name and (named or address.certainty is Certainty.EXPLICIT) else None


def _words(entry: Entry) -> list[str]:
    value = entry.value
    if isinstance(value, str):
        try:
            return shlex.split(value[:MAX_VALUE])
        except ValueError:  # a quote that is not closed
            return value[:MAX_VALUE].split()
    return [plain(word) or "" for word in value] if isinstance(value, list) else []
