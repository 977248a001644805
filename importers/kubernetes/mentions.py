"""Where a unit mentions hosts: its environment, its command lines, the config maps that it reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cmdb.model.observations import Evidence
from importers.addresses import Address, Certainty, addresses_in, addresses_in_text
from importers.fields import at, entries, mapping, text
from importers.kubernetes.estate import Estate
from importers.kubernetes.manifests import Manifest
from importers.kubernetes.pods import Container, containers_of, environment_sources_of, volume_configuration_of
from importers.setting_names import ends_in_address_word, holds_secret, mentions_secret, names_something_else

MAX_VALUE = 1_048_576
"""Longer values are not looked at: the API server does not take larger config maps."""

_HOST_FLAGS: Final = frozenset({"-h", "-H"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A host that a unit mentions, and the place."""

    address: Address
    evidence: Evidence


def mentions_of(estate: Estate, unit: Manifest) -> Iterator[Mention]:
    """Every mention, container by container (init containers first), then mounted config maps."""
    for container in containers_of(unit):
        yield from _in_environment(estate, unit, container)
        yield from _in_environment_sources(estate, unit, container)
        yield from _in_command_line(unit, container)
    for use in volume_configuration_of(unit):
        if use.kind == "ConfigMap":
            yield from _in_config_map(estate, unit, use.name, use.pointer)


def _in_environment(estate: Estate, unit: Manifest, container: Container) -> Iterator[Mention]:
    for index, entry in enumerate(entries(container.body, "env")):
        name = text(entry, "name")
        value = at(entry, "value")
        source = mapping(entry, "valueFrom", "configMapKeyRef")
        origin = f"env {name} of container {container.name}"
        if source:
            config_map = estate.find("ConfigMap", unit.namespace, text(source, "name"))
            value = at(config_map.body, "data", text(source, "key")) if config_map is not None else None
            origin = f"{origin} from ConfigMap {text(source, 'name')}"
        if isinstance(value, str):
            evidence = Evidence(origin, unit.place.at(f"{container.pointer}.env[{index}]"))
            yield from (Mention(address, evidence) for address in _addresses(value, name))


def _in_environment_sources(estate: Estate, unit: Manifest, container: Container) -> Iterator[Mention]:
    for use in environment_sources_of(container):
        config_map = estate.find(use.kind, unit.namespace, use.name) if use.kind == "ConfigMap" else None
        for key, value in mapping(config_map.body, "data").items() if config_map is not None else ():
            origin = f"env {key} of container {container.name} from ConfigMap {use.name}"
            evidence = Evidence(origin, unit.place.at(use.pointer))
            if isinstance(value, str):
                yield from (Mention(address, evidence) for address in _addresses(value, key))


def _in_config_map(estate: Estate, unit: Manifest, name: str, pointer: str) -> Iterator[Mention]:
    config_map = estate.find("ConfigMap", unit.namespace, name)
    if config_map is None:
        return
    for key, value in mapping(config_map.body, "data").items():
        if isinstance(value, str) and len(value) <= MAX_VALUE and not holds_secret(key):
            evidence = Evidence(f"file {key} of ConfigMap {name}", unit.place.at(pointer))
            yield from (Mention(address, evidence) for address in _in_file(value, key))


def _in_file(value: str, name: str) -> Iterator[Address]:
    """A mounted file: a single value, or lines of which some are settings."""
    if len(value.splitlines()) <= 1:
        yield from _addresses(value, name)
        return
    for line in value.splitlines():
        key, equals, setting = line.strip().partition("=" if "=" in line else ":")
        if not equals or mentions_secret(key):
            yield from addresses_in_text(line) if not mentions_secret(line) else ()
        elif ends_in_address_word(key) and not line.lstrip().startswith(("#", ";", "//")):
            yield from (_not_explicit(address) for address in _addresses(setting.strip(), key))
        else:
            yield from addresses_in_text(line)


def _not_explicit(address: Address) -> Address:
    return Address(address.host, min(address.certainty, Certainty.NAMED))


def _in_command_line(unit: Manifest, container: Container) -> Iterator[Mention]:
    for field in ("command", "args"):
        previous = ""
        for index, entry in enumerate(entries(container.body, field)):
            word = entry if isinstance(entry, str) else ""
            evidence = Evidence(
                f"{field} of container {container.name}", unit.place.at(f"{container.pointer}.{field}[{index}]")
            )
            yield from (Mention(address, evidence) for address in _in_word(word, previous))
            previous = word


def _in_word(word: str, previous: str) -> Iterator[Address]:
    """One word of a command line; a bare name counts only as the value of a flag that can take a host."""
    flag = previous if previous.startswith("-") and "=" not in previous else ""
    if len(word) > MAX_VALUE or (flag and holds_secret(flag)):
        return
    if any(character.isspace() for character in word):
        yield from addresses_in_text(word)
        return
    key, equals, value = word.partition("=")
    if equals and "://" not in key:
        yield from _addresses(value, key)
        return
    takes_host = flag in _HOST_FLAGS or (flag.startswith("--") and not names_something_else(flag))
    for address in addresses_in(word, flag):
        if takes_host or address.certainty is not Certainty.BARE:
            yield address


def _addresses(value: str, name: str) -> Iterator[Address]:
    """The hosts in a setting's value: none under a secret's name, and only known ones under one that hints at it."""
    if holds_secret(name) or len(value) > MAX_VALUE:
        return
    found = addresses_in(value, name)
    yield from (_not_explicit(address) for address in found) if mentions_secret(name) else found
