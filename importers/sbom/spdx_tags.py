"""SPDX 2.2 and 2.3 as tags and values: a line each, packages one after another."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cmdb.model.observations import Where
from importers.base import Document
from importers.sbom.bill import place_reference
from importers.sbom.relations import Relation
from importers.sbom.spdx import VERSIONS, Content, Package
from importers.text_input import lines_of, malformed

_LINE: Final = re.compile(r"([A-Za-z][A-Za-z0-9]*):[ \t]*(.*)\Z", re.DOTALL)
_OPENING, _CLOSING = "<text>", "</text>"
_OTHER_SECTIONS: Final = ("FileName", "SnippetSPDXID", "LicenseID", "Reviewer", "Annotator")


def content_of(document: Document) -> Content:
    """A document taken apart; what stands in sections of files and licences is not looked at.

    Raises:
        FileMalformed: not UTF-8, a text that does not end, or not tags and values at all.
        FileMissing: it cannot be opened.
    """
    packages: list[Package] = []
    relations: list[Relation] = []
    files: set[str] = set()
    section, namespace = "document", ""
    for tag, value, where in _pairs(document):
        if tag == "PackageName":
            packages.append(Package(place_reference(str(where.line)), where, value))
        section = _section(tag, section)
        match tag:
            case "Relationship":
                relations.extend(_relation(value, where))
            case "SPDXVersion" if not value.startswith(VERSIONS):
                raise malformed(f"{value[:20]} is not read.", where, "Give SPDX 2.2 or 2.3.")
            case "DocumentNamespace":
                namespace = value
            case "SPDXID" | "SnippetSPDXID" if section == "other":
                files.add(value)
            case _ if section == "package" and tag in _FIELDS:
                packages[-1] = _FIELDS[tag](packages[-1], value)
    return Content(namespace, packages, relations, files=frozenset(files))


def _section(tag: str, section: str) -> str:
    if tag == "PackageName":
        return "package"
    return "other" if tag in _OTHER_SECTIONS else section


def _pairs(document: Document) -> Iterator[tuple[str, str, Where]]:
    """Tag, value and place; a value in ``<text>`` may go over several lines."""
    tag, held, where = "", "", Where(document.name, 1)
    for number, line in lines_of(document):
        if held:
            held += line
        else:
            match = _LINE.match(line)
            if match is None or line.startswith("#"):
                continue
            tag, held, where = match[1], match[2], Where(document.name, number)
        if held.lstrip().startswith(_OPENING) and _CLOSING not in held:
            continue
        yield tag, held.replace(_OPENING, "").replace(_CLOSING, "").strip(), where
        held = ""
    if held:
        raise malformed("a text does not end.", where, f"Close it with {_CLOSING}.")


def _relation(value: str, where: Where) -> Iterator[Relation]:
    words = value.split()
    if len(words) >= 3:  # noqa: PLR2004 - element, type, element
        yield Relation(words[0], words[1], words[2], where)


def _checksum(package: Package, value: str) -> Package:
    algorithm, _, sum_ = value.partition(":")
    return replace(package, checksums=[*package.checksums, (algorithm.strip(), sum_.strip())])


def _reference(package: Package, value: str) -> Package:
    words = value.split()
    if len(words) < 3:  # noqa: PLR2004 - category, type, locator
        return package
    return replace(package, references=[*package.references, (words[1], words[2])])


_FIELDS: Final[Mapping[str, Callable[[Package, str], Package]]] = {
    "SPDXID": lambda package, value: replace(package, id=value),
    "PackageVersion": lambda package, value: replace(package, version=value),
    "PrimaryPackagePurpose": lambda package, value: replace(package, purpose=value),
    "PackageSupplier": lambda package, value: replace(package, supplier=value),
    "PackageDownloadLocation": lambda package, value: replace(package, location=value),
    "PackageSummary": lambda package, value: replace(package, description=value),
    "PackageLicenseConcluded": lambda package, value: replace(package, licences=[*package.licences, value]),
    "PackageLicenseDeclared": lambda package, value: replace(package, licences=[*package.licences, value]),
    "PackageChecksum": _checksum,
    "ExternalRef": _reference,
}
