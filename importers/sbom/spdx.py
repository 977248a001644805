"""SPDX of versions 2.2 and 2.3, whether it was written as JSON or as tags and values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cmdb.model.observations import Where
from cmdb.model.values import JSONValue
from importers.sbom.bill import Bill, Link, Part
from importers.sbom.purls import Purl, parse_purl
from importers.sbom.relations import DESCRIBED_BY, DESCRIBES, Relation, link_of
from importers.sbom.texts import description_of, hashes, plain, public_url, words

VERSIONS: Final = "SPDX-2."
"""How the versions that are read begin."""

DOCUMENT: Final = "SPDXRef-DOCUMENT"

_NOTHING: Final = ("", "NONE", "NOASSERTION")
_ORGANIZATION: Final = "Organization:"
_REPOSITORIES: Final = ("git+", "hg+", "svn+", "bzr+")
_PURPOSES: Final = (
    "application", "framework", "library", "container", "operating-system", "device", "firmware", "source", "archive",
    "file", "install",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Package:
    """A package as the document writes it; ``references`` are type and locator, ``checksums`` algorithm and value."""

    id: str
    where: Where
    name: str = ""
    version: str = ""
    purpose: str = ""
    supplier: str = ""
    location: str = ""
    description: str = ""
    licences: Sequence[str] = ()
    checksums: Sequence[tuple[str, str]] = ()
    references: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """A document taken apart.  ``files`` are the ids of files and snippets, of which no CIs are made."""

    namespace: str
    packages: Sequence[Package]
    relations: Sequence[Relation]
    described: Sequence[str] = ()
    files: frozenset[str] = field(default_factory=frozenset)


def bill_of(content: Content) -> Bill:
    """The bill that a document is."""
    described = {*content.described, *_described(content.relations)}
    parts = [(package.id, _part(package)) for package in content.packages]
    return Bill(
        number=plain(content.namespace),
        roots=tuple(part for id_, part in parts if id_ in described),
        parts=tuple(part for id_, part in parts if id_ not in described),
        links=tuple(_links(content)),
    )


def _described(relations: Sequence[Relation]) -> Iterator[str]:
    for relation in relations:
        if relation.word.upper() == DESCRIBES and relation.origin == DOCUMENT:
            yield relation.target
        elif relation.word.upper() == DESCRIBED_BY and relation.target == DOCUMENT:
            yield relation.origin


def _links(content: Content) -> Iterator[Link]:
    left_out = {DOCUMENT, *content.files}
    for relation in content.relations:
        link = link_of(relation)
        if link is not None and link.origin not in left_out and link.target not in left_out:
            yield link


def _part(package: Package) -> Part:
    purpose = package.purpose.lower().replace("_", "-")
    purl = _purl(package.references)
    return Part(
        ref=package.id,
        kind=purpose if purpose in _PURPOSES else "package",
        name=plain(package.name) or package.id,
        where=package.where,
        version="" if package.version in _NOTHING else plain(package.version),
        purl=purl,
        description=description_of(package.description),
        repository=public_url(package.location) if package.location.startswith(_REPOSITORIES) else "",
        extras=_extras(package),
    )


def _purl(references: Sequence[tuple[str, str]]) -> Purl | None:
    found = (parse_purl(locator) for type_, locator in references if type_ == "purl")
    return next((purl for purl in found if purl is not None), None)


def _extras(package: Package) -> Mapping[str, JSONValue]:
    """Organisations are named, people are not."""
    supplier = package.supplier.strip()
    organisation = supplier.removeprefix(_ORGANIZATION).partition("(")[0] if supplier.startswith(_ORGANIZATION) else ""
    told: dict[str, JSONValue] = {
        "licenses": words(licence for licence in package.licences if licence not in _NOTHING),
        "hashes": hashes(package.checksums),
        "supplier": plain(organisation),
        "cpe": next((plain(locator) for type_, locator in package.references if type_ == "cpe23Type"), ""),
    }
    return {name: value for name, value in told.items() if value}
