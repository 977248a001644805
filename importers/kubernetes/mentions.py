"""Where a unit mentions hosts: its environment, its command lines, the config maps that it reads."""

from collections.abc import Iterator
from dataclasses import dataclass

from cmdb.model.observations import Evidence
from importers.addresses import MAX_VALUE, Address, Certainty, addresses_in_text, addresses_of_setting
from importers.command_lines import addresses_in_command
from importers.fields import at, entries, mapping, text
from importers.kubernetes.estate import Estate
from importers.kubernetes.manifests import Manifest
from importers.kubernetes.pods import Container, containers_of, environment_sources_of, volume_configuration_of
from importers.setting_names import ends_in_address_word, holds_secret, mentions_secret, names_secret


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
            yield from (Mention(address, evidence) for address in addresses_of_setting(value, name))


def _in_environment_sources(estate: Estate, unit: Manifest, container: Container) -> Iterator[Mention]:
    for use in environment_sources_of(container):
        config_map = estate.find(use.kind, unit.namespace, use.name) if use.kind == "ConfigMap" else None
        for key, value in mapping(config_map.body, "data").items() if config_map is not None else ():
            origin = f"env {key} of container {container.name} from ConfigMap {use.name}"
            evidence = Evidence(origin, unit.place.at(use.pointer))
            if isinstance(value, str):
                yield from (Mention(address, evidence) for address in addresses_of_setting(value, key))


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
        yield from addresses_of_setting(value, name)
        return
    for line in value.splitlines():
        key, equals, setting = line.strip().partition("=" if "=" in line else ":")
        if not equals or names_secret(key):
            yield from addresses_in_text(line) if not mentions_secret(line) else ()
        elif ends_in_address_word(key) and not line.lstrip().startswith(("#", ";", "//")):
            yield from (address.at_most(Certainty.NAMED) for address in addresses_of_setting(setting.strip(), key))
        else:
            yield from addresses_in_text(line)


def _in_command_line(unit: Manifest, container: Container) -> Iterator[Mention]:
    for field in ("command", "args"):
        words = [entry if isinstance(entry, str) else "" for entry in entries(container.body, field)]
        for index, address in addresses_in_command(words):
            place = unit.place.at(f"{container.pointer}.{field}[{index}]")
            yield Mention(address, Evidence(f"{field} of container {container.name}", place))
