"""What else of a service is worth keeping, without secrets, in small."""

from collections.abc import Iterable, Mapping
from typing import Final

from cmdb.model.values import JSONValue
from importers.compose.definitions import Definition, Entry, plain
from importers.fields import at, mapping, text
from importers.keepable import kept_text

MAX_ENTRIES: Final = 100
"""How many entries of a list are kept, at most."""


def details_of(definition: Definition) -> dict[str, JSONValue]:
    """Names, ports, profiles, labels, bind mounts and the like, by their names in Compose."""
    found: dict[str, JSONValue] = {
        name: kept_text(definition.text(name), name)
        for name in ("container_name", "hostname", "restart", "platform", "network_mode")
    }
    for name in ("ports", "profiles", "external_links"):
        found[name] = _texts(key for key in definition.of(name))
    found["labels"] = _labels(definition.of("labels"))
    found["bind_mounts"] = _texts(_bind(entry) for entry in definition.of("volumes").values())
    found["build"] = _build(definition.of("build"))
    found["memory_limit"] = _memory(definition.of("deploy"))
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _texts(values: Iterable[str]) -> list[JSONValue]:
    kept = [text_ for value in values if (text_ := kept_text(value))]
    return list(kept[:MAX_ENTRIES])


def _labels(labels: Mapping[str, Entry]) -> dict[str, JSONValue]:
    values = ((name, kept_text(plain(entry.value) or "", name)) for name, entry in labels.items())
    return dict([(name, value) for name, value in values if value and kept_text(name)][:MAX_ENTRIES])


def _bind(entry: Entry) -> str:
    if text(entry.value, "type") != "bind":
        return ""
    return f"{text(entry.value, 'source')}:{text(entry.value, 'target')}"


def _build(build: Mapping[str, Entry]) -> dict[str, JSONValue]:
    found: dict[str, JSONValue] = {
        name: kept_text(text(build[name].value), name) for name in ("context", "dockerfile", "target") if name in build
    }
    found["args"] = _argument_names(build["args"].value) if "args" in build else []
    return {name: value for name, value in found.items() if value not in ("", [])}


def _argument_names(value: JSONValue) -> list[JSONValue]:
    """The names only: values of build arguments end up in images, and secrets among them."""
    listed = [text(entry).partition("=")[0] for entry in value] if isinstance(value, list) else list(mapping(value))
    return _texts(listed)


def _memory(deploy: Mapping[str, Entry]) -> str:
    limit = at(deploy["resources"].value, "limits", "memory") if "resources" in deploy else None
    return kept_text(plain(limit) or "")
