"""The XML of CycloneDX in the form of its JSON, with the lines of its elements."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from cmdb.model.values import JSONValue
from importers.base import Document
from importers.sbom.cyclonedx import Place
from importers.xml_text import Element, elements_of

_SCHEMA: Final = "cyclonedx.org/schema/bom/"
_TEXTS: Final = ("name", "group", "version", "description", "purl", "cpe", "publisher", "scope")
_FLAGS: Final = ("authenticated", "x-trust-boundary")


def tree_of(document: Document) -> tuple[dict[str, JSONValue], Place]:
    """The document as a tree, and the places in it.

    Raises:
        FileMalformed: as :func:`importers.xml_text.elements_of`.
        FileMissing: it cannot be opened.
    """
    lines: dict[str, int] = {}
    tree: dict[str, JSONValue] = {}
    for number, element in enumerate(elements_of(document)):
        tree |= _head(element) if number == 0 else _section(element, lines)
    return tree, Place(document.name, lines)


def _head(element: Element) -> dict[str, JSONValue]:
    return {"specVersion": _version(element), "serialNumber": element.get("serialNumber")}


def _section(element: Element, lines: dict[str, int]) -> dict[str, JSONValue]:
    """What a part of the document is in the tree; nothing for a part that is not read."""
    name = _name(element)
    if name == "metadata":
        component = _child(element, "component")
        return {name: {"component": _component(component, "metadata.component", lines)} if component else {}}
    return {name: _LISTS[name](element, lines)} if name in _LISTS else {}


def _version(root: Element) -> str:
    """The version in the address of the schema, the default one or the one of a prefix."""
    spaces = [value for name, value in root.attributes.items() if name.partition(":")[0] == "xmlns"]
    return next((space.partition(_SCHEMA)[2] for space in spaces if _SCHEMA in space), "")


def _components(element: Element, inside: str, lines: dict[str, int]) -> list[JSONValue]:
    found = [child for child in element.children if _name(child) == "component"]
    return [_component(child, f"{inside}.components[{i}]".lstrip("."), lines) for i, child in enumerate(found)]


def _component(element: Element, pointer: str, lines: dict[str, int]) -> JSONValue:
    lines[pointer] = element.line
    nested = _child(element, "components")
    supplier = _child(element, "supplier")
    return {
        **_texts(element),
        "type": element.get("type"),
        "bom-ref": element.get("bom-ref"),
        "supplier": {"name": _text(supplier, "name")} if supplier else {},
        "hashes": [
            {"alg": hash_.get("alg"), "content": hash_.text.strip()} for hash_ in _grandchildren(element, "hashes")
        ],
        "licenses": [_licence(licence) for licence in _grandchildren(element, "licenses")],
        "externalReferences": _references(element),
        "components": _components(nested, pointer, lines) if nested else [],
    }


def _licence(element: Element) -> JSONValue:
    if _name(element) == "expression":
        return {"expression": element.text.strip()}
    return {"license": {"id": _text(element, "id"), "name": _text(element, "name")}}


def _references(element: Element) -> list[JSONValue]:
    return [
        {"type": ref.get("type"), "url": _text(ref, "url")} for ref in _grandchildren(element, "externalReferences")
    ]


def _services(element: Element, inside: str, lines: dict[str, int]) -> list[JSONValue]:
    found = [child for child in element.children if _name(child) == "service"]
    return [_service(child, f"{inside}.services[{i}]".lstrip("."), lines) for i, child in enumerate(found)]


def _service(element: Element, pointer: str, lines: dict[str, int]) -> JSONValue:
    lines[pointer] = element.line
    nested, provider = _child(element, "services"), _child(element, "provider")
    flags: dict[str, JSONValue] = {name: text == "true" for name in _FLAGS if (text := _text(element, name))}
    return {
        **_texts(element),
        **flags,
        "bom-ref": element.get("bom-ref"),
        "provider": {"name": _text(provider, "name")} if provider else {},
        "endpoints": [endpoint.text.strip() for endpoint in _grandchildren(element, "endpoints")],
        "data": [{"classification": part.text.strip()} for part in _grandchildren(element, "data")],
        "externalReferences": _references(element),
        "services": _services(nested, pointer, lines) if nested else [],
    }


def _dependencies(element: Element, lines: dict[str, int]) -> list[JSONValue]:
    found: list[JSONValue] = []
    for index, entry in enumerate(child for child in element.children if _name(child) == "dependency"):
        needed = [child for child in entry.children if _name(child) == "dependency"]
        for number, child in enumerate(needed):
            lines[f"dependencies[{index}].dependsOn[{number}]"] = child.line
        found.append({"ref": entry.get("ref"), "dependsOn": [child.get("ref") for child in needed]})
    return found


def _texts(element: Element) -> dict[str, JSONValue]:
    return {name: _text(element, name) for name in _TEXTS}


def _name(element: Element) -> str:
    """The name without the prefix of its namespace."""
    return element.name.rpartition(":")[2]


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element.children if _name(child) == name), None)


def _text(element: Element, name: str) -> str:
    child = _child(element, name)
    return child.text.strip() if child else ""


def _grandchildren(element: Element, name: str) -> Iterator[Element]:
    child = _child(element, name)
    return iter(child.children if child else ())


_LISTS: Final[Mapping[str, Callable[[Element, dict[str, int]], list[JSONValue]]]] = {
    "components": lambda element, lines: _components(element, "", lines),
    "services": lambda element, lines: _services(element, "", lines),
    "dependencies": _dependencies,
}
