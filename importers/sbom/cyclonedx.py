"""CycloneDX as a tree: the JSON of versions 1.2 to 1.6, and the XML once it has that form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from cmdb.model.observations import Problem, Severity, Where
from cmdb.model.values import JSONValue
from importers.fields import at, entries, text
from importers.sbom.bill import Bill, Link, Need, Part, place_reference
from importers.sbom.kinds import SERVICE_KIND
from importers.sbom.purls import parse_purl
from importers.sbom.texts import description_of, hashes, plain, public_url, words
from importers.text_input import malformed

_KNOWN: Final = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6")
_VERSION: Final = re.compile(r"1\.\d{1,3}\Z")
Found: TypeAlias = Part | Link | Problem

_FLAGS: Final = ("authenticated", "x-trust-boundary")


@dataclass(frozen=True, slots=True)
class Place:
    """The file a tree was read from, and the lines of its elements where the format tells them."""

    file: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def at(self, pointer: str) -> Where:
        """Where the element of that pointer stands."""
        return Where(self.file, self.lines.get(pointer), pointer)


def bill_of(value: JSONValue, place: Place) -> Bill:
    """The bill that a tree is.

    Raises:
        FileMalformed: its version is none that can be read.
    """
    version = text(value, "specVersion")
    if not _VERSION.match(version):
        hint = "Give CycloneDX 1.2 to 1.6."
        raise malformed(f"CycloneDX of version {version or 'none'} is not read.", place.at("specVersion"), hint)
    newer = [] if version in _KNOWN else [_newer(version, place.at("specVersion"))]
    described = list(_components([at(value, "metadata", "component")], ("metadata.component",), place))
    listed = entries(value, "components")
    found = [
        *described,
        *_components(listed, _pointers("components", listed), place),
        *_services(entries(value, "services"), "", "", place),
    ]
    parts = [entry for entry in found if isinstance(entry, Part)]
    roots = parts[:1] if described and isinstance(described[0], Part) else []
    contents = [entry for entry in found if isinstance(entry, Link)]
    return Bill(
        number=plain(text(value, "serialNumber")).removeprefix("urn:uuid:"),
        roots=tuple(roots),
        parts=tuple(parts[len(roots) :]),
        links=(*_links(value, place), *contents, *_inventory(value, roots, place)),
        problems=(*newer, *(entry for entry in found if isinstance(entry, Problem))),
    )


def _newer(version: str, where: Where) -> Problem:
    message = f"CycloneDX {version} is newer than what is known; it is read as 1.6."
    return Problem(Severity.INFO, "VERSION_NEWER", message, where)


def _pointers(pointer: str, listed: Sequence[JSONValue]) -> Sequence[str]:
    return [f"{pointer}[{index}]" for index in range(len(listed))]


def _components(listed: Sequence[JSONValue], pointers: Sequence[str], place: Place) -> Iterator[Found]:
    """Components, each followed by those that it contains."""
    for value, pointer in zip(listed, pointers, strict=True):
        if value is None:
            continue
        yield _named(_component(value, place.at(pointer)))
        inner = entries(value, "components")
        below = _pointers(f"{pointer}.components", inner)
        for entry, where in zip(inner, below, strict=True):
            if plain(text(entry, "name")):
                yield Link(place_reference(pointer), place_reference(where), "components", place.at(where))
        yield from _components(inner, below, place)


def _component(value: JSONValue, where: Where) -> Part:
    return Part(
        ref=_ref(value, where.pointer),
        kind=plain(text(value, "type")) or "component",
        name=plain(text(value, "name")),
        where=where,
        group=plain(text(value, "group")),
        version=plain(text(value, "version")),
        purl=parse_purl(text(value, "purl")),
        description=description_of(text(value, "description")),
        repository=_repository(value),
        extras=_extras_of_component(value),
    )


def _services(listed: Sequence[JSONValue], inside: str, within: str, place: Place) -> Iterator[Found]:
    """Services, each followed by those that stand in it: that is no dependency, so only their records tell it."""
    for index, value in enumerate(listed):
        pointer = f"{inside}.services[{index}]".lstrip(".")
        yield _named(_service(value, place.at(pointer), within))
        yield from _services(entries(value, "services"), pointer, plain(text(value, "name")), place)


def _service(value: JSONValue, where: Where, within: str) -> Part:
    endpoints = (public_url(text({"": entry}, "")) for entry in entries(value, "endpoints"))
    return Part(
        ref=_ref(value, where.pointer),
        kind=SERVICE_KIND,
        name=plain(text(value, "name")),
        where=where,
        group=plain(text(value, "group")),
        version=plain(text(value, "version")),
        description=description_of(text(value, "description")),
        repository=_repository(value),
        endpoints=tuple(dict.fromkeys(endpoint for endpoint in endpoints if endpoint)),
        extras=_extras_of_service(value) | ({"within": within} if within else {}),
    )


def _ref(value: JSONValue, pointer: str) -> str:
    """How the bill refers to an element; one without ``bom-ref`` can only be told by its place."""
    return text(value, "bom-ref") or place_reference(pointer)


def _inventory(value: JSONValue, roots: Sequence[Part], place: Place) -> Iterator[Link]:
    """Everything that is listed at the top belongs to what the bill describes."""
    for root in roots:
        for index, entry in enumerate(entries(value, "components")):
            pointer = f"components[{index}]"
            if not plain(text(entry, "name")):
                continue
            yield Link(root.place, place_reference(pointer), "components", place.at(pointer), Need.LISTED)


def _named(part: Part) -> Part | Problem:
    if part.name:
        return part
    message = f"The {part.kind} has no usable name. Give it one."
    return Problem(Severity.ERROR, "COMPONENT_WITHOUT_NAME", message, part.where)


def _repository(value: JSONValue) -> str:
    urls = (text(entry, "url") for entry in entries(value, "externalReferences") if text(entry, "type") == "vcs")
    return next((url for url in map(public_url, urls) if url), "")


def _extras_of_component(value: JSONValue) -> dict[str, JSONValue]:
    licences = (
        text(entry, "expression") or text(entry, "license", "id") or text(entry, "license", "name")
        for entry in entries(value, "licenses")
    )
    told: dict[str, JSONValue] = {
        "licenses": words(licences),
        "hashes": hashes((text(entry, "alg"), text(entry, "content")) for entry in entries(value, "hashes")),
        "supplier": plain(text(value, "supplier", "name") or text(value, "publisher")),
        "cpe": plain(text(value, "cpe")),
        "scope": plain(text(value, "scope")),
    }
    return {name: entry for name, entry in told.items() if entry}


def _extras_of_service(value: JSONValue) -> dict[str, JSONValue]:
    told: dict[str, JSONValue] = {
        "provider": plain(text(value, "provider", "name")),
        "data": words(text(entry, "classification") for entry in entries(value, "data")),
    }
    flags: dict[str, JSONValue] = {name: flag for name in _FLAGS if isinstance(flag := at(value, name), bool)}
    return {name: entry for name, entry in told.items() if entry} | flags


def _links(value: JSONValue, place: Place) -> Iterator[Link]:
    for index, entry in enumerate(entries(value, "dependencies")):
        origin = text(entry, "ref")
        for number, target in enumerate(entries(entry, "dependsOn")):
            pointer = f"dependencies[{index}].dependsOn[{number}]"
            if origin and isinstance(target, str) and text({"": target}, ""):
                yield Link(origin, target, "dependsOn", place.at(pointer))
