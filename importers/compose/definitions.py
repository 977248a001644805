"""Services as files define them, and how overlays and extensions are laid over one another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.compose.files import OVERRIDE, RESET
from importers.compose.parts import Part
from importers.fields import mapping, text

ONLY: Final = ""
"""The key of an attribute that has a single value, such as ``image``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value with its place; not ``complete`` when a variable in it had no value."""

    value: JSONValue
    where: Where
    complete: bool = True


Entries: TypeAlias = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Definition:
    """A service: its attributes, each by the keys under which Compose merges it.

    ``cleared`` are the attributes, and ``attribute key`` pairs, of what it is laid over that do not stay.
    """

    where: Where
    attributes: Mapping[str, Entries] = field(default_factory=dict)
    cleared: frozenset[tuple[str, str]] = frozenset()

    def of(self, attribute: str) -> Entries:
        """The entries of an attribute, in order."""
        return self.attributes.get(attribute, {})

    def single(self, attribute: str) -> Entry | None:
        """The value of an attribute that has only one."""
        return self.of(attribute).get(ONLY)

    def text(self, attribute: str) -> str:
        """The text of an attribute that has only one value, or ``""``."""
        entry = self.single(attribute)
        return text(entry.value) if entry is not None else ""

    def over(self, base: "Definition") -> "Definition":
        """This one laid over another: entries under the same key replace those there, the others come behind them."""
        attributes = {name: self._kept(name, entries) for name, entries in base.attributes.items()}
        for name, entries in self.attributes.items():
            attributes[name] = _laid_over(entries, attributes.get(name, {}))
        return Definition(base.where, attributes, base.cleared)

    def _kept(self, attribute: str, entries: Entries) -> Entries:
        if (attribute, ONLY) in self.cleared:
            return {}
        return {key: entry for key, entry in entries.items() if (attribute, key) not in self.cleared}


def _laid_over(upper: Entries, lower: Entries) -> Entries:
    result = dict(lower)
    for key, entry in upper.items():
        below = lower[key].value if key in lower else None
        both = isinstance(below, Mapping) and isinstance(entry.value, Mapping)
        result[key] = replace(entry, value={**mapping(below), **mapping(entry.value)}) if both else entry
    return result


def definition_of(part: Part, name: str) -> Definition:
    """The service of that name as one document has it."""
    pointer = f"services.{name}"
    body = mapping(part.value, "services", name)
    attributes: dict[str, Entries] = {}
    cleared: set[tuple[str, str]] = set()
    for attribute, value in body.items():
        read = _READ.get(attribute)
        if read is None:
            continue
        field_ = _Field(part, f"{pointer}.{attribute}", value)
        if field_.tag in (RESET, OVERRIDE):
            cleared.add((attribute, ONLY))
        found = {} if field_.tag == RESET else dict(read(field_))
        gone = {key for key, entry in found.items() if part.tree.tags.get(entry.where.pointer) == RESET}
        cleared |= {(attribute, key) for key in gone}
        usable = {key for key in found if key == ONLY or text(key)} - gone
        attributes[attribute] = {key: entry for key, entry in found.items() if key in usable}
    return Definition(part.at(pointer), attributes, frozenset(cleared))


@dataclass(frozen=True, slots=True)
class _Field:
    """The value of an attribute in a document."""

    part: Part
    pointer: str
    value: JSONValue

    @property
    def tag(self) -> str:
        return self.part.tree.tags.get(self.pointer, "")

    def entry(self, value: JSONValue, below: str = "") -> Entry:
        pointer = self.pointer + below
        return Entry(value, self.part.at(pointer), pointer not in self.part.incomplete)

    def parts(self) -> Iterator[tuple[str, JSONValue, Entry]]:
        """Key (of a mapping), value and entry of each part of a list or mapping; of anything else itself."""
        if isinstance(self.value, Mapping):
            for key, value in self.value.items():
                yield key, value, self.entry(value, f".{key}")
        elif isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield "", value, self.entry(value, f"[{index}]")
        elif self.value is not None:
            yield "", self.value, self.entry(self.value)


_Read: TypeAlias = Callable[[_Field], Iterator[tuple[str, Entry]]]


def _single(field_: _Field) -> Iterator[tuple[str, Entry]]:
    yield ONLY, field_.entry(field_.value)


def _settings(field_: _Field) -> Iterator[tuple[str, Entry]]:
    """``NAME=value`` texts or a mapping; a setting without a value is ``None``."""
    for key, value, entry in field_.parts():
        if key:
            yield key, Entry(plain(value), entry.where, entry.complete)
        elif isinstance(value, str):
            name, equals, rest = value.partition("=")
            yield name.strip(), Entry(rest if equals else None, entry.where, entry.complete)


def _named(field_: _Field) -> Iterator[tuple[str, Entry]]:
    """A list of names, or a mapping from names to details."""
    for key, value, entry in field_.parts():
        yield (key, entry) if key else (plain(value) or "", Entry({}, entry.where, entry.complete))


def _texts(field_: _Field) -> Iterator[tuple[str, Entry]]:
    """Texts, or mappings that are told apart by their content."""
    for _, value, entry in field_.parts():
        yield plain(value) or "|".join(f"{key}={plain(part)}" for key, part in mapping(value).items()), entry


def _sources(field_: _Field) -> Iterator[tuple[str, Entry]]:
    """Names of configurations or secrets, or mappings with their ``source``."""
    for _, value, entry in field_.parts():
        yield (text(value) or text(value, "source")), entry


def _mounts(field_: _Field) -> Iterator[tuple[str, Entry]]:
    """Volumes, by their place in the container."""
    for _, value, entry in field_.parts():
        mount = mount_of(value)
        yield mount["target"], Entry(mount, entry.where, entry.complete)


def _details(field_: _Field) -> Iterator[tuple[str, Entry]]:
    """A mapping; a text is the context of a build."""
    if isinstance(field_.value, str):
        yield "context", field_.entry(field_.value)
        return
    yield from ((key, entry) for key, _, entry in field_.parts() if key)


def mount_of(value: JSONValue) -> dict[str, str]:
    """Type, source and target of a volume in either spelling.

    >>> mount_of("data:/var/lib/data:ro")
    {'type': 'volume', 'source': 'data', 'target': '/var/lib/data'}
    """
    if not isinstance(value, str):
        return {key: text(value, key) for key in ("type", "source", "target")}
    drive, rest = (value[:2], value[2:]) if value[1:3] in (":\\", ":/") and value[0].isalpha() else ("", value)
    source, colon, target = rest.partition(":")
    source = drive + source
    if not colon:
        return {"type": "volume", "source": "", "target": source}
    is_path = source.startswith((".", "/", "~")) or any(sign in source for sign in "/\\")
    target = target[:2] + target[2:].partition(":")[0]  # behind it there may be options, and it may have a drive
    return {"type": "bind" if is_path or not source else "volume", "source": source, "target": target}


def plain(value: JSONValue) -> str | None:
    """A scalar as Compose hands it to a container; ``None`` for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else None


_READ: Final[Mapping[str, _Read]] = {
    **dict.fromkeys(
        ("image", "container_name", "hostname", "network_mode", "restart", "scale", "platform", "provider", "command",
         "entrypoint", "extends"),
        _single,
    ),
    **dict.fromkeys(("environment", "labels"), _settings),
    **dict.fromkeys(("depends_on", "networks"), _named),
    **dict.fromkeys(("env_file", "ports", "links", "external_links", "profiles", "volumes_from"), _texts),
    **dict.fromkeys(("configs", "secrets"), _sources),
    **dict.fromkeys(("build", "deploy"), _details),
    "volumes": _mounts,
}  # fmt: skip
